"""What the buttons around sources do: their panel, thanks, look-alikes, disputes. They outlive a restart."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, runtime_of, say_privately
from cogs.common.panels import acknowledge, defer, resolve
from cogs.works import disputed, sourced
from cogs.works.forms import SourceForm
from cogs.works.source_buttons import DISPUTE, LIKENESS, OBJECT, PICK, SOURCE, THANK, WANTS
from cogs.works.source_forms import (
    ClaimForm,
    ObjectionForm,
    PartsForm,
    ReplyForm,
    SourceWords,
    ThanksForm,
    VerdictForm,
    show_sources,
)
from domain.errors import UserError
from services.views import SourceView, WorkView
from services.works import disputes, lookalikes, parts, read, remixed

Interaction = discord.Interaction[Any]


class SourceButton(LastingButton, template=SOURCE):
    """A button about a work's sources."""

    async def callback(self, interaction: Interaction) -> None:
        """Do what it says."""
        await _SOURCE[self.word("doing")](interaction, self.number("work"))


class SourcePick(discord.ui.DynamicItem[discord.ui.Select[Any]], template=PICK):
    """Opens the form about the source that is picked."""

    def __init__(self, item: discord.ui.Select[Any], work_id: int) -> None:
        super().__init__(item)
        self.work_id = work_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The select of a work."""
        del interaction
        if not isinstance(item, discord.ui.Select):
            raise TypeError("source:pick belongs to a select")
        return cls(item, int(match["work"]))

    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        work = await read.for_hand(runtime_of(interaction).db, actor_of(interaction), self.work_id)
        await interaction.response.send_modal(SourceWords(work, _source(work, int(self.item.values[0]))))


class ThankButton(LastingButton, template=THANK):
    """Opens the form for a line of thanks; in direct messages, too."""

    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        work = await _here(interaction, self.number("work"))
        if work.artist.user_id != interaction.user.id:
            raise UserError(f"The words beside a source are {work.artist.name}'s, who posted #{work.number}.")
        await interaction.response.send_modal(ThanksForm(work.id, _source(work, self.number("source"))))


class ObjectButton(LastingButton, template=OBJECT):
    """Opens the form to dispute a source."""

    async def callback(self, interaction: Interaction) -> None:
        """Open it."""
        work = await _here(interaction, self.number("work"))
        source = next((one for one in work.sources if one.work and one.work.id == self.number("source")), None)
        if source is None:
            raise UserError("This work does not name yours as its source any more.")
        await interaction.response.send_modal(ObjectionForm(work, source))


class WantsButton(LastingButton, template=WANTS):
    """Has the person told of remixes, or no more."""

    async def callback(self, interaction: Interaction) -> None:
        """Remember it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        told, work_id = self.word("told") == "on", self.number("work")
        await remixed.wants(runtime_of(interaction).db, interaction.user.id, work_id, told=told)
        await answer(interaction, sourced.wanted(work_id, told=told))


class LikenessButton(LastingButton, template=LIKENESS):
    """The poster's answer to whether a work is a source."""

    async def callback(self, interaction: Interaction) -> None:
        """Credit it, or remember that it is none."""
        runtime, credit = runtime_of(interaction), self.word("answer") == "yes"
        await acknowledge(interaction)
        found = await lookalikes.answer(
            runtime.db, interaction.user.id, self.number("likeness"), credit=credit, now=runtime.clock()
        )
        runtime.wake()
        work = await read.view(runtime.db, found.work.id)
        edge = next((one for one in work.sources if one.work and one.work.id == found.source.id), None)
        await resolve(interaction, sourced.answered(found, edge))


class DisputeButton(LastingButton, template=DISPUTE):
    """What the poster, whoever raised it, or a producer does about a dispute."""

    async def callback(self, interaction: Interaction) -> None:
        """Do what it says."""
        await _DISPUTE[self.word("doing")](interaction, self.number("dispute"))


ITEMS = (SourceButton, SourcePick, ThankButton, ObjectButton, WantsButton, LikenessButton, DisputeButton)


async def _panel(interaction: Interaction, work_id: int) -> None:
    await defer(interaction)
    await show_sources(interaction, work_id)


async def _form(interaction: Interaction, work_id: int, form: Callable[[WorkView], discord.ui.Modal]) -> None:
    work = await read.for_hand(runtime_of(interaction).db, actor_of(interaction), work_id)
    await interaction.response.send_modal(form(work))


async def _equal(interaction: Interaction, work_id: int) -> None:
    await defer(interaction)
    runtime = runtime_of(interaction)
    await parts.set_parts(runtime.db, actor_of(interaction), work_id, {}, now=runtime.clock())
    runtime.wake()
    await show_sources(interaction, work_id, "All sources have equal parts.")


async def _claim(interaction: Interaction, work_id: int) -> None:
    work = await _here(interaction, work_id)
    await interaction.response.send_modal(ClaimForm(work))


_SOURCE: dict[str, Callable[[Interaction, int], Awaitable[None]]] = {
    "panel": _panel,
    "add": lambda interaction, work_id: _form(interaction, work_id, SourceForm),
    "parts": lambda interaction, work_id: _form(interaction, work_id, PartsForm),
    "equal": _equal,
    "claim": _claim,
}


async def _agree(interaction: Interaction, dispute_id: int) -> None:
    await acknowledge(interaction)
    runtime = runtime_of(interaction)
    found = await disputes.agree(runtime.db, interaction.user.id, dispute_id, now=runtime.clock())
    runtime.wake()
    await resolve(interaction, disputed.agreed(found))


async def _back(interaction: Interaction, dispute_id: int) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    found = await disputes.take_back(runtime.db, interaction.user.id, dispute_id, now=runtime.clock())
    runtime.wake()
    await say_privately(interaction, disputed.done(found, interaction.user.id))


async def _reply(interaction: Interaction, dispute_id: int) -> None:
    await interaction.response.send_modal(ReplyForm(dispute_id))


async def _verdict(interaction: Interaction, dispute_id: int, *, uphold: bool) -> None:
    found = await disputes.for_verdict(runtime_of(interaction).db, actor_of(interaction), dispute_id)
    label = disputed.verdict_label(found, uphold=uphold)
    await interaction.response.send_modal(VerdictForm(dispute_id, uphold=uphold, label=label))


_DISPUTE: dict[str, Callable[[Interaction, int], Awaitable[None]]] = {
    "agree": _agree,
    "reply": _reply,
    "uphold": lambda interaction, dispute_id: _verdict(interaction, dispute_id, uphold=True),
    "decline": lambda interaction, dispute_id: _verdict(interaction, dispute_id, uphold=False),
    "back": _back,
}


async def _here(interaction: Interaction, work_id: int) -> WorkView:
    """The work of this server; in a direct message of any that the person may have it from."""
    work = await read.view(runtime_of(interaction).db, work_id)
    if interaction.guild_id not in (None, work.guild_id):
        raise UserError("This work is not here any more.")
    return work


def _source(work: WorkView, source_id: int) -> SourceView:
    found = next((source for source in work.sources if source.id == source_id), None)
    if found is None:
        raise UserError("This work no longer names that source.")
    return found
