"""The queue of themes: what the next episodes are about."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Show, Suggestion, Theme, ThemeState
from domain.errors import UserError
from services.access import Actor, find_show, require_producer
from services.shows.views import next_theme_at
from services.store import Transaction, reads, writes

MAX_TITLE = 100
MAX_PROMPT = 1500


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme in the queue; `place` counts from 1. `show_name` is the show it waits in."""

    id: int
    show_name: str
    title: str
    prompt: str
    place: int
    added_by: int
    added_at: datetime


@dataclass(frozen=True, slots=True)
class QueueView:
    """A show's queue in order, and when the next theme goes out by itself (None: by hand)."""

    show_name: str
    themes: tuple[ThemeView, ...]
    next_theme_at: datetime | None


@writes
async def queue_theme(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None = None,
    title: str,
    prompt: str,
    now: datetime,
) -> ThemeView:
    """Put a theme at the end of the queue. UserError without a title, or with one that already waits."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    title, prompt = checked_title(title), checked_prompt(prompt)
    waiting = await queued(tx, found.id)
    _require_new(waiting, title)
    theme = Theme(
        show_id=found.id, title=title, prompt=prompt, state=ThemeState.QUEUED,
        position=max((row.position for row in waiting), default=0) + 1, added_by=actor.user_id, added_at=now,
    )  # fmt: skip
    tx.add(theme)
    await tx.flush()
    return _view(found, theme, len(waiting) + 1)


def checked_title(text: str) -> str:
    """A theme's title on one line; UserError when there is none or it is too long."""
    title = " ".join(text.split())
    if not title:
        raise UserError("A theme needs a title.")
    if len(title) > MAX_TITLE:
        raise UserError(f"That title has {len(title)} characters; a theme's title can have up to {MAX_TITLE}.")
    return title


def checked_prompt(text: str) -> str:
    """A theme's prompt; UserError when it is too long."""
    prompt = text.strip()
    if len(prompt) > MAX_PROMPT:
        raise UserError(f"That prompt has {len(prompt)} characters; a theme's prompt can have up to {MAX_PROMPT}.")
    return prompt


def _require_new(waiting: list[Theme], title: str) -> None:
    for place, row in enumerate(waiting, start=1):
        if row.title.casefold() == title.casefold():
            raise UserError(f"“{row.title}” is already in the queue, at place {place}.")


async def queued(tx: Transaction, show_id: int) -> list[Theme]:
    """The themes that wait, in order."""
    where = (Theme.show_id == show_id, Theme.state == ThemeState.QUEUED)
    return list(await tx.scalars(select(Theme).where(*where).order_by(Theme.position, Theme.id)))


def _view(show: Show, theme: Theme, place: int) -> ThemeView:
    return ThemeView(theme.id, show.name, theme.title, theme.prompt, place, theme.added_by, theme.added_at)


@reads
async def queue_view(
    tx: Transaction, actor: Actor, *, show: str | None = None, channel_id: int | None = None
) -> QueueView:
    """The queue, for producers only: themes are a surprise until they go out."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    rows = await queued(tx, found.id)
    themes = tuple(_view(found, row, place) for place, row in enumerate(rows, start=1))
    return QueueView(found.name, themes, await next_theme_at(tx, found.id))


@reads
async def theme_view(tx: Transaction, actor: Actor, theme_id: int) -> ThemeView:
    """One theme of the queue, to edit it; UserError when it is no longer there."""
    show, theme = await _mine(tx, actor, theme_id)
    rows = await queued(tx, show.id)
    return _view(show, theme, [row.id for row in rows].index(theme.id) + 1)


@writes
async def edit_theme(
    tx: Transaction, actor: Actor, *, theme_id: int, title: str | None = None, prompt: str | None = None
) -> ThemeView:
    """Change the words of a theme that waits."""
    show, theme = await _mine(tx, actor, theme_id)
    rows = await queued(tx, show.id)
    if title is not None:
        title = checked_title(title)
        _require_new([row for row in rows if row.id != theme.id], title)
        theme.title = title
    if prompt is not None:
        theme.prompt = checked_prompt(prompt)
    return _view(show, theme, [row.id for row in rows].index(theme.id) + 1)


@writes
async def move_theme(tx: Transaction, actor: Actor, *, theme_id: int, place: int) -> ThemeView:
    """Put a theme at a place of the queue (1 goes out next; beyond the end is the end)."""
    if place < 1:
        raise UserError("Places in the queue count from 1, the theme that goes out next.")
    show, theme = await _mine(tx, actor, theme_id)
    rows = [row for row in await queued(tx, show.id) if row.id != theme.id]
    rows.insert(place - 1, theme)
    for position, row in enumerate(rows, start=1):
        row.position = position
    return _view(show, theme, rows.index(theme) + 1)


@writes
async def remove_theme(tx: Transaction, actor: Actor, *, theme_id: int) -> ThemeView:
    """Take a theme out of the queue; asked again, it stays out."""
    theme = await tx.get(Theme, theme_id)
    show = await tx.get(Show, theme.show_id) if theme else None
    if theme is None or show is None or show.guild_id != actor.guild_id:
        raise UserError("There is no such theme here. Choose one from the list.")
    require_producer(show, actor)
    if theme.state is ThemeState.USED:
        raise UserError(f"“{theme.title}” already became an episode; it cannot be taken back.")
    if await tx.scalar(select(Suggestion.id).where(Suggestion.theme_id == theme.id)) is not None:
        raise UserError(
            f"The community chose “{theme.title}”. Say why not with /theme veto; everybody reads the reason."
        )
    theme.state = ThemeState.REMOVED
    return _view(show, theme, 0)


async def _mine(tx: Transaction, actor: Actor, theme_id: int) -> tuple[Show, Theme]:
    theme = await tx.get(Theme, theme_id)
    show = await tx.get(Show, theme.show_id) if theme else None
    if theme is None or show is None or show.guild_id != actor.guild_id:
        raise UserError("There is no such theme here. Choose one from the list.")
    require_producer(show, actor)
    if theme.state is not ThemeState.QUEUED:
        done = "became an episode" if theme.state is ThemeState.USED else "was taken out of the queue"
        raise UserError(f"“{theme.title}” already {done}.")
    return show, theme
