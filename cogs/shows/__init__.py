"""Shows: /show, for looking at one and changing its rules, schedule and channels."""

from discord.ext import commands

from cogs.runtime import Runtime
from cogs.shows.cog import Shows


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the commands."""
    await bot.add_cog(Shows(runtime))
