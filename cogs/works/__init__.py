"""Works: collecting them, submitting, sources and credits, each work's card."""

from discord.ext import commands

from cogs.runtime import Runtime
from cogs.works.cog import Works, menus
from cogs.works.manage import ManageWorks
from cogs.works.remixing import Remixing
from cogs.works.source_views import ITEMS as SOURCE_ITEMS
from cogs.works.views import ITEMS


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the listeners, commands, menus and the buttons that outlive a restart."""
    bot.add_dynamic_items(*ITEMS, *SOURCE_ITEMS)
    await bot.add_cog(Works(runtime, bot))
    await bot.add_cog(ManageWorks(runtime))
    await bot.add_cog(Remixing(runtime))
    for menu in menus(runtime):
        bot.tree.add_command(menu)
