"""What is sent from a form reaches it, also when it comes before discord.py knows that the form is open."""

import asyncio
from typing import Any

import discord

from bot.forms import Forms


class Store:
    """As much of discord.py's store of views as this is about."""

    def __init__(self) -> None:
        self._modals: dict[str, Any] = {}
        self.handed_on: list[tuple[str, Any]] = []

    def add_view(self, view: Any, message_id: int | None = None) -> None:
        del message_id
        if isinstance(view, discord.ui.Modal):
            self._modals[view.custom_id] = view

    def dispatch_modal(self, custom_id: str, interaction: Any, components: Any, resolved: Any) -> None:
        del components, resolved
        self.handed_on.append((custom_id, interaction))


def form(custom_id: str) -> discord.ui.Modal:
    return discord.ui.Modal(title="A form", custom_id=custom_id)


async def test_what_is_sent_from_an_open_form_is_handed_on_at_once() -> None:
    store = Store()
    forms = Forms(store)
    store.add_view(form("a"))
    store.dispatch_modal("a", "sent", [], {})
    assert store.handed_on == [("a", "sent")]
    assert await forms.known("a")


async def test_what_is_sent_too_early_is_handed_on_once_its_form_is_known() -> None:
    store = Store()
    forms = Forms(store)
    store.dispatch_modal("a", "sent", [], {})
    waiting = asyncio.create_task(forms.known("a"))
    await asyncio.sleep(0)
    store.add_view(discord.ui.View())
    store.add_view(form("other"))
    assert store.handed_on == []
    store.add_view(form("a"))
    assert store.handed_on == [("a", "sent")]
    assert await waiting
    store.add_view(form("a"))
    assert store.handed_on == [("a", "sent")]


async def test_a_form_that_never_opens_is_unknown_and_forgotten() -> None:
    store = Store()
    forms = Forms(store)
    store.dispatch_modal("gone", "sent", [], {})
    assert not await forms.known("gone")
    store.add_view(form("gone"))
    assert store.handed_on == []
