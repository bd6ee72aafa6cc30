"""Being paid: how an artist wants it, giving it away, and what producers do to send it."""

from discord.ext import commands

from cogs.paying.running import AllPaidButton, CancelButton, FilesButton, ReallyButton
from cogs.paying.views import (
    EditButton,
    ForgetButton,
    GiftButton,
    GiftsButton,
    GiveButton,
    KeepButton,
    OpenButton,
    WishButton,
)
from cogs.runtime import Runtime


async def setup_feature(bot: commands.Bot, runtime: Runtime) -> None:
    """Add the buttons that outlive a restart; the commands are parts of /my and /payout."""
    del runtime
    bot.add_dynamic_items(OpenButton, EditButton, ForgetButton, WishButton, GiftsButton, GiftButton, GiveButton)
    bot.add_dynamic_items(KeepButton, FilesButton, AllPaidButton, CancelButton, ReallyButton)
