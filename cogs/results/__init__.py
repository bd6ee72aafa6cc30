"""After the vote, and around it: results, receipts, recounts, reminders, and what became of everybody's works."""

from discord import app_commands
from discord.ext import commands

from cogs.results.cog import Results, my_ballot
from cogs.results.views import ITEMS
from cogs.runtime import Runtime


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the commands and the buttons that outlive a restart; /my ballot joins the group of one's own things."""
    bot.add_dynamic_items(*ITEMS)
    await bot.add_cog(Results(runtime))
    mine = bot.tree.get_command("my")
    if isinstance(mine, app_commands.Group):
        mine.add_command(my_ballot)
