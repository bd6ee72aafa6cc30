"""What is pressed reaches what answers it, without the message it stands in being put together again.

For buttons and menus that outlive a restart, discord.py makes every component of their message into an object first,
only to look for the one that was pressed. Ours know all they need from their name, and the database knows the rest.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import discord

_BUTTON, _MENU = 2, 3

Interaction = discord.Interaction[discord.Client]
Kind = type[discord.ui.DynamicItem[Any]]
Call = Callable[[int, Kind, Interaction, str, "re.Match[str]"], Awaitable[None]]


def answer_at_once(store: Any) -> None:
    """Have discord.py's store of views call lasting buttons and menus of texts directly; others as it always does."""
    usual: Call = store.schedule_dynamic_item_call

    async def call(
        component_type: int, kind: Kind, interaction: Interaction, custom_id: str, match: "re.Match[str]"
    ) -> None:
        if component_type not in (_BUTTON, _MENU) or interaction.message is None:
            await usual(component_type, kind, interaction, custom_id, match)
            return
        pressed: discord.ui.Item[Any] = (
            discord.ui.Button(custom_id=custom_id)
            if component_type == _BUTTON
            else discord.ui.Select(custom_id=custom_id)
        )
        item = await kind.from_custom_id(interaction, pressed, match)
        item._refresh_state(interaction, interaction.data)  # type: ignore[arg-type] # noqa: SLF001 - the choices of a menu
        if await item.interaction_check(interaction):
            await item.callback(interaction)

    store.schedule_dynamic_item_call = call
