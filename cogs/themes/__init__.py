"""Themes: /theme, and what producers are told about the queue."""

from discord.ext import commands

from cogs.runtime import Runtime
from cogs.themes.cog import Themes
from cogs.themes.suggesting import ITEMS
from cogs.themes.views import AddThemeButton


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the commands and the buttons that outlive a restart."""
    bot.add_dynamic_items(AddThemeButton, *ITEMS)
    await bot.add_cog(Themes(runtime))
