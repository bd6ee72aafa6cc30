"""A message ready to be sent, and the registry entry that renders one from the outbox."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from cogs.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Attached:
    """A file made by the bot, sent along with a message; bytes rather than a stream, so that a retry can resend it."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A rendered message: a layout of components, or plain `content`; never both (Discord refuses that).

    `mention_users` are the Discord ids that may be pinged; nobody else is, whatever the text says. `thread` names
    a thread to start on the message.
    """

    view: discord.ui.LayoutView | None = None
    content: str | None = None
    files: tuple[Attached, ...] = ()
    mention_users: tuple[int, ...] = ()
    thread: str | None = None

    def allowed_mentions(self) -> discord.AllowedMentions:
        """Pings for `mention_users` only."""
        return discord.AllowedMentions(
            everyone=False,
            roles=False,
            replied_user=False,
            users=[discord.Object(i) for i in dict.fromkeys(self.mention_users)],  # Discord refuses repetitions
        )


Sayer = Callable[[Runtime, Mapping[str, Any]], Awaitable[Outgoing | None]]
"""Loads what a message is about (one service call) and renders it; None when it is no longer worth saying."""
