"""/show: look at a show and change its rules, schedule, durations, channels; pause and resume."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer, place_of, say_privately
from cogs.common.look import small
from cogs.common.shows import currency_choices, show_choices, zone_choices
from cogs.common.text import safe
from cogs.runtime import Runtime
from cogs.shows import messages
from cogs.shows.money import MoneyRulesOf
from cogs.shows.vote import VoteRulesOf
from cogs.shows.works import WorkRules
from domain.licences import TITLES, Licence
from services import shows
from services.shows import RuleChanges

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]
Percent = app_commands.Range[int, 0, 100]

_SHOW = "Which show (the one of this channel if left out)"
_KEPT = "Episodes that are planned or running keep the deal they were announced with."
_LICENCES = [app_commands.Choice(name=TITLES[licence][:100], value=licence.value) for licence in Licence]


@app_commands.guild_only()
class Shows(
    MoneyRulesOf,
    VoteRulesOf,
    WorkRules,
    commands.GroupCog,
    group_name="show",
    group_description="A show: its rules, schedule and channels",
):
    """Anyone may look at a show; producers change it."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime

    @app_commands.command(name="info", description="A show's schedule, rules and channels, and what is running")
    @app_commands.describe(show=_SHOW)
    async def info(self, interaction: Interaction, show: str | None = None) -> None:
        """Show a show."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await shows.get_show(
            self.runtime.db, actor_of(interaction).guild_id, show=show, channel_id=place_of(interaction)
        )
        await answer(interaction, messages.info(view, self.runtime.site_url))

    @app_commands.command(name="rules", description="Change the rules of the next episodes (producers)")
    @app_commands.describe(
        vote="How works are voted on",
        max_score="The highest score, for voting by score",
        seats="How many works the vote puts into the cut",
        weights="What a work in the cut weighs when money is shared",
        lineage="Per cent that a remix passes to what it was made from",
        house="Per cent of the profit that the house keeps",
        floor="The least that anybody in the cut gets, such as 5.00",
        cap="The most one artist can get, per cent of the pool",
        payout_min="From what balance money is sent, such as 10.00",
        claim_days="Days until unclaimed money goes to the reserve",
        licence="What works are licensed under unless their artist says otherwise",
        collecting="What is taken from the works channel",
        currency="The currency the show counts in",
        show=_SHOW,
    )
    @app_commands.choices(
        vote=[
            app_commands.Choice(name="Score: everyone rates works", value="score"),
            app_commands.Choice(name="Approval: everyone approves of what they like", value="approval"),
        ],
        weights=[
            app_commands.Choice(name="Equal", value="equal"),
            app_commands.Choice(name="Points given by producers, in the open", value="points"),
        ],
        collecting=[
            app_commands.Choice(name="Every post with a file or link", value="everything"),
            app_commands.Choice(name="Only what is submitted", value="asked"),
        ],
        licence=_LICENCES,
    )
    async def rules(
        self,
        interaction: Interaction,
        vote: str | None = None,
        max_score: app_commands.Range[int, 1, 10] | None = None,
        seats: app_commands.Range[int, 1, 500] | None = None,
        weights: str | None = None,
        lineage: Percent | None = None,
        house: Percent | None = None,
        floor: str | None = None,
        cap: app_commands.Range[int, 1, 100] | None = None,
        payout_min: str | None = None,
        claim_days: app_commands.Range[int, 1, 3650] | None = None,
        licence: str | None = None,
        collecting: str | None = None,
        currency: str | None = None,
        show: str | None = None,
    ) -> None:
        """Change rules."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        changes = RuleChanges(
            vote_method=vote, max_score=max_score, seats=seats, weights=weights, lineage_percent=lineage,
            house_percent=house, floor=floor, cap_percent=cap, payout_min=payout_min, claim_days=claim_days,
            licence=licence, collecting=collecting, currency=currency,
        )  # fmt: skip
        view = await shows.update_rules(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), changes=changes
        )
        await answer(interaction, messages.changed(view, *messages.rule_lines(view), small(_KEPT)))

    @app_commands.command(name="schedule", description="Change when new themes go out (producers)")
    @app_commands.describe(
        weekdays="Days, as in “mon,thu” or “daily”; “none” to open episodes by hand",
        time="Time of day, as in 18:00",
        timezone="The show's time zone",
        every_weeks="Every how many weeks",
        show=_SHOW,
    )
    async def schedule(
        self,
        interaction: Interaction,
        weekdays: str | None = None,
        time: str | None = None,
        timezone: str | None = None,
        every_weeks: app_commands.Range[int, 1, 52] | None = None,
        show: str | None = None,
    ) -> None:
        """Change the cadence."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await shows.update_schedule(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), weekdays=weekdays,
            time=time, timezone=timezone, every_weeks=every_weeks, now=self.runtime.clock(),
        )  # fmt: skip
        self.runtime.wake()
        await answer(interaction, messages.changed(view, messages.cadence(view), messages.next_theme(view)))

    @app_commands.command(
        name="durations", description="Change how long the phases of the next episodes take (producers)"
    )
    @app_commands.describe(
        open_for="Open for works, as in 7d or 36h",
        voting="The vote, as in 3d",
        comments="Comments on a proposed payout, as in 14d",
        grace="How long after the close a work still counts, as in 10m",
        show=_SHOW,
    )
    async def durations(
        self,
        interaction: Interaction,
        open_for: str | None = None,
        voting: str | None = None,
        comments: str | None = None,
        grace: str | None = None,
        show: str | None = None,
    ) -> None:
        """Change durations."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await shows.update_durations(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction), open_for=open_for,
            voting=voting, comments=comments, grace=grace,
        )  # fmt: skip
        await answer(interaction, messages.changed(view, messages.schedule_lines(view)[1], small(_KEPT)))

    @app_commands.command(
        name="channels", description="Change where a show lives and who its producers are (producers)"
    )
    @app_commands.describe(
        works="Where works are posted",
        news="Where the bot announces things",
        producers="Where producers are told things",
        producer_role="Who runs the show",
        show=_SHOW,
    )
    async def channels(
        self,
        interaction: Interaction,
        works: discord.TextChannel | discord.ForumChannel | None = None,
        news: discord.TextChannel | None = None,
        producers: discord.TextChannel | None = None,
        producer_role: discord.Role | None = None,
        show: str | None = None,
    ) -> None:
        """Change channels and role."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        view = await shows.update_channels(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction),
            works_channel_id=works.id if works else None, news_channel_id=news.id if news else None,
            producers_channel_id=producers.id if producers else None,
            producer_role_id=producer_role.id if producer_role else None,
        )  # fmt: skip
        check = small("`/doctor` checks what I may do there.")
        await answer(interaction, messages.changed(view, *messages.places(view), check))

    @app_commands.command(name="pause", description="Let no theme go out by itself until resumed (producers)")
    @app_commands.describe(show=_SHOW)
    async def pause(self, interaction: Interaction, show: str | None = None) -> None:
        """Pause the cadence."""
        await self._pause(interaction, show, "pause")

    @app_commands.command(name="resume", description="Let themes go out by the schedule again (producers)")
    @app_commands.describe(show=_SHOW)
    async def resume(self, interaction: Interaction, show: str | None = None) -> None:
        """Resume the cadence."""
        await self._pause(interaction, show, "resume")

    async def _pause(self, interaction: Interaction, show: str | None, what: Literal["pause", "resume"]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        change = shows.pause_show if what == "pause" else shows.resume_show
        view = await change(
            self.runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction),
            now=self.runtime.clock(),
        )  # fmt: skip
        self.runtime.wake()
        running = " What is running goes on." if what == "pause" else ""
        await say_privately(interaction, f"{safe(view.name, 90)}: {messages.next_theme(view)}{running}")

    @schedule.autocomplete("timezone")
    async def _zones(self, interaction: Interaction, current: str) -> Choices:
        del interaction
        return zone_choices(current)

    @rules.autocomplete("currency")
    async def _currencies(self, interaction: Interaction, current: str) -> Choices:
        del interaction
        return currency_choices(current)

    @info.autocomplete("show")
    @rules.autocomplete("show")
    @schedule.autocomplete("show")
    @durations.autocomplete("show")
    @channels.autocomplete("show")
    @pause.autocomplete("show")
    @resume.autocomplete("show")
    async def _shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)
