"""The buttons of /setup and /doctor; both work after a restart."""

import re
from typing import Any, Self

import discord

from cogs.common.interactions import actor_of, answer, place_of, runtime_of, say_privately
from cogs.common.shows import show_here
from cogs.common.text import plural
from cogs.runtime import Runtime
from cogs.setup import messages
from cogs.setup.checks import findings, look_around, places_of
from services import deliveries, shows

Interaction = discord.Interaction[Any]


async def check(interaction: Interaction, runtime: Runtime, show: str | None) -> None:
    """Look everything over and answer with what was found."""
    facts = await shows.doctor_facts(runtime.db, actor_of(interaction), show=show, channel_id=place_of(interaction))
    places = places_of(facts.show, look_around(interaction.guild))
    found = findings(facts, places, message_content=runtime.message_content)
    await answer(interaction, messages.doctor(facts, found, RetryButton(facts.show.id)))


class RetryButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"doctor:retry:(?P<show>[0-9]+)"):
    """Tries again what could not be delivered."""

    def __init__(self, show_id: int) -> None:
        button: discord.ui.Button[Any] = discord.ui.Button(
            style=discord.ButtonStyle.primary, label="Try again", custom_id=f"doctor:retry:{show_id}"
        )
        super().__init__(button)
        self.show_id = show_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button of a show."""
        del interaction, item
        return cls(int(match["show"]))

    async def callback(self, interaction: Interaction) -> None:
        """Try again."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        view = await show_here(interaction, self.show_id)
        count = await deliveries.retry_failed(runtime.db, actor_of(interaction), show=view.slug, now=runtime.clock())
        runtime.wake()
        done = (
            f"Trying {plural(count, 'message')} again. `/doctor` shows how it went."
            if count
            else "Nothing is left to try."
        )
        await say_privately(interaction, done)


class CheckButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"doctor:check:(?P<show>[0-9]+)"):
    """Runs the check."""

    def __init__(self, show_id: int) -> None:
        button: discord.ui.Button[Any] = discord.ui.Button(
            style=discord.ButtonStyle.secondary, label="Check everything", custom_id=f"doctor:check:{show_id}"
        )
        super().__init__(button)
        self.show_id = show_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button of a show."""
        del interaction, item
        return cls(int(match["show"]))

    async def callback(self, interaction: Interaction) -> None:
        """Check."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        runtime = runtime_of(interaction)
        view = await show_here(interaction, self.show_id)
        await check(interaction, runtime, view.slug)
