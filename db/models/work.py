"""Works: files, links, credits, sources, and the history of each."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import Document, OptionalDocument, RowId, Snowflake, UTCDateTime, choice
from domain.licences import Licence


class WorkState(StrEnum):
    """Whether a work takes part."""

    IN = "in"
    WITHDRAWN = "withdrawn"
    DISQUALIFIED = "disqualified"


class FileState(StrEnum):
    """Whether a file's bytes are ours yet."""

    WAITING = "waiting"
    KEPT = "kept"
    FAILED = "failed"


class LinkState(StrEnum):
    """Whether we know what a link leads to."""

    WAITING = "waiting"
    KNOWN = "known"
    FAILED = "failed"


class CreditState(StrEnum):
    """Whether an artist has agreed to their share."""

    OFFERED = "offered"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


class SourceState(StrEnum):
    """Whether an edge of the remix graph counts."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    REMOVED = "removed"


class Work(Base):
    """What an artist submitted; `number` is the #123 that people type, counted per show.

    `submitted_at` is when its Discord message (or interaction) was created: that is what the deadline is held
    against. `message_id` is unique, so a message seen twice is still one work. A work of an imported back catalogue
    has no message; `import_key` is its id in that catalogue, unique in the show, so that it is imported once.
    """

    __tablename__ = "works"
    __table_args__ = (
        UniqueConstraint("show_id", "number"),
        UniqueConstraint("message_id"),
        UniqueConstraint("show_id", "import_key"),
        Index("ix_works_episode_state", "episode_id", "state"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("message_id IS NOT NULL OR import_key IS NOT NULL", name="origin"),
        CheckConstraint("message_id IS NOT NULL OR by_form", name="by_form"),
        CheckConstraint("length(title) > 0", name="title"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"))
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    number: Mapped[int]
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    note: Mapped[str] = mapped_column(Text)
    medium: Mapped[str] = mapped_column(String(16), doc="picture, sound, video, text, link or mixed")
    licence: Mapped[Licence] = mapped_column(choice(Licence, "licence"))
    state: Mapped[WorkState] = mapped_column(choice(WorkState, "work_state"))
    reason: Mapped[str] = mapped_column(Text, doc="why it is withdrawn or disqualified; empty otherwise")
    channel_id: Mapped[int] = mapped_column(Snowflake)
    message_id: Mapped[int | None] = mapped_column(
        Snowflake, doc="the message or interaction it came by; None: imported"
    )
    by_form: Mapped[bool] = mapped_column(doc="no message shows it: it came by a form (an interaction) or an import")
    import_key: Mapped[str | None] = mapped_column(String(100))
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    collected_at: Mapped[datetime] = mapped_column(UTCDateTime)
    message_edited_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, doc="the newest edit of its message that was followed; None: none"
    )
    message_gone: Mapped[bool] = mapped_column(
        default=False, server_default=false(), doc="its message was deleted: only the card shows it now"
    )
    changes_until: Mapped[datetime | None] = mapped_column(
        UTCDateTime, doc="until when its artist may change it after the deadline, as a producer allowed"
    )
    version: Mapped[int]


class WorkFile(Base):
    """A file of a work; kept in the media store under its SHA-256 once fetched. Sizes in bytes."""

    __tablename__ = "work_files"
    __table_args__ = (
        UniqueConstraint("work_id", "position"),
        Index("ix_work_files_fetch", "state", "next_try_at"),
        CheckConstraint("size >= 0", name="size"),
        CheckConstraint("(state = 'kept') = (sha256 IS NOT NULL)", name="kept"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(260))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    url: Mapped[str] = mapped_column(Text, doc="where Discord serves it, for about a day")
    state: Mapped[FileState] = mapped_column(choice(FileState, "file_state"))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    preview: Mapped[str | None] = mapped_column(String(64), doc="media key (sha256) of the WebP preview")
    attempts: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(UTCDateTime)
    error: Mapped[str] = mapped_column(Text)
    duration_ms: Mapped[int | None] = mapped_column(doc="how long a sound plays, in milliseconds; None if not known")
    peaks: Mapped[list[int] | None] = mapped_column(OptionalDocument, doc="its waveform: how loud, 0 to 100, in turn")
    by_form: Mapped[bool] = mapped_column(
        default=False, server_default=false(), doc="it came by a form: no message shows it, or could be read again"
    )


class WorkLink(Base):
    """A link of a work to where it can be seen or heard, and what is known of that place once it was looked at."""

    __tablename__ = "work_links"
    __table_args__ = (
        UniqueConstraint("work_id", "position"),
        Index("ix_work_links_fetch", "state", "next_try_at"),
        Index("ix_work_links_preview", "preview"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    position: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(200), default="", doc="what the page calls itself")
    site: Mapped[str] = mapped_column(String(100), default="", doc="whose page it is")
    preview: Mapped[str | None] = mapped_column(String(64), doc="media key (sha256) of a WebP picture of it")
    state: Mapped[LinkState] = mapped_column(choice(LinkState, "link_state"), default=LinkState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="None: at once")
    error: Mapped[str] = mapped_column(Text, default="")


class Credit(Base):
    """An artist's part in a work. Shares are basis points; those confirmed sum to 10,000 per work.

    The artist who posted holds whatever the others have not confirmed.
    """

    __tablename__ = "credits"
    __table_args__ = (
        UniqueConstraint("work_id", "artist_id"),
        CheckConstraint("share_bp >= 0 AND share_bp <= 10000", name="share"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)
    role: Mapped[str] = mapped_column(String(60))
    share_bp: Mapped[int]
    state: Mapped[CreditState] = mapped_column(choice(CreditState, "credit_state"))


class Source(Base):
    """An edge of the remix graph: `work_id` was made from a work, or from something outside the community."""

    __tablename__ = "sources"
    __table_args__ = (
        UniqueConstraint("work_id", "source_work_id"),
        Index("ix_sources_used_in", "source_work_id", "work_id", "state"),
        CheckConstraint("(source_work_id IS NULL) <> (outside_title IS NULL)", name="one"),
        CheckConstraint("source_work_id IS NULL OR source_work_id <> work_id", name="itself"),
        CheckConstraint("share_bp IS NULL OR (share_bp >= 0 AND share_bp <= 10000)", name="share"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    source_work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id"))
    outside_title: Mapped[str | None] = mapped_column(String(200))
    outside_url: Mapped[str | None] = mapped_column(Text)
    outside_licence: Mapped[Licence | None] = mapped_column(choice(Licence, "outside_licence"), doc="None: not known")
    share_bp: Mapped[int | None]
    thanks: Mapped[str] = mapped_column(String(300))
    state: Mapped[SourceState] = mapped_column(choice(SourceState, "source_state"))
    added_by: Mapped[int | None] = mapped_column(Snowflake, doc="a Discord id; None: an import")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class WorkEvent(Base):
    """One line of a work's history: what changed, who did it and when."""

    __tablename__ = "work_events"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), index=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user: Mapped[int | None] = mapped_column(Snowflake)
    kind: Mapped[str] = mapped_column(String(40))
    detail: Mapped[dict[str, Any]] = mapped_column(Document)


class ChannelCursor(Base):
    """How far a channel has been read: every message up to `last_message_id` has been looked at."""

    __tablename__ = "channel_cursors"

    channel_id: Mapped[int] = mapped_column(Snowflake, primary_key=True, autoincrement=False)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"))
    last_message_id: Mapped[int] = mapped_column(Snowflake)
