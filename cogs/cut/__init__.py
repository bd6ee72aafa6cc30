"""The cut: /cut and the public post that shows it."""

from discord.ext import commands

from cogs.cut.cog import Cut
from cogs.runtime import Runtime


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the commands."""
    await bot.add_cog(Cut(runtime))
