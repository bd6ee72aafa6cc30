"""Setting a show up, and the check of whether all is well."""

from discord.ext import commands

from cogs.runtime import Runtime
from cogs.setup.cog import Setup
from cogs.setup.views import CheckButton, RetryButton


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the commands and the buttons that outlive a restart."""
    bot.add_dynamic_items(RetryButton, CheckButton)
    await bot.add_cog(Setup(runtime))
