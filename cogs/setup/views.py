"""The buttons of /setup and /doctor; both work after a restart."""

from typing import Any

import discord

from cogs.common.buttons import LastingButton
from cogs.common.interactions import actor_of, answer, place_of, runtime_of, say_privately
from cogs.common.shows import show_here
from cogs.common.text import plural
from cogs.runtime import Runtime
from cogs.setup import messages
from cogs.setup.buttons import CHECK, RETRY
from cogs.setup.checks import findings, look_around, places_of
from services import shows, undelivered

Interaction = discord.Interaction[Any]


async def check(interaction: Interaction, runtime: Runtime, show: str | None) -> None:
    """Look everything over and answer with what was found."""
    facts = await shows.doctor_facts(runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction))
    places = places_of(facts.show, look_around(interaction.guild))
    found = findings(facts, places, message_content=runtime.message_content)
    await answer(interaction, messages.doctor(facts, found))


class RetryButton(LastingButton, template=RETRY):
    """Tries again what could not be delivered."""

    async def callback(self, interaction: Interaction) -> None:
        """Try again."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        view = await show_here(interaction, self.number("show"))
        count = await undelivered.retry_failed(runtime.db, actor_of(interaction), show=view.slug, now=runtime.clock())
        runtime.wake()
        done = (
            f"Trying {plural(count, 'message')} again. `/doctor` shows how it went."
            if count
            else "Nothing is left to try."
        )
        await say_privately(interaction, done)


class CheckButton(LastingButton, template=CHECK):
    """Runs the check."""

    async def callback(self, interaction: Interaction) -> None:
        """Check."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        view = await show_here(interaction, self.number("show"))
        await check(interaction, runtime, view.slug)
