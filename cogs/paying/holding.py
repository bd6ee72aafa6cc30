"""Holding a disputed work's money in Discord: /payout hold and /payout release. Producers only."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.episodes import episode_choices
from cogs.common.interactions import actor_of, place_of, say_privately
from cogs.common.text import money
from cogs.common.works import number_typed
from cogs.paying import notes
from cogs.runtime import Runtime
from domain.episode import Phase, RoundPhase
from domain.errors import UserError
from services.kinds import HoldState
from services.paying import holds
from services.payouts import read

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]

_MOST = 25
_LONGEST_ID = 18
_WAYS = [
    app_commands.Choice(name="To those it was meant for", value=HoldState.RELEASED.value),
    app_commands.Choice(name="To its artists, as its credits are now", value=HoldState.CREDITED.value),
    app_commands.Choice(name="Back to the episode, for its next round", value=HoldState.POOLED.value),
]


class HoldCommands(commands.Cog):
    """Parts of /payout about money that waits."""

    runtime: Runtime

    @app_commands.command(name="hold", description="Let a disputed work's money wait, and nobody else's (producers)")
    @app_commands.describe(
        work="Which work, as in #12", reason="Why, for all to read", episode="Which episode (the newest proposal)"
    )
    async def hold(
        self,
        interaction: Interaction,
        work: app_commands.Range[str, 1, 100],
        reason: app_commands.Range[str, 1, holds.MAX_REASON],
        episode: str | None = None,
    ) -> None:
        """Hold a work's money."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        found = await read.latest_round(
            self.runtime.db, guild_id=actor.guild_id, episode=episode, channel_id=place_of(interaction),
            phase=RoundPhase.PROPOSED,
        )  # fmt: skip
        view = await holds.hold(
            self.runtime.db, actor, round_id=found.id, work=number_typed(work), reason=reason, now=self.runtime.clock()
        )
        self.runtime.wake()
        await say_privately(interaction, notes.held(view))

    @app_commands.command(name="release", description="Decide where a held work's money goes (producers)")
    @app_commands.describe(hold="Which hold", to="Where its money goes", decision="What was decided, for all to read")
    @app_commands.choices(to=_WAYS)
    async def release(
        self,
        interaction: Interaction,
        hold: str,
        to: str,
        decision: app_commands.Range[str, 1, holds.MAX_REASON],
    ) -> None:
        """Decide."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await holds.decide(
            self.runtime.db, actor_of(interaction), hold_id=_id(hold), to=HoldState(to), decision=decision,
            now=self.runtime.clock(),
        )  # fmt: skip
        self.runtime.wake()
        await say_privately(interaction, notes.decided(view))

    @hold.autocomplete("episode")
    async def _hold_episodes(self, interaction: Interaction, current: str) -> Choices:
        return await episode_choices(self.runtime, interaction, current, (Phase.RELEASED,))

    @release.autocomplete("hold")
    async def _holds(self, interaction: Interaction, current: str) -> Choices:
        if interaction.guild_id is None:
            return []
        found = await holds.holds_of(self.runtime.db, guild_id=interaction.guild_id, only_held=True)
        names = [
            (f"{each.episode}: #{each.work.number} {each.work.title}, {money(each.amount)}"[:100], str(each.id))
            for each in found
        ]
        typed = current.casefold()
        return [app_commands.Choice(name=name, value=value) for name, value in names if typed in name.casefold()][
            :_MOST
        ]


def _id(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_ID):
        raise UserError("Pick the hold from the list that appears while you type.")
    return int(text)
