"""Editing the message that somebody pressed a button on, in the least that Discord asks for."""

from typing import Any

import discord
from discord.http import Route
from discord.webhook.async_ import async_context, interaction_message_response_params


async def redraw(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> None:
    """Answer a press with the message it stands on, changed.

    discord.py's own way asks Discord to send the changed message back and reads all of it; nobody needs it here. The
    view is not kept: what stands in it outlives a restart anyway.
    """
    response = interaction.response
    if response.is_done():
        await interaction.edit_original_response(view=view)
        return
    kind = discord.InteractionResponseType.message_update
    http = interaction._state.http  # noqa: SLF001 - discord.py gives no other way to leave its answer out
    params = interaction_message_response_params(
        type=kind.value,
        view=view,
        previous_allowed_mentions=interaction._state.allowed_mentions,  # noqa: SLF001
    )
    route = Route(
        "POST", "/interactions/{webhook_id}/{webhook_token}/callback", webhook_id=interaction.id,
        webhook_token=interaction.token,
    )  # fmt: skip
    session = interaction._session  # noqa: SLF001 - as above
    await async_context.get().request(
        route, session=session, proxy=http.proxy, proxy_auth=http.proxy_auth, payload=params.payload
    )
    response._response_type = kind  # noqa: SLF001 - it is answered
