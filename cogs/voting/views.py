"""The vote's buttons. They outlive a restart: each knows only ids, and the database knows the rest.

A press is answered with the edited booth, in one request; only where that takes too long is it acknowledged first.
"""

import re
from collections.abc import Awaitable
from typing import Any, Self

import discord

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, asked_at, runtime_of
from cogs.common.outgoing import Outgoing
from cogs.common.redrawing import redraw
from cogs.common.timely import in_time
from cogs.runtime import Runtime
from cogs.voting import booth, buttons
from services import ballots
from services.access import Actor
from services.ballots import BoothView

Interaction = discord.Interaction[Any]


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
    await answer(interaction, _forgotten(booth.booth(view, runtime.site_url)))


class OpenButton(LastingButton, template=buttons.OPEN):
    """Opens the booth of whoever presses it."""

    async def callback(self, interaction: Interaction) -> None:
        """Open the booth."""
        await open_booth(interaction, self.number("episode"))


class MarkButton(LastingButton, template=buttons.MARK):
    """Gives the work that is shown a mark, or takes it back."""

    async def callback(self, interaction: Interaction) -> None:
        """Save the mark and show it."""
        runtime = runtime_of(interaction)
        mark = None if self.word("mark") == "none" else self.number("mark")
        saving = ballots.mark(
            runtime.db, actor_of(interaction), episode_id=self.number("episode"), work_id=self.number("work"),
            mark=mark, part=int(self.match["part"] or 0), asked_at=asked_at(interaction), now=runtime.clock(),
            rng=runtime.rng,
        )  # fmt: skip
        await _redraw(interaction, saving)


class PartButton(LastingButton, template=buttons.PART):
    """Asks for another of several criteria."""

    async def callback(self, interaction: Interaction) -> None:
        """Show the work, asking for it."""
        runtime = runtime_of(interaction)
        showing = ballots.show_work(
            runtime.db, actor_of(interaction), episode_id=self.number("episode"), work_id=self.number("work"),
            part=self.number("part"), asked_at=asked_at(interaction), now=runtime.clock(), rng=runtime.rng,
        )  # fmt: skip
        await _redraw(interaction, showing)


class PickButton(LastingButton, template=buttons.PICK):
    """Makes the work that is shown the voter's next pick."""

    async def callback(self, interaction: Interaction) -> None:
        """Save the pick and show it."""
        runtime = runtime_of(interaction)
        picking = ballots.pick(
            runtime.db, actor_of(interaction), episode_id=self.number("episode"), work_id=self.number("work"),
            asked_at=asked_at(interaction), now=runtime.clock(), rng=runtime.rng,
        )  # fmt: skip
        await _redraw(interaction, picking)


class MoveButton(LastingButton, template=buttons.MOVE):
    """Moves a pick up or down, or level with the one above."""

    async def callback(self, interaction: Interaction) -> None:
        """Save the new order and show it."""
        runtime = runtime_of(interaction)
        moving = ballots.move(
            runtime.db, actor_of(interaction), episode_id=self.number("episode"), work_id=self.number("work"),
            way=self.word("way"), place=self.number("place"), asked_at=asked_at(interaction), now=runtime.clock(),
            rng=runtime.rng,
        )  # fmt: skip
        await _redraw(interaction, moving)


class StepButton(LastingButton, template=buttons.STEP):
    """Goes from the work that is shown to the next, or back."""

    async def callback(self, interaction: Interaction) -> None:
        """Show the work it leads to."""
        runtime = runtime_of(interaction)
        go = ballots.skip if self.word("way") == "next" else ballots.back
        going = go(
            runtime.db, actor_of(interaction), episode_id=self.number("episode"), work_id=self.number("work"),
            asked_at=asked_at(interaction), now=runtime.clock(), rng=runtime.rng,
        )  # fmt: skip
        await _redraw(interaction, going)


class ReturnButton(LastingButton, template=buttons.RETURN):
    """Goes from the list of marks to where the voter left off."""

    async def callback(self, interaction: Interaction) -> None:
        """Show the booth again."""
        runtime = runtime_of(interaction)
        opening = ballots.open_booth(
            runtime.db, actor_of(interaction), episode_id=self.number("episode"), asked_at=asked_at(interaction),
            now=runtime.clock(), rng=runtime.rng,
        )  # fmt: skip
        await _redraw(interaction, opening)


class MineButton(LastingButton, template=buttons.MINE):
    """Shows a page of what the voter has marked."""

    async def callback(self, interaction: Interaction) -> None:
        """Show the page."""
        runtime, actor = runtime_of(interaction), actor_of(interaction)
        view = await in_time(
            ballots.ballot_of(runtime.db, actor, episode_id=self.number("episode")), interaction.response.defer
        )
        await _edit(interaction, booth.ballot(view, self.number("page")))


class AllButton(LastingButton, template=buttons.ALL):
    """Shows a page of all works."""

    async def callback(self, interaction: Interaction) -> None:
        """Show the page."""
        runtime = runtime_of(interaction)
        listing = ballots.all_works(
            runtime.db, actor_of(interaction), episode_id=self.number("episode"), page=self.number("page"),
            asked_at=asked_at(interaction), now=runtime.clock(), rng=runtime.rng,
        )  # fmt: skip
        await _edit(interaction, booth.all_works(await in_time(listing, interaction.response.defer)))


class JumpSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=buttons.JUMP):
    """Goes to the work that is picked."""

    def __init__(self, item: discord.ui.Select[Any], episode_id: int) -> None:
        super().__init__(item)
        self.episode_id = episode_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The select for an episode."""
        del interaction
        if not isinstance(item, discord.ui.Select):
            raise TypeError("vote:jump belongs to a select")
        return cls(item, int(match["episode"]))

    async def callback(self, interaction: Interaction) -> None:
        """Show the work."""
        runtime, actor = runtime_of(interaction), actor_of(interaction)
        await _redraw(interaction, _jump(runtime, actor, interaction, self.episode_id, int(self.item.values[0])))


ITEMS = (
    OpenButton,
    MarkButton,
    PartButton,
    PickButton,
    MoveButton,
    StepButton,
    ReturnButton,
    MineButton,
    AllButton,
    JumpSelect,
)
"""Everything to be registered with the client."""


def _jump(
    runtime: Runtime, actor: Actor, interaction: Interaction, episode_id: int, work_id: int
) -> Awaitable[BoothView]:
    return ballots.show_work(
        runtime.db, actor, episode_id=episode_id, work_id=work_id, asked_at=asked_at(interaction),
        now=runtime.clock(), rng=runtime.rng,
    )  # fmt: skip


async def _redraw(interaction: Interaction, work: Awaitable[BoothView]) -> None:
    runtime = runtime_of(interaction)
    view = await in_time(work, interaction.response.defer)
    await _edit(interaction, booth.booth(view, runtime.site_url))
    if view.news:
        runtime.wake()


async def _edit(interaction: Interaction, message: Outgoing) -> None:
    view = _forgotten(message).view
    if view is not None:
        await redraw(interaction, view)


def _forgotten(message: Outgoing) -> Outgoing:
    """Stopped, so that discord.py does not keep a layout in memory for every press."""
    if message.view is not None:
        message.view.stop()
    return message
