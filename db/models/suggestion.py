"""Themes that artists suggest, and who approves of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import RowId, Snowflake, UTCDateTime, choice


class SuggestionState(StrEnum):
    """Where a suggested theme stands: up for approval, chosen for the queue, vetoed, or taken back."""

    OPEN = "open"
    CHOSEN = "chosen"
    VETOED = "vetoed"
    WITHDRAWN = "withdrawn"


class Suggestion(Base):
    """A theme that an artist suggested; `theme_id` is its place in the queue once the community chose it."""

    __tablename__ = "suggestions"
    __table_args__ = (
        UniqueConstraint("theme_id"),
        CheckConstraint("length(title) > 0", name="title"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        Index("ix_suggestions_show", "show_id", "state"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"))
    title: Mapped[str] = mapped_column(String(100))
    prompt: Mapped[str] = mapped_column(Text)
    state: Mapped[SuggestionState] = mapped_column(choice(SuggestionState, "suggestion_state"))
    reason: Mapped[str] = mapped_column(Text, doc="why producers vetoed it; everybody can read it")
    suggested_by: Mapped[int] = mapped_column(Snowflake)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
    suggested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[int | None] = mapped_column(Snowflake, doc="None: the community, by the clock")


class SuggestionApproval(Base):
    """A person approves of a suggested theme; nobody but them is shown that they do."""

    __tablename__ = "suggestion_approvals"

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestions.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(Snowflake, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
