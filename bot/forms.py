"""A form that is sent off before Discord's answer to opening it was read is not an unknown one.

discord.py knows a form once that answer is in. What somebody sends comes by another connection, and may come first
when the process is busy.
"""

import asyncio
from typing import Any

import discord

_PATIENCE = 1.0
"""Seconds for the answer to come in: far less than the three in which the person must hear something."""

Sent = tuple[discord.Interaction[Any], Any, Any]


class Forms:
    """Watches discord.py's store of views; what was sent too early is handed on when its form is known."""

    def __init__(self, store: Any) -> None:
        self._modals = store._modals  # noqa: SLF001 - nothing public says whether a form is known
        self._early: dict[str, tuple[asyncio.Event, Sent]] = {}
        self._dispatch, self._add = store.dispatch_modal, store.add_view
        store.dispatch_modal, store.add_view = self._sent, self._opened

    async def known(self, custom_id: str) -> bool:
        """Whether what was sent from this form is or soon will be handed on."""
        early = self._early.get(custom_id)
        if early is None:
            return True
        try:
            await asyncio.wait_for(early[0].wait(), _PATIENCE)
        except TimeoutError:
            self._early.pop(custom_id, None)
            return False
        return True

    def _sent(self, custom_id: str, interaction: discord.Interaction[Any], components: Any, resolved: Any) -> None:
        if custom_id in self._modals:
            self._dispatch(custom_id, interaction, components, resolved)
        else:
            self._early[custom_id] = (asyncio.Event(), (interaction, components, resolved))

    def _opened(self, view: Any, message_id: int | None = None) -> None:
        self._add(view, message_id)
        if not isinstance(view, discord.ui.Modal):
            return
        early = self._early.pop(view.custom_id, None)
        if early is not None:
            early[0].set()
            self._dispatch(view.custom_id, *early[1])
