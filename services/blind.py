"""Works without whose they are, for votes in which artists are hidden until the end."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import select

from db.models import Deal, Episode, Work
from domain.episode import Phase
from services.store import Transaction
from services.views import ArtistView, SourceView, WorkRef, WorkView

T = TypeVar("T")

NOT_NAMED = "somebody who is named when the vote ends"
NOBODY = ArtistView(id=0, user_id=None, name=NOT_NAMED)
HIDING = (Phase.OPEN, Phase.VOTING)
"""The phases in which an episode that hides its artists does so."""


async def hidden_works(tx: Transaction) -> frozenset[int]:
    """The works whose artists are not named yet, on any page."""
    query = (
        select(Work.id)
        .join(Episode, Episode.id == Work.episode_id)
        .join(Deal, Deal.episode_id == Episode.id)
        .where(Deal.hide_artists, Episode.phase.in_(HIDING))
    )
    return frozenset(await tx.scalars(query))


def without_names(value: T, works: AbstractSet[int]) -> T:
    """A page, or any part of one, in which those works stand without their artists, wherever they are in it."""
    if not works:
        return value
    found: Any = _without_names(value, works)
    return found  # type: ignore[no-any-return] # the same kind of thing


def _without_names(value: Any, works: AbstractSet[int]) -> Any:
    if isinstance(value, WorkRef):
        return blind_ref(value) if value.id in works else value
    if isinstance(value, WorkView) and value.id in works:
        return blind_view(value)
    if isinstance(value, tuple | list):
        return type(value)(_without_names(each, works) for each in value)
    if isinstance(value, Mapping):
        return {key: _without_names(each, works) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        changed = {item.name: _without_names(getattr(value, item.name), works) for item in fields(value) if item.init}
        return replace(value, **changed)
    return value


def blind_ref(work: WorkRef) -> WorkRef:
    """The work without its artist."""
    return replace(work, artist=NOT_NAMED)


def blind_view(work: WorkView) -> WorkView:
    """The work without artist, credits, names of files, the message that shows them, and the artists around it."""
    return replace(
        work,
        artist=NOBODY,
        credits=(),
        sources=_blind_sources(work.sources),
        used_in=tuple(blind_ref(other) for other in work.used_in),
        files=tuple(replace(file, name=_plain_name(file.name)) for file in work.files),
        message_id=None,
    )


def _blind_sources(sources: Iterable[SourceView]) -> tuple[SourceView, ...]:
    return tuple(replace(source, work=blind_ref(source.work) if source.work else None, thanks="") for source in sources)


def _plain_name(name: str) -> str:
    """A file's kind only: artists like to put their names into names of files."""
    _, dot, ending = name.rpartition(".")
    return f"work.{ending}" if dot and ending.isascii() and ending.isalnum() else "work"
