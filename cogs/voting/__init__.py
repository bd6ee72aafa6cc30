"""The vote: /vote, the booth, the announcement and the result."""

from discord.ext import commands

from cogs.runtime import Runtime
from cogs.voting.cog import Voting
from cogs.voting.views import ITEMS


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the commands and the buttons that outlive a restart."""
    bot.add_dynamic_items(*ITEMS)
    await bot.add_cog(Voting(runtime))
