"""Guilds, their shows with rules, the people in them, and the queue of themes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base
from db.types import MinorUnits, OptionalDocument, RowId, Snowflake, UTCDateTime, choice
from domain.licences import Licence


class Collecting(StrEnum):
    """What the bot takes from the show's channel: every message with a file or link, or only what is submitted."""

    EVERYTHING = "everything"
    ASKED = "asked"


class VoteMethod(StrEnum):
    """How an episode's vote is counted."""

    APPROVAL = "approval"
    SCORE = "score"
    STAR = "star"
    SCHULZE = "schulze"
    STV = "stv"


class Weights(StrEnum):
    """What a work in the cut weighs when the pool is divided: a blend mixes the three in stated proportions."""

    EQUAL = "equal"
    POINTS = "points"
    VOTES = "votes"
    BLEND = "blend"


class Funding(StrEnum):
    """Where an episode's pool comes from: a share of its profit (and any budget on top), or a budget alone."""

    PROFIT = "profit"
    POOL = "pool"


class Unclaimed(StrEnum):
    """Where an artist's share goes when nobody has claimed it in time.

    Reserve: the show's, for later episodes. House: whoever runs the show. Sources: the artists of what the artist's
    works were made from (the reserve where there are none). Pool: the same episode's next round.
    """

    RESERVE = "reserve"
    HOUSE = "house"
    SOURCES = "sources"
    POOL = "pool"


class ShownAs(StrEnum):
    """How artists are named beside their amounts wherever others can read them."""

    NAMES = "names"
    PSEUDONYMS = "pseudonyms"


VOTERS_CHECK = (
    "jury_bp >= 0 AND jury_bp <= 10000 AND (jury_bp = 0 OR jury_role_id IS NOT NULL) "
    "AND min_member_days >= 0 AND min_account_days >= 0"
)
"""A jury that has a part of the result is somebody."""

BLEND_CHECK = (
    "equal_parts >= 0 AND points_parts >= 0 AND votes_parts >= 0 "
    "AND (weights <> 'blend' OR equal_parts + points_parts + votes_parts > 0)"
)
"""A blend has parts."""


class ThemeState(StrEnum):
    """Where a theme stands: waiting for its episode, used by one, or taken out of the queue."""

    QUEUED = "queued"
    USED = "used"
    REMOVED = "removed"


