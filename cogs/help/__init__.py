"""Help: what one can do here, short, by who one is."""

from discord.ext import commands

from cogs.help.cog import Help
from cogs.runtime import Runtime


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the command."""
    await bot.add_cog(Help(runtime))
