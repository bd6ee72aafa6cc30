"""/work claim: somebody who is known by an imported name only is a member of the server."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from cogs.common.interactions import actor_of, place_of, runtime_of, say_privately
from cogs.common.text import plural, safe
from domain.errors import UserError
from services.imports import claiming
from services.imports.claiming import Claimed
from services.text import money_text

Interaction = discord.Interaction[Any]


class Claiming(commands.Cog):
    """A part of the cog of /work."""

    @app_commands.command(name="claim", description="Producers: an artist of an imported catalogue is a member here")
    @app_commands.describe(name="What the catalogue calls them", person="Who that is")
    async def claim(self, interaction: Interaction, name: str, person: discord.User) -> None:
        """Make the works, credits and balance of the name theirs."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        if person.bot:
            raise UserError("A bot is no artist here.")
        runtime = runtime_of(interaction)
        found = await claiming.claim_here(
            runtime.db, actor_of(interaction), name=name, user_id=person.id, shown=person.display_name,
            channel_id=place_of(interaction), now=runtime.clock(),
        )  # fmt: skip
        runtime.wake()
        await say_privately(interaction, claimed(found, person.display_name))

    @claim.autocomplete("name")
    async def _names(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        if interaction.guild_id is None:
            return []
        names = await claiming.unclaimed(runtime_of(interaction).db, interaction.guild_id, current)
        return [app_commands.Choice(name=name, value=name) for name in names]


def claimed(found: Claimed, person: str) -> str:
    """What was done."""
    name, who = safe(found.name, 60), safe(person, 60)
    if found.again:
        return f"“{name}” is {who} already."
    parts = f" and a part in {plural(found.parts, 'other')}" if found.parts else ""
    money = "".join(f" A balance of {money_text(amount)} is theirs now." for amount in found.balances)
    return f"“{name}” is {who} now, with {plural(found.works, 'work')}{parts}: `/my works` shows them.{money}"
