"""What a visitor downloads is checked offline, by the command that anybody has."""

import re
from pathlib import Path

import pytest

from bot.__main__ import main
from domain.episode import Phase
from services.shows import ShowView
from tests.web import exhibition
from tests.web.conftest import Gallery


@pytest.fixture
async def downloaded(gallery: Gallery, show: ShowView, tmp_path: Path) -> tuple[Path, str]:
    """The file as it is served, and the root that stands on the page."""
    shown = await exhibition.hang(gallery.db, gallery.store, exhibition.pieces(8), phase=Phase.VOTING)
    await exhibition.vote(gallery.db, shown, 12)
    await exhibition.count(gallery.db, shown)
    async with gallery.client.get(f"/episodes/{shown.episode}/ballots.json") as response:
        data = await response.read()
    file = tmp_path / "ballots.json"
    file.write_bytes(data)
    [root] = set(re.findall(r"\b[0-9a-f]{64}\b", await gallery.text(f"/episodes/{shown.episode}"))) & set(
        re.findall(r'"root": ?"([0-9a-f]{64})"', data.decode())
    )
    return file, root


async def test_the_file_holds_and_shows_a_receipts_ballot(downloaded, capsys) -> None:
    file, root = downloaded
    assert main(["verify", str(file), "--root", root, "--receipt", exhibition.receipt(3)]) == 0
    said = capsys.readouterr().out
    assert "is in the count" in said
    assert said.endswith("It holds.\n")


async def test_a_changed_mark_is_found_in_the_file(downloaded, capsys) -> None:
    file, root = downloaded
    text = file.read_text(encoding="utf-8")
    changed = re.sub(
        r'("ballots": ?\[\{"w\d+": ?)(\d)', lambda found: f"{found[1]}{(int(found[2]) + 1) % 6}", text, count=1
    )
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    assert main(["verify", str(file), "--root", root]) == 1
    assert "ballots[0]: it does not match its commitment" in capsys.readouterr().out