class Guild(Base):
    """A Discord server that the bot is in."""

    __tablename__ = "guilds"

    id: Mapped[int] = mapped_column(Snowflake, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Artist(Base):
    """A person who has taken part in a guild's shows; `name` is what the guild last called them.

    Somebody from an imported back catalogue may have no Discord account here: then `user_id` is None, and
    `imported_name` is what later imports know them by. There is always one of the two. Where it turned out to be
    somebody who is here already, `claimed_by_id` says who: that is whose works and balance they have become.
    """

    __tablename__ = "artists"
    __table_args__ = (
        UniqueConstraint("guild_id", "user_id"),
        UniqueConstraint("guild_id", "imported_name"),
        CheckConstraint("user_id IS NOT NULL OR imported_name IS NOT NULL", name="known"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guilds.id"))
    user_id: Mapped[int | None] = mapped_column(Snowflake, doc="their Discord id; None: known by name only")
    imported_name: Mapped[str | None] = mapped_column(String(100))
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("artists.id"))
    name: Mapped[str] = mapped_column(String(100))
    told_of_remixes: Mapped[bool] = mapped_column(default=True, server_default=true(), doc="by direct message")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Show(Base):
    """A series that a guild produces, with the rules its next episodes will have.

    The rules here are copied into an episode's deal when it is planned; changing them never touches an episode
    that exists. Times are seconds, shares basis points, amounts minor units of `currency`.
    """

    __tablename__ = "shows"
    __table_args__ = (
        UniqueConstraint("guild_id", "name"),
        UniqueConstraint("slug"),
        CheckConstraint("length(currency) = 3", name="currency"),
        CheckConstraint("open_seconds > 0 AND voting_seconds > 0", name="durations"),
        CheckConstraint("comment_seconds > 0 AND grace_seconds >= 0", name="windows"),
        CheckConstraint("every_weeks >= 1 AND weekdays >= 0 AND weekdays < 128", name="cadence"),
        CheckConstraint("seats >= 1 AND max_score >= 1 AND max_score <= 10", name="vote"),
        CheckConstraint("lineage_bp >= 0 AND lineage_bp <= 10000", name="lineage"),
        CheckConstraint("house_bp >= 0 AND house_bp <= 10000", name="house"),
        CheckConstraint("cap_bp > 0 AND cap_bp <= 10000 AND floor >= 0 AND payout_min >= 0", name="limits"),
        CheckConstraint(VOTERS_CHECK, name="voters"),
        CheckConstraint(BLEND_CHECK, name="blend"),
        CheckConstraint("promised >= 0 AND comment_min_seconds >= 0", name="money"),
        CheckConstraint("next_work >= 1 AND next_episode >= 1 AND season >= 1", name="counters"),
        CheckConstraint(
            "max_files >= 1 AND max_files <= 10 AND (max_file_mb IS NULL OR max_file_mb >= 1)", name="files"
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guilds.id"))
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(100))
    works_channel_id: Mapped[int] = mapped_column(Snowflake, index=True)
    news_channel_id: Mapped[int] = mapped_column(Snowflake)
    producers_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    producer_role_id: Mapped[int | None] = mapped_column(Snowflake)
    timezone: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    weekdays: Mapped[int] = mapped_column(doc="bit 0 is Monday; 0 means that nothing goes out by itself")
    post_at: Mapped[str] = mapped_column(String(8), doc="HH:MM:SS in the show's time zone")
    every_weeks: Mapped[int]
    anchor: Mapped[date]
    open_seconds: Mapped[int]
    voting_seconds: Mapped[int]
    comment_seconds: Mapped[int]
    grace_seconds: Mapped[int]
    collecting: Mapped[Collecting] = mapped_column(choice(Collecting, "collecting"))
    licence: Mapped[Licence] = mapped_column(choice(Licence, "licence"))
    commercial: Mapped[bool] = mapped_column(default=False, server_default=false(), doc="the show makes money")
    vote_method: Mapped[VoteMethod] = mapped_column(choice(VoteMethod, "vote_method"))
    max_score: Mapped[int]
    seats: Mapped[int]
    criteria: Mapped[list[dict[str, Any]] | None] = mapped_column(
        OptionalDocument, doc="several marks a work: [{name, weight}]; None: one mark"
    )
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
    claim_days: Mapped[int]
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
    comment_min_seconds: Mapped[int] = mapped_column(
        default=0, server_default=text("0"), doc="no episode's comment window can be shorter"
    )
    season: Mapped[int]
    next_episode: Mapped[int]
    next_work: Mapped[int]
    paused: Mapped[bool]
    suggestion_approvals: Mapped[int] = mapped_column(
        server_default=text("3"), doc="how many must approve before a suggested theme may be chosen; 0: none ever is"
    )
    suggestions_each: Mapped[int] = mapped_column(
        server_default=text("3"), doc="how many suggested themes a person may have open; 0: nobody may suggest"
    )
    max_files: Mapped[int] = mapped_column(default=10, server_default=text("10"), doc="files that a work can have")
    max_file_mb: Mapped[int | None] = mapped_column(doc="how large a file can be; None: as large as is kept at all")
    file_kinds: Mapped[str] = mapped_column(
        String(60), default="", server_default=text("''"), doc="see domain.filekinds; empty: every kind"
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Theme(Base):
    """What an episode is about; `position` orders the queue."""

    __tablename__ = "themes"
    __table_args__ = (
        CheckConstraint("length(title) > 0", name="title"),
        Index("ix_themes_queue", "show_id", "state", "position"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    show_id: Mapped[int] = mapped_column(ForeignKey("shows.id"))
    title: Mapped[str] = mapped_column(String(100))
    prompt: Mapped[str] = mapped_column(Text)
    state: Mapped[ThemeState] = mapped_column(choice(ThemeState, "theme_state"))
    position: Mapped[int]
    added_by: Mapped[int] = mapped_column(Snowflake)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
