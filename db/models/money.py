"""The money: an append-only ledger, what an episode is funded with, rounds, allocations, concerns, payments."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.models.work import FileState
from db.types import Document, MinorUnits, RowId, Snowflake, UTCDateTime, choice
from domain.episode import RoundPhase


class FundKind(StrEnum):
    """Where an episode's money comes from or goes to."""

    REVENUE = "revenue"
    COST = "cost"
    BUDGET = "budget"
    FROM_RESERVE = "from_reserve"
    TO_RESERVE = "to_reserve"


class ConcernKind(StrEnum):
    """What an artist objects to."""

    LEFT_OUT = "left_out"
    WRONG_SOURCE = "wrong_source"
    TOO_HIGH = "too_high"
    TOO_LOW = "too_low"
    OTHER = "other"


class ConcernState(StrEnum):
    """Whether a concern has its answer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class AllocationState(StrEnum):
    """What became of an allocation: still a proposal, on the artist's balance, or where it all went from there.

    Held: it waits for a decision on a work. Sending: it is in a payment run. Unclaimed: nobody claimed it in time.
    Redirected: held, and then decided to be others'.
    """

    PROPOSED = "proposed"
    HELD = "held"
    CARRIED = "carried"
    SENDING = "sending"
    PAID = "paid"
    DONATED = "donated"
    PASSED_ON = "passed_on"
    UNCLAIMED = "unclaimed"
    REDIRECTED = "redirected"


class LedgerEntry(Base):
    """One business event in the books of a show; never edited, only reversed. `key` keeps it from happening twice."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        UniqueConstraint("key"),
        UniqueConstraint("reverses_id"),
        CheckConstraint("length(currency) = 3", name="currency"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"), index=True)
    episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(100))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entries.id"))
    by_user: Mapped[int | None] = mapped_column(Snowflake)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    foreign_amount: Mapped[int | None] = mapped_column(
        MinorUnits, doc="what was converted, in minor units of foreign_currency"
    )
    foreign_currency: Mapped[str | None] = mapped_column(String(3))
    rate: Mapped[str | None] = mapped_column(String(40), doc="entry's currency per foreign one, as a decimal or ratio")


class LedgerPosting(Base):
    """One line of an entry; the postings of an entry sum to zero. Amounts in minor units of its currency."""

    __tablename__ = "ledger_postings"
    __table_args__ = (
        Index("ix_ledger_postings_account", "account"),
        CheckConstraint("amount <> 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"), index=True)
    account: Mapped[str] = mapped_column(String(40))
    amount: Mapped[int] = mapped_column(MinorUnits)


class FundEntry(Base):
    """Money in or out of an episode, as a producer entered it."""

    __tablename__ = "fund_entries"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("length(currency) = 3", name="currency"),
        UniqueConstraint("entry_id"),
        UniqueConstraint("asked_by"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), index=True)
    kind: Mapped[FundKind] = mapped_column(choice(FundKind, "fund_kind"))
    amount: Mapped[int] = mapped_column(MinorUnits)
    currency: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date]
    by_user: Mapped[int] = mapped_column(Snowflake)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    asked_by: Mapped[int] = mapped_column(Snowflake, doc="the interaction; asked again, it is the same money")


class Receipt(Base):
    """The file that proves a fund entry, on its way into the media store or kept there under its SHA-256."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("fund_id"), Index("ix_receipts_waiting", "state", "next_try_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund_entries.id"))
    name: Mapped[str] = mapped_column(String(255))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    url: Mapped[str] = mapped_column(Text)
    state: Mapped[FileState] = mapped_column(choice(FileState, "receipt_state"))
    sha256: Mapped[str | None] = mapped_column(String(64))
    error: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PayoutRound(Base):
    """One distribution of an episode's pool. `inputs` is what is allocated from, `statement` what was published."""

    __tablename__ = "payout_rounds"
    __table_args__ = (
        UniqueConstraint("episode_id", "number"),
        CheckConstraint("pool >= 0", name="pool"),
        CheckConstraint("length(currency) = 3", name="currency"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    number: Mapped[int]
    phase: Mapped[RoundPhase] = mapped_column(choice(RoundPhase, "round_phase"))
    version: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    pool: Mapped[int] = mapped_column(MinorUnits)
    seed: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[dict[str, Any]] = mapped_column(Document)
    secret: Mapped[str] = mapped_column(
        String(64), default="", server_default=text("''"), doc="what pseudonyms are made with; empty: real ids"
    )
    statement: Mapped[dict[str, Any] | None] = mapped_column(Document)
    digest: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    comments_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finalised_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Allocation(Base):
    """An artist's amount in a round (minor units of the round's currency)."""

    __tablename__ = "allocations"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("payout_rounds.id"), primary_key=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(MinorUnits)
    state: Mapped[AllocationState] = mapped_column(choice(AllocationState, "allocation_state"))
    gone_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="when the last of it left the balance")


class AllocationLine(Base):
    """One line that makes up an allocation; `from_work_id` is the remix that passed the money on."""

    __tablename__ = "allocation_lines"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("payout_rounds.id"), index=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id"))
    kind: Mapped[str] = mapped_column(String(16))
    from_work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id"))
    amount: Mapped[int] = mapped_column(MinorUnits)
    note: Mapped[str] = mapped_column(Text)


class Adjustment(Base):
    """Money that producers moved in a proposed round by hand, with a public reason.

    From an artist, from the artists of a work, or (neither) off the top of the pool; to an artist or a work's artists.
    `undone_at` takes it out again. Amounts in minor units of the round's currency.
    """

    __tablename__ = "adjustments"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("asked_by"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint("from_artist_id IS NULL OR from_work_id IS NULL", name="giver"),
        CheckConstraint("(to_artist_id IS NULL) <> (to_work_id IS NULL)", name="taker"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("payout_rounds.id"))
    number: Mapped[int]
    from_artist_id: Mapped[int | None] = mapped_column(ForeignKey("artists.id"))
    from_work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id"))
    to_artist_id: Mapped[int | None] = mapped_column(ForeignKey("artists.id"))
    to_work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id"))
    amount: Mapped[int] = mapped_column(MinorUnits)
    reason: Mapped[str] = mapped_column(Text)
    by_user: Mapped[int] = mapped_column(Snowflake)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by: Mapped[int] = mapped_column(Snowflake, doc="the interaction; asked again, it is the same one")
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Concern(Base):
    """An artist's objection to a proposed round and its answer, both open to all."""

    __tablename__ = "concerns"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("asked_by"),
        CheckConstraint("length(text) > 0", name="text"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("payout_rounds.id"))
    number: Mapped[int]
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"))
    kind: Mapped[ConcernKind] = mapped_column(choice(ConcernKind, "concern_kind"))
    text: Mapped[str] = mapped_column(Text)
    amount: Mapped[int | None] = mapped_column(MinorUnits, doc="what it should be in the artist's eyes, if they say so")
    state: Mapped[ConcernState] = mapped_column(choice(ConcernState, "concern_state"))
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(Snowflake)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_by: Mapped[int] = mapped_column(Snowflake, doc="the interaction; asked again, it is the same concern")


class Payment(Base):
    """What was actually sent to an artist, by hand or as a line of a payment run; `returned_at` when it came back."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("entry_id"),
        UniqueConstraint("line_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"), index=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)
    amount: Mapped[int] = mapped_column(MinorUnits)
    currency: Mapped[str] = mapped_column(String(3))
    reference: Mapped[str] = mapped_column(String(100))
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entries.id"))
    by_user: Mapped[int] = mapped_column(Snowflake)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("payment_lines.id"))
    returned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
