"""Showing where a work comes from and what became of it: a picture, its words for those who do not see it, the page."""

import asyncio
from typing import Any

import discord

from cogs.common.interactions import actor_of, answer, runtime_of
from cogs.common.look import Item, Tone, card, link, row, small, text
from cogs.common.outgoing import Attached, Outgoing
from cogs.common.text import plural, safe
from cogs.runtime import Runtime
from cogs.works.buttons import button
from services.kinds import WorkState
from services.media import MediaMissingError
from services.works.family import Family, Member, family

Interaction = discord.Interaction[Any]

ALL = 500
"""Works of a lineage that a picture's map shows."""

_NAME = "lineage.png"
_ALT = 1000
_LARGEST_FACE = 2_000_000


async def show_lineage(interaction: Interaction, work_id: int) -> None:
    """Show a work's lineage to the person who asks."""
    if not interaction.response.is_done():
        await interaction.response.defer(ephemeral=True, thinking=True)
    runtime = runtime_of(interaction)
    found = await family(runtime.db, work_id, most=ALL, guild_id=actor_of(interaction).guild_id)
    picture = None if found.alone else await _picture(runtime, found)
    await answer(interaction, lineage(found, picture, runtime.site_url))


def lineage(found: Family, picture: bytes | None, site_url: str) -> Outgoing:
    """The message; without a picture the work stands alone."""
    work = found.itself.work
    head = f"### Where #{work.number} {safe(work.title, 100)} comes from, and what became of it"
    links: list[Item] = [button("remix", work.id)] if work.state is WorkState.IN else []
    if picture is None:
        alone = "It names no sources, and nothing was made from it yet."
        page = link("Its page", f"{site_url}/works/{work.id}")
        return Outgoing(view=card(Tone.WORK, text(head, alone), row(*links, page)))
    shown: Item = discord.ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{_NAME}", description=in_words(found))
    )
    page = link("Look at all of it", f"{site_url}/works/{work.id}/lineage#here")
    view = card(Tone.WORK, text(head, small(found.told)), shown, row(*links, page))
    return Outgoing(view=view, files=(Attached(_NAME, picture),))


def in_words(found: Family) -> str:
    """The picture for those who do not see it: the nearest on both sides, as far as Discord lets a description go."""
    work = found.itself.work
    outside = {one.id: f"“{one.title}” from outside" for one in found.outside}
    from_outside = [outside[source] for source in found.sources[found.work_id] if source in outside]
    above = [_said(member) for member in found.members if member.steps == -1] + from_outside
    below = [_said(member) for member in found.members if member.steps == 1]
    parts = [f"Lineage of #{work.number} {work.title} by {work.artist}."]
    parts += [f"Made from {', '.join(above)}."] if above else []
    parts += [f"Made from it: {', '.join(below)}."] if below else []
    further = sum(abs(member.steps) > 1 for member in found.members)
    parts += [f"And {plural(further, 'work')} further away."] if further else []
    words = " ".join(parts)
    return words if len(words) <= _ALT else f"{words[: _ALT - 1]}…"


def _said(member: Member) -> str:
    return f"#{member.work.number} {member.work.title}"


async def _picture(runtime: Runtime, found: Family) -> bytes:
    # Pillow and the fonts are loaded by the first picture, not by the start of the process.
    from cogs.works.lineage_picture import draw, faces_of  # noqa: PLC0415

    faces = {key: await _face(runtime, key) for key in faces_of(found)}
    return await asyncio.to_thread(draw, found, faces)


async def _face(runtime: Runtime, key: str) -> bytes:
    """A preview's bytes; none where it is missing or too large to be one."""
    data = bytearray()
    try:
        async for chunk in runtime.media.open(key):
            data += chunk
            if len(data) > _LARGEST_FACE:
                return b""
    except MediaMissingError:
        return b""
    return bytes(data)
