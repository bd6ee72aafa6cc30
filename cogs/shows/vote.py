"""/show vote: how a show votes, and who may."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer, place_of
from cogs.common.look import small
from cogs.common.shows import show_choices
from cogs.common.votes import vote_lines
from cogs.runtime import Runtime
from cogs.shows import messages
from services.shows import VoteRuleChanges, get_show, update_vote_rules

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
Days = app_commands.Range[int, 0, 3650]

_METHODS = [
    app_commands.Choice(name="Score: everyone rates works, the best average wins", value="score"),
    app_commands.Choice(name="STAR: everyone rates works, the two best meet in a final", value="star"),
    app_commands.Choice(name="Approval: everyone approves of what they like", value="approval"),
    app_commands.Choice(name="Ranking, two by two (Schulze): the broadest agreement wins", value="schulze"),
    app_commands.Choice(name="Ranking for several places (STV): every large group finds a favourite", value="stv"),
]
_CRITERIA = ("none", "Craft, Story", "Craft 2, Story, Sound", "Idea, Craft, Fits the theme")
_KEPT = "Episodes that are planned or running keep the deal they were announced with."


class VoteRulesOf(commands.Cog):
    """A part of the cog of /show: the command for the vote."""

    runtime: Runtime

    @app_commands.command(name="vote", description="How the next episodes vote and who may; alone it shows the rules")
    @app_commands.describe(
        how="How works are marked and counted",
        max_score="The highest mark, where works are rated",
        seats="How many works the vote puts into the cut",
        criteria="Rate works for several things, such as “Craft 2, Story”; “none” for one mark",
        normalise="Stretch each voter's marks to the whole scale",
        few_votes="Lower the average of works that few people rated",
        hide_artists="Do not name artists in the booth and the gallery until the vote ends",
        jury="The role of a jury with its own part of the result",
        jury_share="The jury's part, per cent; 0 for no jury",
        voters="The role that voters need; @everyone for all",
        member_days="How many days voters must have been in this server",
        account_days="How many days old a voter's Discord account must be",
        show="Which show (the one of this channel if left out)",
    )
    @app_commands.choices(how=_METHODS)
    async def vote(
        self,
        interaction: Interaction,
        how: str | None = None,
        max_score: app_commands.Range[int, 1, 10] | None = None,
        seats: app_commands.Range[int, 1, 500] | None = None,
        criteria: app_commands.Range[str, 1, 200] | None = None,
        normalise: bool | None = None,
        few_votes: bool | None = None,
        hide_artists: bool | None = None,
        jury: discord.Role | None = None,
        jury_share: app_commands.Range[int, 0, 100] | None = None,
        voters: discord.Role | None = None,
        member_days: Days | None = None,
        account_days: Days | None = None,
        show: str | None = None,
    ) -> None:
        """Change, or show, how a show votes."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor, channel = actor_of(interaction), place_of(interaction)
        changes = VoteRuleChanges(
            method=how, max_score=max_score, seats=seats, criteria=criteria, normalise=normalise, few_votes=few_votes,
            hide_artists=hide_artists, jury_role_id=jury.id if jury else None, jury_percent=jury_share,
            voter_role_id=voters.id if voters else None, min_member_days=member_days, min_account_days=account_days,
        )  # fmt: skip
        if changes == VoteRuleChanges():
            view = await get_show(self.runtime.db, actor.guild_id, show=show, channel_id=channel)
            await answer(interaction, messages.changed(view, *vote_lines(view.voting)))
            return
        view = await update_vote_rules(self.runtime.db, actor, show=show, channel_id=channel, changes=changes)
        await answer(interaction, messages.changed(view, *vote_lines(view.voting), small(_KEPT)))

    @vote.autocomplete("criteria")
    async def _criteria(self, interaction: Interaction, current: str) -> Choices:
        del interaction
        typed = current.strip()
        offered = dict.fromkeys([typed, *_CRITERIA] if typed else _CRITERIA)
        return [app_commands.Choice(name=words[:100], value=words[:100]) for words in offered]

    @vote.autocomplete("show")
    async def _vote_shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)
