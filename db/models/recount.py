"""Around the vote: who asked to be reminded, which ballots were struck and why, and the counts that came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import Document, RowId, Snowflake, UTCDateTime


class VoteReminder(Base):
    """A person asked to be reminded before an episode's vote ends."""

    __tablename__ = "vote_reminders"

    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(Snowflake, primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Recount(Base):
    """A count that another replaced because ballots were struck, or count again: kept as it was published, with why."""

    __tablename__ = "recounts"
    __table_args__ = (UniqueConstraint("episode_id", "number"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    number: Mapped[int] = mapped_column(doc="counts from 1 in an episode")
    before: Mapped[dict[str, Any]] = mapped_column(Document, doc="the document that was published until then")
    before_digest: Mapped[str] = mapped_column(String(64))
    before_root: Mapped[str] = mapped_column(String(64))
    struck: Mapped[int] = mapped_column(doc="how many ballots were struck with it")
    restored: Mapped[int] = mapped_column(doc="how many that had been struck count again")
    reason: Mapped[str] = mapped_column(Text)
    by_user: Mapped[int] = mapped_column(Snowflake)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Strike(Base):
    """A ballot that no longer counts: since that recount, and for its reason."""

    __tablename__ = "strikes"

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), primary_key=True)
    recount_id: Mapped[int] = mapped_column(ForeignKey("recounts.id"), index=True)
