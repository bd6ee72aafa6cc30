"""What must be said: the outbox, the bot's own posts that it keeps current, and what the process remembers."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import Document, RowId, Snowflake, UTCDateTime, choice


class OutboxAction(StrEnum):
    """Say it anew, or bring the post that said it up to date."""

    SEND = "send"
    EDIT = "edit"


class OutboxState(StrEnum):
    """Whether it has been said. FAILED is kept and told to the producers; DROPPED is no longer worth saying."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class OutboxRow(Base):
    """One thing to say, written in the transaction that made it true.

    `key` says what it is about, once ("episode:12:opened"); `subject` holds the ids that the renderer needs. It goes
    to `channel_id`, or to the person `user_id` by direct message (with `channel_id`, if any, where DMs are
    closed). `nonce` is what Discord recognises a repetition by.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("nonce"),
        Index("ix_outbox_due", "state", "next_try_at"),
        CheckConstraint("channel_id IS NOT NULL OR user_id IS NOT NULL", name="target"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    action: Mapped[OutboxAction] = mapped_column(choice(OutboxAction, "outbox_action"))
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"))
    subject: Mapped[dict[str, Any]] = mapped_column(Document)
    channel_id: Mapped[int | None] = mapped_column(Snowflake)
    user_id: Mapped[int | None] = mapped_column(Snowflake)
    reply_to: Mapped[int | None] = mapped_column(Snowflake)
    post_key: Mapped[str | None] = mapped_column(String(80), doc="remembers the message under this name")
    nonce: Mapped[str] = mapped_column(String(25))
    state: Mapped[OutboxState] = mapped_column(choice(OutboxState, "outbox_state"))
    attempts: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(UTCDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    error: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Post(Base):
    """A message of the bot's own that it keeps current; `stale` counts changes since it was last edited."""

    __tablename__ = "posts"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    channel_id: Mapped[int] = mapped_column(Snowflake)
    message_id: Mapped[int] = mapped_column(Snowflake, index=True)
    thread_id: Mapped[int | None] = mapped_column(Snowflake)
    posted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ProcessFact(Base):
    """Something the process remembers between starts, such as the hash of the commands last synced."""

    __tablename__ = "process_facts"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
