"""The vote: ballots with their marks, the counted result, and the cut that producers make of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import Document, RowId, Snowflake, UTCDateTime, choice
from domain.episode import Outcome


class CutAction(StrEnum):
    """What a producer did to the cut."""

    ADD = "add"
    REMOVE = "remove"
    POINTS = "points"


class Ballot(Base):
    """One voter's ballot in one episode; its marks may change until the vote ends.

    `jury` is whether its voter was in the jury when they last pressed.
    """

    __tablename__ = "ballots"
    __table_args__ = (UniqueConstraint("episode_id", "voter_id"), UniqueConstraint("receipt"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    voter_id: Mapped[int] = mapped_column(Snowflake, doc="a Discord user id")
    receipt: Mapped[str] = mapped_column(String(64))
    jury: Mapped[bool] = mapped_column(default=False, server_default=false())
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Mark(Base):
    """What a voter gave a work: 1 for approval, 0 to the deal's max_score for score and star, a rank from 1 (best).

    Ranks of a ballot may have gaps; only their order counts. Where the deal has several criteria, the row says that the
    work is marked (with a 0), and its marks are in `criterion_marks`.
    """

    __tablename__ = "marks"
    __table_args__ = (CheckConstraint("mark >= 0 AND mark <= 100000", name="mark"),)

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True, index=True)
    mark: Mapped[int]


class CriterionMark(Base):
    """What a voter gave a work on one of the deal's criteria, by its place in their list from 0."""

    __tablename__ = "criterion_marks"
    __table_args__ = (
        CheckConstraint("mark >= 0 AND mark <= 10", name="mark"),
        CheckConstraint("criterion >= 0 AND criterion < 5", name="criterion"),
    )

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True)
    criterion: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[int]


class Exposure(Base):
    """A voter was shown a work; the orders in which others meet works even these out.

    `place` counts up along a voter's way through the works.
    """

    __tablename__ = "exposures"

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True, index=True)
    place: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Tally(Base):
    """The counted result of an episode's vote; written once, with the ballots it was counted from."""

    __tablename__ = "tallies"

    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), primary_key=True)
    method: Mapped[str] = mapped_column(String(20))
    ballots: Mapped[int]
    election: Mapped[dict[str, Any]] = mapped_column(Document, doc="what was counted: DESIGN 8, kind ballots")
    result: Mapped[dict[str, Any]] = mapped_column(Document, doc="what came out: order, winners, ties, scores")
    seed: Mapped[str] = mapped_column(String(64), doc="of the draw; its commitment was public before")
    digest: Mapped[str] = mapped_column(String(64))
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CutEntry(Base):
    """A work's place in (or out of) an episode's cut, and why."""

    __tablename__ = "cut_entries"
    __table_args__ = (CheckConstraint("points >= 0 AND points <= 1000000", name="points"),)

    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True)
    in_cut: Mapped[bool]
    by_vote: Mapped[bool]
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome, "outcome"))


class CutChange(Base):
    """One thing a producer did to the cut, with the public reason."""

    __tablename__ = "cut_changes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), index=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    action: Mapped[CutAction] = mapped_column(choice(CutAction, "cut_action"))
    points: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    by_user: Mapped[int] = mapped_column(Snowflake)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
