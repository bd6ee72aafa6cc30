"""The vote's buttons. They outlive a restart: each knows only ids, and the database knows the rest.

A press is answered with the edited booth, in one request; only where that takes too long is it acknowledged first.
"""

import re
from collections.abc import Awaitable
from typing import Any, Self

import discord

from cogs.common.interactions import actor_of, answer, asked_at, runtime_of
from cogs.common.outgoing import Outgoing
from cogs.common.timely import in_time
from cogs.runtime import Runtime
from cogs.voting import buttons, messages
from services import ballots
from services.access import Actor
from services.ballots import BoothView

Interaction = discord.Interaction[Any]
Match = re.Match[str]


async def open_booth(interaction: Interaction, episode_id: int, number: int | None = None) -> None:
    """Answer with the person's booth, in a message that only they see."""
    runtime = runtime_of(interaction)
    view = await in_time(
        ballots.open_booth(
            runtime.db, actor_of(interaction), episode_id=episode_id, number=number, asked_at=asked_at(interaction),
            now=runtime.clock(), rng=runtime.rng,
        ),
        lambda: interaction.response.defer(ephemeral=True, thinking=True),
    )  # fmt: skip
    await answer(interaction, _forgotten(messages.booth(view, runtime.site_url)))


class OpenButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=buttons.OPEN):
    """Opens the booth of whoever presses it."""

    def __init__(self, item: discord.ui.Button[Any], episode_id: int) -> None:
        super().__init__(item)
        self.episode_id = episode_id

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: discord.ui.Item[Any], match: Match, /) -> Self:
        """The button for an episode."""
        del interaction
        return cls(_button(item), int(match["episode"]))

    async def callback(self, interaction: Interaction) -> None:
        """Open the booth."""
        await open_booth(interaction, self.episode_id)


class MarkButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=buttons.MARK):
    """Gives the work that is shown a mark, or takes it back."""

    def __init__(self, item: discord.ui.Button[Any], match: Match) -> None:
        super().__init__(item)
        self.episode_id, self.work_id = int(match["episode"]), int(match["work"])
        self.mark = None if match["mark"] == "none" else int(match["mark"])

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: discord.ui.Item[Any], match: Match, /) -> Self:
        """The button for a work and a mark."""
        del interaction
        return cls(_button(item), match)

    async def callback(self, interaction: Interaction) -> None:
        """Save the mark and show it."""
        runtime = runtime_of(interaction)
        saving = ballots.mark(
            runtime.db, actor_of(interaction), episode_id=self.episode_id, work_id=self.work_id, mark=self.mark,
            asked_at=asked_at(interaction), now=runtime.clock(), rng=runtime.rng,
        )  # fmt: skip
        view = await _redraw(interaction, saving)
        if view.news:
            runtime.wake()


class StepButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=buttons.STEP):
    """Goes from the work that is shown to the next, or back."""

    def __init__(self, item: discord.ui.Button[Any], match: Match) -> None:
        super().__init__(item)
        self.episode_id, self.work_id, self.way = int(match["episode"]), int(match["work"]), match["way"]

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: discord.ui.Item[Any], match: Match, /) -> Self:
        """The button for a way from a work."""
        del interaction
        return cls(_button(item), match)

    async def callback(self, interaction: Interaction) -> None:
        """Show the work it leads to."""
        runtime = runtime_of(interaction)
        go = ballots.skip if self.way == "next" else ballots.back
        going = go(
            runtime.db, actor_of(interaction), episode_id=self.episode_id, work_id=self.work_id,
            asked_at=asked_at(interaction), now=runtime.clock(), rng=runtime.rng,
        )  # fmt: skip
        await _redraw(interaction, going)


class ReturnButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=buttons.RETURN):
    """Goes from the list of marks to where the voter left off."""

    def __init__(self, item: discord.ui.Button[Any], episode_id: int) -> None:
        super().__init__(item)
        self.episode_id = episode_id

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: discord.ui.Item[Any], match: Match, /) -> Self:
        """The button for an episode."""
        del interaction
        return cls(_button(item), int(match["episode"]))

    async def callback(self, interaction: Interaction) -> None:
        """Show the booth again."""
        runtime = runtime_of(interaction)
        opening = ballots.open_booth(
            runtime.db, actor_of(interaction), episode_id=self.episode_id, asked_at=asked_at(interaction),
            now=runtime.clock(), rng=runtime.rng,
        )  # fmt: skip
        await _redraw(interaction, opening)


class MineButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=buttons.MINE):
    """Shows a page of what the voter has marked."""

    def __init__(self, item: discord.ui.Button[Any], match: Match) -> None:
        super().__init__(item)
        self.episode_id, self.page = int(match["episode"]), int(match["page"])

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: discord.ui.Item[Any], match: Match, /) -> Self:
        """The button for a page of the ballot."""
        del interaction
        return cls(_button(item), match)

    async def callback(self, interaction: Interaction) -> None:
        """Show the page."""
        runtime, actor = runtime_of(interaction), actor_of(interaction)
        view = await in_time(
            ballots.ballot_of(runtime.db, actor, episode_id=self.episode_id), interaction.response.defer
        )
        await _edit(interaction, messages.ballot(view, self.page))


class JumpSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=buttons.JUMP):
    """Goes to the work that is picked."""

    def __init__(self, item: discord.ui.Select[Any], episode_id: int) -> None:
        super().__init__(item)
        self.episode_id = episode_id

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: discord.ui.Item[Any], match: Match, /) -> Self:
        """The select for an episode."""
        del interaction
        if not isinstance(item, discord.ui.Select):
            raise TypeError("vote:jump belongs to a select")
        return cls(item, int(match["episode"]))

    async def callback(self, interaction: Interaction) -> None:
        """Show the work."""
        runtime, actor = runtime_of(interaction), actor_of(interaction)
        await _redraw(interaction, _jump(runtime, actor, interaction, self.episode_id, int(self.item.values[0])))


ITEMS = (OpenButton, MarkButton, StepButton, ReturnButton, MineButton, JumpSelect)
"""Everything to be registered with the client."""


def _jump(
    runtime: Runtime, actor: Actor, interaction: Interaction, episode_id: int, work_id: int
) -> Awaitable[BoothView]:
    return ballots.show_work(
        runtime.db, actor, episode_id=episode_id, work_id=work_id, asked_at=asked_at(interaction),
        now=runtime.clock(), rng=runtime.rng,
    )  # fmt: skip


async def _redraw(interaction: Interaction, work: Awaitable[BoothView]) -> BoothView:
    view = await in_time(work, interaction.response.defer)
    await _edit(interaction, messages.booth(view, runtime_of(interaction).site_url))
    return view


async def _edit(interaction: Interaction, message: Outgoing) -> None:
    view = _forgotten(message).view
    if interaction.response.is_done():
        await interaction.edit_original_response(view=view)
    else:
        await interaction.response.edit_message(view=view)


def _forgotten(message: Outgoing) -> Outgoing:
    """Stopped, so that discord.py does not keep a layout in memory for every press."""
    if message.view is not None:
        message.view.stop()
    return message


def _button(item: discord.ui.Item[Any]) -> discord.ui.Button[Any]:
    if not isinstance(item, discord.ui.Button):
        raise TypeError("this name belongs to a button")
    return item
