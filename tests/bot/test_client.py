"""The client: ready when people can use it, commands sent when they changed, errors that reach the person."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.client import Client
from cogs.runtime import Runtime
from domain.errors import UserError
from sandbox.client import SandboxError
from services.store import Database
from tests.support.bot_studio import Stage, on_stage

PUT_COMMANDS = r"/applications/\d+/commands$"


class Button(discord.ui.DynamicItem[discord.ui.Button[discord.ui.LayoutView]], template=r"trouble:(?P<kind>\w+)"):
    def __init__(self, kind: str) -> None:
        super().__init__(discord.ui.Button(label=kind, custom_id=f"trouble:{kind}"))
        self.kind = kind

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: Any, match: Any, /) -> "Button":
        return cls(match["kind"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await fail(interaction, self.kind)


class Form(discord.ui.Modal, title="A form"):
    kind: discord.ui.Label[Any] = discord.ui.Label(text="Kind", component=discord.ui.TextInput(custom_id="kind"))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        assert isinstance(self.kind.component, discord.ui.TextInput)
        await fail(interaction, self.kind.component.value)


class Trouble(commands.Cog):
    """Commands that fail in every way."""

    @app_commands.command(description="Fail")
    async def trouble(self, interaction: discord.Interaction[Any], kind: str, defer: bool = False) -> None:
        if defer:
            await interaction.response.defer(ephemeral=True, thinking=True)
        await fail(interaction, kind)

    @trouble.autocomplete("kind")
    async def kinds(self, _interaction: discord.Interaction[Any], _current: str) -> list[app_commands.Choice[str]]:
        raise RuntimeError("no suggestions today")

    @app_commands.command(description="Show a form")
    async def form(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(Form())

    @app_commands.command(description="Show buttons")
    async def buttons(self, interaction: discord.Interaction[Any]) -> None:
        view = discord.ui.LayoutView(timeout=None)
        row: discord.ui.ActionRow[discord.ui.LayoutView] = discord.ui.ActionRow()
        for item in (Button("user"), Button("bug")):
            row.add_item(item)
        row.add_item(discord.ui.Button(label="old", custom_id="of-an-older-version"))
        view.add_item(row)
        await interaction.response.send_message(view=view)
        view.stop()  # which must not take the buttons' kind away from everybody


async def fail(interaction: discord.Interaction[Any], kind: str) -> None:
    match kind:
        case "user":
            raise UserError("There is no episode S9E9. See /show.")
        case "forbidden":
            channel = await interaction.client.fetch_channel(interaction.channel_id or 0)
            assert isinstance(channel, discord.TextChannel)
            await channel.edit(name="x")
        case _:
            raise RuntimeError("the trace of a bug")


async def add_trouble(bot: commands.Bot, runtime: Runtime) -> None:
    del runtime
    await bot.add_cog(Trouble())
    bot.add_dynamic_items(Button)
    await bot.tree.sync()


@pytest.fixture
async def troubled(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    async with on_stage(db, tmp_path, monkeypatch, add_trouble) as ready:
        yield ready


@pytest.mark.parametrize("defer", [False, True], ids=["at-once", "deferred"])
async def test_what_a_person_can_mend_is_told_to_them_alone(troubled: Stage, defer: bool) -> None:
    answer = await troubled.member.slash("trouble", channel=troubled.news, kind="user", defer=defer)
    assert answer.message is not None
    assert answer.message.text == "There is no episode S9E9. See /show."
    assert answer.message.ephemeral


async def test_a_bug_is_a_reference_for_the_person_and_a_trace_in_the_log(
    troubled: Stage, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await troubled.member.slash("trouble", channel=troubled.news, kind="bug")
    assert answer.message is not None
    reference = answer.message.text.rsplit("`")[1]
    assert "RuntimeError" not in answer.message.text
    # The console's layout breaks lines where the terminal ends, so breaks say nothing.
    logged = " ".join((caplog.text + capsys.readouterr().out).split())
    assert reference in logged
    assert "the trace of a bug" in logged


async def test_a_missing_permission_of_the_bot_is_a_sentence(troubled: Stage) -> None:
    await troubled.discord.control.set_bot_permissions(troubled.guild, without=["manage_channels", "administrator"])
    answer = await troubled.member.slash("trouble", channel=troubled.news, kind="forbidden")
    assert answer.message is not None
    assert "permission" in answer.message.text


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (400, 30005, "limit of roles"),
        (400, 30013, "limit of channels"),
        (400, 50035, "Try it with a shorter or simpler text"),
        (404, 10003, "That channel no longer exists"),
    ],
)
async def test_what_discord_refuses_is_a_sentence(troubled: Stage, status: int, code: int, sentence: str) -> None:
    refusal = {"method": "PATCH", "path": "/channels", "status": status, "code": code, "message": "No"}
    await troubled.discord.control.fault("status", **refusal)
    answer = await troubled.member.slash("trouble", channel=troubled.news, kind="forbidden")
    assert sentence in answer.text


async def test_an_answer_that_comes_too_late_is_no_bug(troubled: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    late = {"status": 404, "code": 10062, "message": "Unknown interaction"}
    await troubled.discord.control.fault("status", method="POST", path="/interactions/", **late)
    with pytest.raises(SandboxError, match="did not respond"):
        await troubled.member.slash("trouble", channel=troubled.news, kind="user", defer=True)
    said = capsys.readouterr().out
    assert "Discord no longer takes an answer" in said
    assert "reference" not in said


async def test_a_failing_autocomplete_is_an_empty_list(troubled: Stage) -> None:
    assert await troubled.member.autocomplete("trouble", "kind", "u", channel=troubled.news) == ()


@pytest.mark.parametrize(("label", "expected"), [("user", "no episode S9E9"), ("bug", "reference"), ("old", "older")])
async def test_buttons_answer_their_errors_also_when_nothing_knows_them(
    troubled: Stage, label: str, expected: str
) -> None:
    shown = await troubled.member.slash("buttons", channel=troubled.news)
    assert shown.message is not None
    answer = await troubled.member.click(shown.message, label)
    assert answer.message is not None
    assert expected in answer.message.text
    assert answer.message.ephemeral


async def test_forms_answer_their_errors(troubled: Stage) -> None:
    shown = await troubled.member.slash("form", channel=troubled.news)
    answer = await troubled.member.submit_modal(shown, {"kind": "user"})
    assert answer.message is not None
    assert "no episode S9E9" in answer.message.text


async def test_a_form_from_before_a_restart_is_answered(troubled: Stage) -> None:
    shown = await troubled.member.slash("form", channel=troubled.news)
    troubled.client._connection._view_store._modals.clear()
    answer = await troubled.member.submit_modal(shown, {"kind": "user"})
    assert answer.message is not None
    assert "open it again" in answer.message.text


async def syncs(stage: Stage) -> int:
    found = await stage.discord.control.requests()
    return sum(request["method"] == "PUT" and request["path"].endswith("/commands") for request in found)


async def start_again(stage: Stage, features: Any) -> None:
    """Another process on the same database and the same Discord."""
    await stage.client.close()
    client = Client(stage.runtime, add_features=features, catch_up=stage.client._catch_up)
    await client.login(stage.sandbox.options.token)
    connection = asyncio.create_task(client.connect())
    async with asyncio.timeout(10):
        await client.ready.wait()
    await client.close()
    await asyncio.gather(connection, return_exceptions=True)


async def test_commands_are_sent_only_when_they_changed(stage: Stage) -> None:
    async def one_more(bot: commands.Bot, runtime: Runtime) -> None:
        del runtime
        await bot.add_cog(Trouble())

    assert await syncs(stage) == 1
    await start_again(stage, stage.client._add_features)
    assert await syncs(stage) == 1
    await start_again(stage, one_more)
    assert await syncs(stage) == 2
    assert "trouble" in (await stage.member.commands(stage.news))["slash"]


async def test_the_bot_starts_though_discord_will_not_take_its_commands_yet(stage: Stage) -> None:
    await stage.discord.control.fault("status", status=503, method="PUT", path=PUT_COMMANDS)

    async def changed(bot: commands.Bot, runtime: Runtime) -> None:
        del runtime
        await bot.add_cog(Trouble())

    await start_again(stage, changed)
    assert "trouble" in (await stage.member.commands(stage.news))["slash"]


async def test_deadlines_are_held_back_until_what_was_posted_meanwhile_is_collected(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, let = asyncio.Event(), asyncio.Event()

    async def look_back(client: discord.Client, runtime: Runtime) -> None:
        begun.set()
        await let.wait()

    monkeypatch.setattr(stage.client, "_catch_up", look_back)
    await stage.client.collected.wait()
    await stage.discord.control.drop_gateway(resumable=False)
    async with asyncio.timeout(15):
        await begun.wait()
        assert not stage.client.collected.is_set()
        let.set()
        await stage.client.collected.wait()


async def test_a_resumed_session_needs_no_look_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[None] = []

    async def look_back(client: discord.Client, runtime: Runtime) -> None:
        looks.append(None)

    await stage.client.collected.wait()
    monkeypatch.setattr(stage.client, "_catch_up", look_back)
    gone = asyncio.create_task(stage.client.wait_for("disconnect"))
    await asyncio.sleep(0)
    await stage.discord.control.drop_gateway()
    async with asyncio.timeout(15):
        await gone
        await stage.client.collected.wait()
    assert looks == []


async def test_a_look_back_that_fails_is_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    tries: list[None] = []

    async def look_back(client: discord.Client, runtime: Runtime) -> None:
        tries.append(None)
        if len(tries) == 1:
            raise OSError("no network")

    await stage.client.collected.wait()
    monkeypatch.setattr(stage.client, "_catch_up", look_back)
    gone = asyncio.create_task(stage.client.wait_for("disconnect"))
    await asyncio.sleep(0)
    await stage.discord.control.drop_gateway(resumable=False)
    async with asyncio.timeout(15):
        await gone
        await stage.client.collected.wait()
    assert len(tries) == 2
