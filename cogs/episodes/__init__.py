"""Episodes: /episode, and the announcements of their phases."""

from discord.ext import commands

from cogs.episodes.cog import Episodes
from cogs.episodes.views import AdvanceButton, DealButton
from cogs.runtime import Runtime


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the commands and the buttons that outlive a restart."""
    bot.add_dynamic_items(AdvanceButton, DealButton)
    await bot.add_cog(Episodes(runtime))
