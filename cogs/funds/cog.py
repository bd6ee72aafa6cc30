"""/fund: money in and out of an episode."""

from datetime import date
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.episodes import episode_choices
from cogs.common.interactions import actor_of, answer, place_of
from cogs.common.shows import show_choices
from cogs.funds import messages
from cogs.runtime import Runtime
from domain.errors import UserError
from services import funds
from services.kinds import FundKind

_SHOW = "Which show (the one of this channel if left out)"
KINDS = [app_commands.Choice(name=name, value=kind.value) for kind, name in messages.NAMES.items()]


@app_commands.guild_only()
class Funds(commands.GroupCog, group_name="fund", group_description="The money that an episode's artists will share"):
    """Producers enter money; everything they enter stays in the books."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(
        name="add", description="Enter money for an episode: revenue, a cost, a budget line, the reserve"
    )
    @app_commands.describe(
        kind="Where the money comes from or goes to",
        amount="How much, as in 50,000 or $49.90",
        source="Who paid or was paid",
        note="Anything worth knowing later",
        received_on="The day it arrived, as in 2026-06-01 (today if left out)",
        episode="Which episode (the newest that is out if left out)",
        show=_SHOW,
    )
    @app_commands.choices(kind=KINDS)
    async def add(
        self,
        interaction: discord.Interaction[Any],
        kind: app_commands.Choice[str],
        amount: app_commands.Range[str, 1, 50],
        source: app_commands.Range[str, 1, funds.MAX_SOURCE],
        note: app_commands.Range[str, 0, funds.MAX_NOTE] = "",
        received_on: str | None = None,
        episode: str | None = None,
        show: str | None = None,
    ) -> None:
        """Enter money for an episode."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        view = await funds.add(
            self.runtime.db,
            actor,
            episode_id=await self._episode(interaction, episode, show),
            kind=FundKind(kind.value),
            amount=amount,
            source=source,
            note=note,
            received_on=_day(received_on),
            asked_by=interaction.id,
            now=self.runtime.clock(),
        )
        await answer(interaction, messages.funds(view, f"Entered: {messages.NAMES[FundKind(kind.value)].lower()}."))

    @app_commands.command(name="show", description="What an episode is funded with, and what its artists will share")
    @app_commands.describe(episode="Which episode (the newest that is out if left out)", show=_SHOW)
    async def show(
        self, interaction: discord.Interaction[Any], episode: str | None = None, show: str | None = None
    ) -> None:
        """Show an episode's money."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        episode_id = await self._episode(interaction, episode, show)
        view = await funds.funds_view(self.runtime.db, actor_of(interaction), episode_id=episode_id)
        await answer(interaction, messages.funds(view))

    @app_commands.command(name="take-back", description="Reverse an entry that was wrong; the books keep both")
    @app_commands.describe(entry="The number in front of the entry in /fund show", reason="Why it is taken back")
    async def take_back(
        self, interaction: discord.Interaction[Any], entry: int, reason: app_commands.Range[str, 1, funds.MAX_NOTE]
    ) -> None:
        """Reverse an entry."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await funds.take_back(
            self.runtime.db, actor_of(interaction), fund_id=entry, reason=reason, now=self.runtime.clock()
        )
        await answer(interaction, messages.funds(view, f"Entry {entry} is taken back."))

    @add.autocomplete("episode")
    @show.autocomplete("episode")
    async def _episodes(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await episode_choices(self.runtime, interaction, current, funds.FUNDED)

    @add.autocomplete("show")
    @show.autocomplete("show")
    async def _shows(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return await show_choices(self.runtime, interaction, current)

    async def _episode(self, interaction: discord.Interaction[Any], episode: str | None, show: str | None) -> int:
        found = await funds.money_episode(
            self.runtime.db, actor_of(interaction), episode=episode, show=show, channel_id=place_of(interaction)
        )
        return found.id


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UserError(f"“{text[:20]}” is no day. Write it as year-month-day, as in 2026-06-01.") from error
