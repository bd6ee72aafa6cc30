"""/show money: where a show's money comes from, who gets how much, and who sees it."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer, place_of
from cogs.common.look import small
from cogs.common.shows import show_choices
from cogs.common.terms import money_lines
from cogs.runtime import Runtime
from cogs.shows import messages
from services.shows import MoneyRuleChanges, get_show, update_money_rules

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
Percent = app_commands.Range[int, 0, 100]
Amount = app_commands.Range[str, 1, 50]

_FUNDING = [
    app_commands.Choice(name="A share of the profit, and any budget on top", value="profit"),
    app_commands.Choice(name="A pool that is put in; the house keeps what the episode earns", value="pool"),
]
_WEIGHTS = [
    app_commands.Choice(name="Equal", value="equal"),
    app_commands.Choice(name="Points given by producers, in the open", value="points"),
    app_commands.Choice(name="A blend of equal, points and votes (give `blend`)", value="blend"),
    app_commands.Choice(name="Votes alone (needs `votes_alone`)", value="votes"),
]
_UNCLAIMED = [
    app_commands.Choice(name="To the show's reserve", value="reserve"),
    app_commands.Choice(name="To the house", value="house"),
    app_commands.Choice(name="To the artists of their sources", value="sources"),
    app_commands.Choice(name="Shared again among the episode's artists", value="pool"),
]
_SHOWN = [
    app_commands.Choice(name="With the artists' names", value="names"),
    app_commands.Choice(name="Under pseudonyms", value="pseudonyms"),
]
_BLENDS = ("equal 50, points 50", "equal 50, votes 50", "equal 50, points 30, votes 20", "points 80, votes 20")
_KEPT = "Episodes that are planned or running keep their deal; `planned: True` brings this to those not open yet."
_NEVER = "An episode that is open keeps the deal it was opened with."


class MoneyRulesOf(commands.Cog):
    """A part of the cog of /show: the command for money."""

    runtime: Runtime

    @app_commands.command(name="money", description="The money terms of the next episodes; alone it shows them")
    @app_commands.describe(
        funding="Where the money comes from",
        promised="A budget that artists are promised, as in 50,000; 0 for none",
        house="Per cent of the profit that the house keeps",
        weights="What a work in the cut weighs when money is shared",
        blend="How weights are blended, as in “equal 50, points 30, votes 20”",
        votes_alone="Yes, votes alone may set what everybody is paid",
        lineage="Per cent that a remix passes to what it was made from",
        floor="The least that anybody in the cut gets, such as 5.00",
        cap="The most one artist can get, per cent of the pool",
        payout_min="From what balance money is sent, such as 10.00",
        comments="How long a proposed payout is open for comments, as in 14d",
        comments_min="The shortest time for comments that producers can choose, as in 7d",
        claim_days="Days until money counts as unclaimed",
        unclaimed="Where unclaimed money goes",
        amounts="How amounts are shown to others",
        receipts="Whether everyone in the server can see receipts",
        planned="Also change the deals of episodes that are planned and not open yet",
        show="Which show (the one of this channel if left out)",
    )
    @app_commands.choices(funding=_FUNDING, weights=_WEIGHTS, unclaimed=_UNCLAIMED, amounts=_SHOWN)
    async def money(
        self,
        interaction: Interaction,
        funding: str | None = None,
        promised: Amount | None = None,
        house: Percent | None = None,
        weights: str | None = None,
        blend: app_commands.Range[str, 1, 80] | None = None,
        votes_alone: bool = False,
        lineage: Percent | None = None,
        floor: Amount | None = None,
        cap: app_commands.Range[int, 1, 100] | None = None,
        payout_min: Amount | None = None,
        comments: app_commands.Range[str, 1, 30] | None = None,
        comments_min: app_commands.Range[str, 1, 30] | None = None,
        claim_days: app_commands.Range[int, 1, 3650] | None = None,
        unclaimed: str | None = None,
        amounts: str | None = None,
        receipts: bool | None = None,
        planned: bool = False,
        show: str | None = None,
    ) -> None:
        """Change, or show, a show's money terms."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor, channel = actor_of(interaction), place_of(interaction)
        changes = MoneyRuleChanges(
            funding=funding, promised=promised, house_percent=house, weights=weights, blend=blend,
            votes_alone=votes_alone, lineage_percent=lineage, floor=floor, cap_percent=cap, payout_min=payout_min,
            comments=comments, comments_min=comments_min, claim_days=claim_days, unclaimed=unclaimed,
            shown_as=amounts, receipts_public=receipts, planned=planned,
        )  # fmt: skip
        if changes == MoneyRuleChanges():
            view = await get_show(self.runtime.db, actor.guild_id, show=show, channel_id=channel)
            await answer(interaction, messages.changed(view, *money_lines(view), *messages.money_extras(view)))
            return
        done = await update_money_rules(
            self.runtime.db, actor, show=show, channel_id=channel, changes=changes, now=self.runtime.clock()
        )
        self.runtime.wake()
        said = small(f"The deal of {', '.join(done.planned)} says so now too. {_NEVER}" if done.planned else _KEPT)
        lines = (*money_lines(done.show), *messages.money_extras(done.show), said)
        await answer(interaction, messages.changed(done.show, *lines))

    @money.autocomplete("blend")
    async def _blends(self, interaction: Interaction, current: str) -> Choices:
        del interaction
        typed = current.strip()
        offered = dict.fromkeys([typed, *_BLENDS] if typed else _BLENDS)
        return [app_commands.Choice(name=words[:100], value=words[:100]) for words in offered]

    @money.autocomplete("show")
    async def _money_shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)
