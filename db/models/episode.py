"""Episodes: their phases, the deal they were opened under, and the deadlines that move them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.models.show import BLEND_CHECK, VOTERS_CHECK, Funding, ShownAs, Unclaimed, VoteMethod, Weights
from db.types import MinorUnits, OptionalDocument, RowId, Snowflake, UTCDateTime, choice
from domain.episode import Phase


class DeadlineKind(StrEnum):
    """What falls due."""

    THEME = "theme"
    QUEUE_CHECK = "queue_check"
    OPEN = "open"
    CLOSING_SOON = "closing_soon"
    CLOSE = "close"
    SEEN_CHECK = "seen_check"
    VOTE_ENDING = "vote_ending"
    COUNT = "count"
    COMMENTS_END = "comments_end"
    CLAIM_SOON = "claim_soon"
    CLAIM_END = "claim_end"


class DeadlineState(StrEnum):
    """Whether a deadline is still to come."""

    WAITING = "waiting"
    DONE = "done"
    DROPPED = "dropped"


class Episode(Base):
    """One run of a show. `version` grows with every change; a move is a compare-and-set on it."""

    __tablename__ = "episodes"
    __table_args__ = (
        UniqueConstraint("show_id", "season", "number"),
        UniqueConstraint("theme_id"),
        CheckConstraint("length(title) > 0", name="title"),
        CheckConstraint("closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at", name="closes"),
        CheckConstraint("votes_until IS NULL OR closes_at IS NULL OR votes_until > closes_at", name="votes"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"), index=True)
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
    season: Mapped[int]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(100))
    prompt: Mapped[str] = mapped_column(Text)
    phase: Mapped[Phase] = mapped_column(choice(Phase, "phase"))
    version: Mapped[int]
    planned_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opens_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    votes_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    release_url: Mapped[str | None] = mapped_column(String(500))
    draw_seed: Mapped[str] = mapped_column(String(64), doc="secret until the vote is counted")
    draw_commitment: Mapped[str] = mapped_column(String(64), doc="sha256 of the seed, public from the start")


class Deal(Base):
    """The terms an episode was opened under; fixed from `locked_at` on. Units as in Show."""

    __tablename__ = "deals"
    __table_args__ = (
        CheckConstraint("length(currency) = 3", name="currency"),
        CheckConstraint("lineage_bp >= 0 AND lineage_bp <= 10000", name="lineage"),
        CheckConstraint("house_bp >= 0 AND house_bp <= 10000", name="house"),
        CheckConstraint("cap_bp > 0 AND cap_bp <= 10000 AND floor >= 0 AND payout_min >= 0", name="limits"),
        CheckConstraint("seats >= 1 AND max_score >= 1", name="vote"),
        CheckConstraint(VOTERS_CHECK, name="voters"),
        CheckConstraint("comment_seconds > 0 AND grace_seconds >= 0", name="windows"),
        CheckConstraint(BLEND_CHECK, name="blend"),
        CheckConstraint("promised >= 0", name="money"),
    )

    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3))
    vote_method: Mapped[VoteMethod] = mapped_column(choice(VoteMethod, "vote_method"))
    max_score: Mapped[int]
    seats: Mapped[int]
    criteria: Mapped[list[dict[str, Any]] | None] = mapped_column(OptionalDocument)
    normalise: Mapped[bool] = mapped_column(
        default=False, server_default=false(), doc="each voter's scale is stretched"
    )
    few_votes: Mapped[bool] = mapped_column(default=False, server_default=false(), doc="few marks weigh less")
    hide_artists: Mapped[bool] = mapped_column(default=False, server_default=false(), doc="until the vote ends")
    jury_role_id: Mapped[int | None] = mapped_column(Snowflake)
    jury_bp: Mapped[int] = mapped_column(default=0, server_default=text("0"), doc="the jury's part of the result")
    voter_role_id: Mapped[int | None] = mapped_column(Snowflake, doc="who may vote; None: everybody")
    min_member_days: Mapped[int] = mapped_column(default=0, server_default=text("0"), doc="in the server, to vote")
    min_account_days: Mapped[int] = mapped_column(default=0, server_default=text("0"), doc="of the account, to vote")
    weights: Mapped[Weights] = mapped_column(choice(Weights, "weights"))
    lineage_bp: Mapped[int]
    house_bp: Mapped[int]
    floor: Mapped[int] = mapped_column(MinorUnits)
    cap_bp: Mapped[int]
    payout_min: Mapped[int] = mapped_column(MinorUnits)
    comment_seconds: Mapped[int]
    grace_seconds: Mapped[int]
    claim_days: Mapped[int]
    commercial: Mapped[bool] = mapped_column(default=False, server_default=false(), doc="the show makes money")
    funding: Mapped[Funding] = mapped_column(
        choice(Funding, "funding"), default=Funding.PROFIT, server_default=Funding.PROFIT.value
    )
    promised: Mapped[int] = mapped_column(
        MinorUnits, default=0, server_default=text("0"), doc="the budget that artists were told of; 0: none"
    )
    equal_parts: Mapped[int] = mapped_column(default=0, server_default=text("0"), doc="of a blend, beside the next two")
    points_parts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    votes_parts: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    unclaimed: Mapped[Unclaimed] = mapped_column(
        choice(Unclaimed, "unclaimed"), default=Unclaimed.RESERVE, server_default=Unclaimed.RESERVE.value
    )
    shown_as: Mapped[ShownAs] = mapped_column(
        choice(ShownAs, "shown_as"), default=ShownAs.NAMES, server_default=ShownAs.NAMES.value
    )
    receipts_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    locked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EpisodeMove(Base):
    """One transition that happened. An episode enters a phase once: the UNIQUE says so."""

    __tablename__ = "episode_moves"
    __table_args__ = (UniqueConstraint("episode_id", "to_phase"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id"))
    from_phase: Mapped[Phase | None] = mapped_column(choice(Phase, "from_phase"))
    to_phase: Mapped[Phase] = mapped_column(choice(Phase, "to_phase"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_user: Mapped[int | None] = mapped_column(Snowflake, doc="None: the clock")
    reason: Mapped[str] = mapped_column(Text)


class Deadline(Base):
    """Something that falls due. `key` is unique per thing and kind, so it can be set again but never doubled."""

    __tablename__ = "deadlines"
    __table_args__ = (UniqueConstraint("key"), Index("ix_deadlines_due", "state", "due_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    kind: Mapped[DeadlineKind] = mapped_column(choice(DeadlineKind, "deadline_kind"))
    state: Mapped[DeadlineState] = mapped_column(choice(DeadlineState, "deadline_state"))
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"))
    episode_id: Mapped[int | None] = mapped_column(ForeignKey("episodes.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("payout_rounds.id"))
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
