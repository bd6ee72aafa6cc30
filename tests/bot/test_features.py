"""All features together: their commands are what Discord takes, and every message has a renderer and a name."""

import re
from pathlib import Path

import pytest

from bot.features import add_features, sayings
from bot.undeliverable import NAMES
from services.store import Database
from tests.support.bot_process import ROOT
from tests.support.bot_studio import on_stage


def test_every_kind_of_message_has_a_name_for_when_it_cannot_be_posted() -> None:
    assert set(NAMES) == set(sayings())


def test_every_kind_that_services_say_is_rendered() -> None:
    said = set()
    for path in (ROOT / "services").rglob("*.py"):
        said |= set(re.findall(r'\bkind="(\w+)"', path.read_text(encoding="utf-8")))
    assert len(said) > 10
    assert said <= set(sayings())


async def test_discord_takes_all_commands(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_stage(db, tmp_path, monkeypatch, add_features) as stage:
        shown = await stage.member.commands(stage.news)
        assert {name.split()[0] for name in shown["slash"]} >= {
            "setup", "doctor", "show", "theme", "episode", "help", "submit", "my", "credits", "work", "vote", "cut",
            "fund", "payout",
        }  # fmt: skip
        assert list(stage.sandbox.world.problems) == []
