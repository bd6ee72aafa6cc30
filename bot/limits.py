"""What Discord refuses in a message, found before it is sent: discord.py does not check these itself."""

from collections.abc import Iterator

import discord

from cogs.common.outgoing import Outgoing

CONTENT = 2_000
TEXT_DISPLAYS = 4_000
COMPONENTS = 40
FILES = 10
THREAD_NAME = 100


def problems(message: Outgoing) -> list[str]:
    """A sentence for everything about `message` that Discord would refuse; empty when it may go out."""
    return list(_problems(message))


def _problems(message: Outgoing) -> Iterator[str]:
    if message.view is not None:
        if message.content is not None:
            yield "It has content beside a layout."
        yield from _layout(message.view)
    elif not (message.content and message.content.strip()) and not message.files:
        yield "It is empty."
    elif len(message.content or "") > CONTENT:
        yield f"Its content has {len(message.content or ''):,} characters; {CONTENT:,} are allowed."
    if len(message.files) > FILES:
        yield f"It has {len(message.files)} files; {FILES} are allowed."
    if message.thread is not None and not 1 <= len(message.thread) <= THREAD_NAME:
        yield f"Its thread's name has {len(message.thread)} characters; 1 to {THREAD_NAME} are allowed."


def _layout(view: discord.ui.LayoutView) -> Iterator[str]:
    items = list(view.walk_children())
    if not items:
        yield "Its layout is empty."
    if len(items) > COMPONENTS:
        yield f"It has {len(items)} components; {COMPONENTS} are allowed."
    texts = [item.content for item in items if isinstance(item, discord.ui.TextDisplay)]
    if any(not text.strip() for text in texts):
        yield "One of its texts is empty."
    if sum(map(len, texts)) > TEXT_DISPLAYS:
        yield f"Its texts have {sum(map(len, texts)):,} characters; {TEXT_DISPLAYS:,} are allowed."
