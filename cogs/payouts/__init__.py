"""Who gets what: /payout, the proposal with its buttons, concerns."""

from discord.ext import commands

from cogs.payouts.cog import Payouts
from cogs.payouts.views import ConcernButton, ExplainButton
from cogs.runtime import Runtime


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the commands and the buttons that outlive a restart."""
    bot.add_dynamic_items(ExplainButton, ConcernButton)
    await bot.add_cog(Payouts(runtime))
