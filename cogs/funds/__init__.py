"""What an episode is funded with: /fund."""

from discord.ext import commands

from cogs.funds.cog import Funds
from cogs.runtime import Runtime


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the commands."""
    await bot.add_cog(Funds(runtime))
