"""/setup makes a show and what it lacks; /doctor says whether all is well and how to mend what is not."""

from dataclasses import replace
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, answer
from cogs.common.shows import currency_choices, show_choices, zone_choices
from cogs.runtime import Runtime
from cogs.setup import messages
from cogs.setup.checks import findings, look_around, places_of
from cogs.setup.making import Chosen, Made, make_missing
from cogs.setup.views import check
from domain.errors import UserError
from services import shows
from services.access import require_manager
from services.shows import ShowSetup, ShowView

Interaction = discord.Interaction[Any]
Choices = list[app_commands.Choice[str]]


class Setup(commands.Cog):
    """Where a show begins."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__()
        self.runtime = runtime
        self._busy: set[int] = set()

    @app_commands.command(name="setup", description="Start a show, or go over one again; creates what is missing")
    @app_commands.guild_only()
    @app_commands.describe(
        name="The show's name (this server's if left out)",
        works_channel="Where works are posted (made if left out)",
        news_channel="Where I announce things (made if left out)",
        producers_channel="Where I tell producers things (made if left out)",
        producer_role="Who runs the show (made if left out)",
        timezone="The show's time zone (UTC if left out)",
        currency="The currency it counts in (USD if left out)",
        weekdays="When new themes go out: “mon,thu”, “daily”, or “none” for by hand (mondays if left out)",
        time="At what time, as in 18:00",
        every_weeks="Every how many weeks (1 if left out)",
        open_for="How long works are taken, as in 7d",
        voting="How long the vote takes, as in 3d",
        comments="How long a proposed payout is open for comments, as in 14d",
        grace="How long after the close a work still counts, as in 10m",
    )
    async def setup(
        self,
        interaction: Interaction,
        name: str | None = None,
        works_channel: discord.TextChannel | discord.ForumChannel | None = None,
        news_channel: discord.TextChannel | None = None,
        producers_channel: discord.TextChannel | None = None,
        producer_role: discord.Role | None = None,
        timezone: str | None = None,
        currency: str | None = None,
        weekdays: str | None = None,
        time: str | None = None,
        every_weeks: app_commands.Range[int, 1, 52] | None = None,
        open_for: str | None = None,
        voting: str | None = None,
        comments: str | None = None,
        grace: str | None = None,
    ) -> None:
        """Set a show up."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        asked = ShowSetup(
            name=name or "", works_channel_id=_id(works_channel), news_channel_id=_id(news_channel),
            producers_channel_id=_id(producers_channel), producer_role_id=_id(producer_role), timezone=timezone,
            currency=currency, weekdays=weekdays, time=time, every_weeks=every_weeks, open_for=open_for,
            voting=voting, comments=comments, grace=grace,
        )  # fmt: skip
        guild_id = actor_of(interaction).guild_id
        if guild_id in self._busy:
            # Both would look for channels, find none, and make them twice.
            raise UserError("I am setting up a show in this server right now. Wait until that is done.")
        self._busy.add(guild_id)
        try:
            await self._set_up(interaction, asked, name)
        finally:
            self._busy.discard(guild_id)

    async def _set_up(self, interaction: Interaction, asked: ShowSetup, name: str | None) -> None:
        actor, guild, runtime = actor_of(interaction), interaction.guild, self.runtime
        require_manager(actor)
        if guild is None:
            raise UserError("I am not in this server as a bot. Invite me with the bot scope first.")
        target = await shows.setup_target(runtime.db, actor, name)
        asked = replace(asked, name=target.name if target else name or guild.name)
        # Everything that can be wrong is found before a channel is made for it.
        await shows.check_setup(runtime.db, actor, setup=asked)
        made = await make_missing(guild, asked.name, _chosen(asked, target, guild), asked_by=actor.user_id)
        view = await shows.setup_show(runtime.db, actor, setup=_completed(asked, made), now=runtime.clock())
        runtime.wake()
        facts = await shows.doctor_facts(runtime.db, actor, show=view.slug)
        places = places_of(view, look_around(guild))
        found = findings(facts, places, message_content=runtime.message_content)
        await answer(interaction, messages.ready(view, made, found, runtime.site_url))

    @app_commands.command(name="doctor", description="Is all well? What I may do where, what is stuck, what comes next")
    @app_commands.guild_only()
    @app_commands.describe(show="Which show (the one of this channel if left out)")
    async def doctor(self, interaction: Interaction, show: str | None = None) -> None:
        """Check a show."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await check(interaction, self.runtime, show)

    @setup.autocomplete("timezone")
    async def _zones(self, interaction: Interaction, current: str) -> Choices:
        del interaction
        return zone_choices(current)

    @setup.autocomplete("currency")
    async def _currencies(self, interaction: Interaction, current: str) -> Choices:
        del interaction
        return currency_choices(current)

    @doctor.autocomplete("show")
    async def _shows(self, interaction: Interaction, current: str) -> Choices:
        return await show_choices(self.runtime, interaction, current)


def _id(thing: discord.abc.Snowflake | None) -> int | None:
    return thing.id if thing is not None else None


def _chosen(asked: ShowSetup, target: ShowView | None, guild: discord.Guild) -> Chosen:
    """What is chosen now, else what the show has and Discord still knows."""

    def kept(channel_id: int | None) -> int | None:
        return channel_id if channel_id is not None and guild.get_channel(channel_id) is not None else None

    if target is None:
        return Chosen(asked.works_channel_id, asked.news_channel_id, asked.producers_channel_id, asked.producer_role_id)
    role = target.producer_role_id
    return Chosen(
        works=asked.works_channel_id or kept(target.works_channel_id),
        news=asked.news_channel_id or kept(target.news_channel_id),
        producers=asked.producers_channel_id or kept(target.producers_channel_id),
        role=asked.producer_role_id or (role if role is not None and guild.get_role(role) is not None else None),
    )


def _completed(asked: ShowSetup, made: Made) -> ShowSetup:
    chosen = made.chosen
    return replace(
        asked, works_channel_id=chosen.works, news_channel_id=chosen.news, producers_channel_id=chosen.producers,
        producer_role_id=chosen.role,
    )  # fmt: skip
