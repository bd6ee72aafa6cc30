"""/cut: what goes into the episode, changed in the open."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer, place_of
from cogs.common.works import work_choices
from cogs.cut import messages
from cogs.runtime import Runtime
from services import cuts
from services.cuts import MAX_POINTS

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]

_SHOW = "Which show (the one of this channel if left out)"
_REASON = "Why; everybody can read it"
_MAX_REASON = 500


@app_commands.guild_only()
class Cut(commands.GroupCog, group_name="cut", group_description="The works that make it into the episode"):
    """Producers make the cut; every change is public."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="show", description="What is in the cut, and what the producers changed")
    @app_commands.describe(show=_SHOW)
    async def show(self, interaction: Interaction, show: str | None = None) -> None:
        """Show the cut."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await cuts.latest_cut(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction)
        )
        await answer(interaction, messages.cut(view, self.runtime.site_url))

    @app_commands.command(name="add", description="Put a work into the cut (producers)")
    @app_commands.describe(work="The work, such as #12", reason=_REASON, show=_SHOW)
    async def add(
        self,
        interaction: Interaction,
        work: str,
        reason: app_commands.Range[str, 0, _MAX_REASON] = "",
        show: str | None = None,
    ) -> None:
        """Put a work in."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await cuts.add(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), work=work,
            reason=reason, now=self.runtime.clock(),
        )  # fmt: skip
        await self._changed(interaction, view, "It is in.")

    @app_commands.command(name="remove", description="Take a work out of the cut, with a reason (producers)")
    @app_commands.describe(work="The work, such as #12", reason=_REASON, show=_SHOW)
    async def remove(
        self,
        interaction: Interaction,
        work: str,
        reason: app_commands.Range[str, 0, _MAX_REASON] = "",
        show: str | None = None,
    ) -> None:
        """Take a work out."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await cuts.remove(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), work=work,
            reason=reason, now=self.runtime.clock(),
        )  # fmt: skip
        await self._changed(interaction, view, "It is out.")

    @app_commands.command(name="points", description="What a work in the cut weighs when money is shared (producers)")
    @app_commands.describe(work="The work, such as #12", points="A whole number; twice the points, twice the share",
                           reason=_REASON, show=_SHOW)  # fmt: skip
    async def points(
        self,
        interaction: Interaction,
        work: str,
        points: app_commands.Range[int, 0, MAX_POINTS],
        reason: app_commands.Range[str, 1, _MAX_REASON],
        show: str | None = None,
    ) -> None:
        """Weigh a work."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await cuts.set_points(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), work=work,
            points=points, reason=reason, now=self.runtime.clock(),
        )  # fmt: skip
        await self._changed(interaction, view, f"It has {points:,} points now.")

    async def _changed(self, interaction: Interaction, view: cuts.CutView, sentence: str) -> None:
        self.runtime.wake()
        await answer(interaction, messages.changed(view, sentence, self.runtime.site_url))

    @add.autocomplete("work")
    async def _outside(self, interaction: Interaction, current: str) -> Choices:
        return await self._choices(interaction, current, in_cut=False)

    @remove.autocomplete("work")
    @points.autocomplete("work")
    async def _inside(self, interaction: Interaction, current: str) -> Choices:
        return await self._choices(interaction, current, in_cut=True)

    async def _choices(self, interaction: Interaction, current: str, *, in_cut: bool) -> Choices:
        found = await cuts.suggest_works(
            self.runtime.db, actor_of(interaction), show=getattr(interaction.namespace, "show", None),
            channel_id=place_of(interaction), in_cut=in_cut,
        )  # fmt: skip
        return work_choices(found, current)
