"""Works without whose they are, for votes in which artists are hidden until the end."""

from collections.abc import Iterable
from dataclasses import replace

from services.views import ArtistView, SourceView, WorkRef, WorkView

NOBODY = ArtistView(id=0, user_id=None, name="")


def blind_ref(work: WorkRef) -> WorkRef:
    """The work without its artist."""
    return replace(work, artist="")


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
