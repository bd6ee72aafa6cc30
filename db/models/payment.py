"""How artists are paid: what they asked for (encrypted), payment runs with their lines, money on hold."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import MinorUnits, RowId, Snowflake, UTCDateTime, choice


class PayBy(StrEnum):
    """How an artist wants to be paid."""

    PAYPAL = "paypal"
    WISE = "wise"
    OTHER = "other"


class Wish(StrEnum):
    """What an artist wants done with what they earn."""

    PAY = "pay"
    DONATE = "donate"
    PASS_ON = "pass_on"  # noqa: S105 - what an artist does with money, no password


class RunMethod(StrEnum):
    """What file a payment run is exported as."""

    PAYPAL = "paypal"
    WISE = "wise"
    CSV = "csv"


class RunState(StrEnum):
    """Whether a payment run still waits for results."""

    OPEN = "open"
    DONE = "done"
    CANCELED = "canceled"


class PaymentState(StrEnum):
    """What became of one payment of a run. Failed, returned and canceled ones are on the balance again."""

    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELED = "canceled"


class HoldState(StrEnum):
    """Whether a work's money still waits, and if not, where it went.

    Released: to those who were to get it. Credited anew: to the work's artists by its credits as they had become.
    Pooled: back to the episode's pool.
    """

    HELD = "held"
    RELEASED = "released"
    CREDITED = "credited"
    POOLED = "pooled"


class PayTo(Base):
    """Where an artist wants to be paid; `secret` is encrypted, and only they are ever shown what is in it."""

    __tablename__ = "pay_to"

    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), primary_key=True)
    by: Mapped[PayBy] = mapped_column(choice(PayBy, "pay_by"))
    secret: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PayWish(Base):
    """An artist's standing wish for what they earn from now on."""

    __tablename__ = "pay_wishes"

    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), primary_key=True)
    wish: Mapped[Wish] = mapped_column(choice(Wish, "wish"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PaymentRun(Base):
    """A file of payments in one currency. While it is open `open_key` keeps a second one like it from being made."""

    __tablename__ = "payment_runs"
    __table_args__ = (
        UniqueConstraint("show_id", "number"),
        UniqueConstraint("open_key"),
        CheckConstraint("length(currency) = 3", name="currency"),
        CheckConstraint("(state = 'open') = (open_key IS NOT NULL)", name="open"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"))
    number: Mapped[int]
    method: Mapped[RunMethod] = mapped_column(choice(RunMethod, "run_method"))
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[RunState] = mapped_column(choice(RunState, "run_state"))
    open_key: Mapped[str | None] = mapped_column(String(60))
    by_user: Mapped[int] = mapped_column(Snowflake)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PaymentLine(Base):
    """One payment of a run, in minor units of its currency. `secret` is where it goes, encrypted; empty once done.

    `reference` is what the provider's file and report know it by.
    """

    __tablename__ = "payment_lines"
    __table_args__ = (
        UniqueConstraint("run_id", "place"),
        UniqueConstraint("run_id", "artist_id"),
        UniqueConstraint("reference"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("payment_runs.id"))
    place: Mapped[int]
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), index=True)
    amount: Mapped[int] = mapped_column(MinorUnits)
    reference: Mapped[str] = mapped_column(String(30))
    secret: Mapped[str] = mapped_column(Text)
    state: Mapped[PaymentState] = mapped_column(choice(PaymentState, "payment_state"))
    reason: Mapped[str] = mapped_column(Text, doc="why it failed or came back")
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Hold(Base):
    """A work whose money waits for a decision, apart from everybody else's in the round."""

    __tablename__ = "holds"
    __table_args__ = (
        UniqueConstraint("round_id", "work_id"),
        CheckConstraint("length(reason) > 0", name="reason"),
        CheckConstraint("(state = 'held') = (decided_at IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("payout_rounds.id"))
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[HoldState] = mapped_column(choice(HoldState, "hold_state"))
    by_user: Mapped[int] = mapped_column(Snowflake)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    decision: Mapped[str] = mapped_column(Text, server_default=text("''"))
    decided_by: Mapped[int | None] = mapped_column(Snowflake)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class HoldShare(Base):
    """What of a hold an artist was to get, fixed when the round became final; minor units of the round's currency."""

    __tablename__ = "hold_shares"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    hold_id: Mapped[int] = mapped_column(ForeignKey("holds.id"), primary_key=True)
    artist_id: Mapped[int] = mapped_column(ForeignKey("artists.id"), primary_key=True, index=True)
    amount: Mapped[int] = mapped_column(MinorUnits)
