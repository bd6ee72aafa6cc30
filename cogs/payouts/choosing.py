"""/payout preview, adjust and undo: rules compared before they are chosen, and money moved by hand with a reason."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.episodes import episode_choices
from cogs.common.interactions import actor_of, answer, place_of, say_privately
from cogs.common.shows import show_choices
from cogs.payouts import comparing
from cogs.runtime import Runtime
from domain.episode import Phase, RoundPhase
from domain.errors import UserError
from services.payouts import adjusting, read
from services.payouts.adjusting import Side
from services.payouts.preview import preview
from services.payouts.views import RoundView

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]

_EPISODE = "Which episode (the newest payout if left out)"
_SHOW = "Which show (the one of this channel if left out)"
_CUT = (Phase.CUTTING, Phase.RELEASED)


class ChoosingOf(commands.Cog):
    """A part of the cog of /payout: choosing rules, and what producers move by hand."""

    runtime: Runtime

    @app_commands.command(name="preview", description="Compare what different rules would pay (producers)")
    @app_commands.describe(
        pool="How much to share, as in 50,000 (what is there now if left out)",
        blend="The blend to compare, as in “equal 50, points 30, votes 20”",
        lineage="Another per cent for sources to compare with",
        episode="Whose cut to try it on (the newest if left out)",
        show=_SHOW,
    )
    async def preview(
        self,
        interaction: Interaction,
        pool: app_commands.Range[str, 1, 50] | None = None,
        blend: app_commands.Range[str, 1, 80] | None = None,
        lineage: app_commands.Range[int, 0, 100] | None = None,
        episode: str | None = None,
        show: str | None = None,
    ) -> None:
        """Compare policies."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await preview(
            self.runtime.db, actor_of(interaction), episode=episode, show=show, channel_id=place_of(interaction),
            pool=pool, blend=blend, lineage_bp=None if lineage is None else lineage * 100,
        )  # fmt: skip
        await answer(interaction, comparing.comparison(view))

    @app_commands.command(name="adjust", description="Move money in a proposed payout by hand, and say why (producers)")
    @app_commands.describe(
        amount="How much, as in 50 or $12.50",
        reason="Why; everybody can read it",
        to_member="Who gets it",
        to_work="The work whose artists get it, as in #12",
        from_member="Whose it is now (off the top of the pool if left out)",
        from_work="The work whose artists give it, as in #12",
        episode=_EPISODE,
        show=_SHOW,
    )
    async def adjust(
        self,
        interaction: Interaction,
        amount: app_commands.Range[str, 1, 50],
        reason: app_commands.Range[str, 1, adjusting.MAX_REASON],
        to_member: discord.User | None = None,
        to_work: app_commands.Range[str, 1, 20] | None = None,
        from_member: discord.User | None = None,
        from_work: app_commands.Range[str, 1, 20] | None = None,
        episode: str | None = None,
        show: str | None = None,
    ) -> None:
        """Move money by hand."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._proposed(interaction, episode, show)
        view = await adjusting.adjust(
            self.runtime.db, actor_of(interaction), round_id=found.id, giver=_side(from_member, from_work),
            taker=_side(to_member, to_work), amount=amount, reason=reason, asked_by=interaction.id,
            now=self.runtime.clock(),
        )  # fmt: skip
        self.runtime.wake()
        await say_privately(interaction, comparing.done(view))

    @app_commands.command(name="undo", description="Take an adjustment out of a proposed payout again (producers)")
    @app_commands.describe(number="The adjustment's number in /payout show", episode=_EPISODE, show=_SHOW)
    async def undo(
        self, interaction: Interaction, number: int, episode: str | None = None, show: str | None = None
    ) -> None:
        """Undo an adjustment."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._proposed(interaction, episode, show)
        view = await adjusting.undo(
            self.runtime.db, actor_of(interaction), round_id=found.id, number=number, now=self.runtime.clock()
        )
        self.runtime.wake()
        await say_privately(interaction, comparing.done(view))

    async def _proposed(self, interaction: Interaction, episode: str | None, show: str | None) -> RoundView:
        return await read.latest_round(
            self.runtime.db, guild_id=actor_of(interaction).guild_id, episode=episode, show=show,
            channel_id=place_of(interaction), phase=RoundPhase.PROPOSED,
        )  # fmt: skip

    @preview.autocomplete("episode")
    @adjust.autocomplete("episode")
    @undo.autocomplete("episode")
    async def _cut_episodes(self, interaction: Interaction, current: str) -> Choices:
        return await episode_choices(self.runtime, interaction, current, _CUT)

    @preview.autocomplete("show")
    @adjust.autocomplete("show")
    @undo.autocomplete("show")
    async def _choosing_shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)


def _side(member: discord.User | None, work: str | None) -> Side:
    if work is None:
        return Side() if member is None else Side(user_id=member.id, name=member.display_name)
    plain = work.strip().removeprefix("#")
    if not plain.isdecimal() or len(plain) > 9:  # noqa: PLR2004 - no show has a thousand million works
        raise UserError(f"“{work[:20]}” is no work. Name it by its number, as in #12.")
    return Side(user_id=None if member is None else member.id, work=int(plain))
