"""Around the remix graph: what pictures look like, look-alikes that their posters are asked about, and disputes."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import RowId, Snowflake, UTCDateTime, choice


class LikenessState(StrEnum):
    """What the poster said when asked whether the work that theirs looks like is a source."""

    ASKED = "asked"
    CREDITED = "credited"
    DENIED = "denied"


class DisputeKind(StrEnum):
    """What is disputed: a source that is named and should not be, or one that should be and is not."""

    WRONG = "wrong"
    MISSING = "missing"


class DisputeState(StrEnum):
    """How a dispute stands. Upheld: whoever raised it was right, and the source is off, or credited."""

    OPEN = "open"
    UPHELD = "upheld"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class PictureHash(Base):
    """What the picture in a file looks like: a 64-bit dHash (as a signed number) and its four bands of 16 bits.

    Pictures that look alike share a band, so an index finds them; the show is here because it is looked in.
    """

    __tablename__ = "picture_hashes"
    __table_args__ = tuple(Index(f"ix_picture_hashes_band_{band}", "show_id", f"band_{band}") for band in range(4))

    file_id: Mapped[int] = mapped_column(ForeignKey("work_files.id", ondelete="CASCADE"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), index=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"))
    dhash: Mapped[int] = mapped_column(BigInteger)
    band_0: Mapped[int]
    band_1: Mapped[int]
    band_2: Mapped[int]
    band_3: Mapped[int]


class Likeness(Base):
    """A work that looks like an earlier one of somebody else. Its poster is asked, once, and nobody else is told.

    `distance` is how many of the 64 bits differ; None: a file is the same, byte for byte.
    """

    __tablename__ = "likenesses"
    __table_args__ = (UniqueConstraint("work_id", "source_work_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    source_work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    distance: Mapped[int | None]
    state: Mapped[LikenessState] = mapped_column(choice(LikenessState, "likeness_state"))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Dispute(Base):
    """An artist's objection to a source that a work names, or to one that it does not; one at a time for each pair.

    `answer` is what the poster says to it, `verdict` why it was settled as it was; both are empty until then.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        UniqueConstraint("work_id", "source_work_id", "undecided"),
        Index("ix_disputes_source_work_id", "source_work_id"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        CheckConstraint("(state = 'open') = (undecided IS NOT NULL)", name="undecided"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    source_work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    kind: Mapped[DisputeKind] = mapped_column(choice(DisputeKind, "dispute_kind"))
    state: Mapped[DisputeState] = mapped_column(choice(DisputeState, "dispute_state"))
    # NULLs are all different to a UNIQUE constraint. An index over the open ones alone would say it more plainly, and
    # have SQLAlchemy load all it knows of PostgreSQL at every start.
    undecided: Mapped[bool | None] = mapped_column(default=True, doc="true while it is open, then NULL")
    by_artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    reason: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")
    verdict: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by: Mapped[int | None] = mapped_column(Snowflake)
