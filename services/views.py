"""The dataclasses that several services return. Ids are row ids unless they say otherwise; all are snapshots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.models import (
    Collecting,
    CreditState,
    Deal,
    FileState,
    Funding,
    Show,
    ShownAs,
    SourceState,
    Unclaimed,
    VoteMethod,
    Weights,
    WorkState,
)
from domain.episode import Phase
from domain.licences import Licence
from domain.money import Currency


@dataclass(frozen=True, slots=True)
class ArtistView:
    """A person who takes part; `user_id` is their Discord id, None for somebody known by an import only."""

    id: int
    user_id: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of several marks that a work gets, and how much it weighs beside the others."""

    name: str
    weight: int


@dataclass(frozen=True, slots=True)
class VoteRules:
    """How works are voted on, and by whom. Roles are Discord's ids; `jury_bp` is the jury's part of the result.

    With `criteria` each mark is one of several. `normalise` stretches each voter's marks to the whole scale,
    `few_votes` lets a work with few marks weigh less, `hide_artists` keeps names out of the vote until it ends.
    """

    method: VoteMethod
    max_score: int
    seats: int
    criteria: tuple[Criterion, ...] = ()
    normalise: bool = False
    few_votes: bool = False
    hide_artists: bool = False
    jury_role_id: int | None = None
    jury_bp: int = 0
    voter_role_id: int | None = None
    min_member_days: int = 0
    min_account_days: int = 0

    @property
    def ranked(self) -> bool:
        """Whether voters put works into an order of their own; otherwise each work is marked by itself."""
        return self.method in (VoteMethod.SCHULZE, VoteMethod.STV)

    @property
    def top(self) -> int:
        """The highest mark, where works are marked: 1 is a plain yes."""
        return 1 if self.method is VoteMethod.APPROVAL else self.max_score


def vote_rules(rules: Show | Deal) -> VoteRules:
    """The rules of a show's next votes, or of an episode's own."""
    return VoteRules(
        method=rules.vote_method, max_score=rules.max_score, seats=rules.seats,
        criteria=criteria_of(rules.criteria), normalise=rules.normalise, few_votes=rules.few_votes,
        hide_artists=rules.hide_artists, jury_role_id=rules.jury_role_id, jury_bp=rules.jury_bp,
        voter_role_id=rules.voter_role_id, min_member_days=rules.min_member_days,
        min_account_days=rules.min_account_days,
    )  # fmt: skip


def criteria_of(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Criterion, ...]:
    """The criteria as their column keeps them."""
    return tuple(Criterion(str(each["name"]), int(each["weight"])) for each in stored or ())


@dataclass(frozen=True, slots=True)
class DealView:
    """The terms of an episode: seconds, basis points, minor units of `currency`."""

    currency: Currency
    vote_method: VoteMethod
    max_score: int
    seats: int
    weights: Weights
    lineage_bp: int
    house_bp: int
    floor: int
    cap_bp: int
    payout_min: int
    comment_seconds: int
    grace_seconds: int
    claim_days: int
    voting: VoteRules
    funding: Funding
    promised: int
    equal_parts: int
    points_parts: int
    votes_parts: int
    unclaimed: Unclaimed
    shown_as: ShownAs
    receipts_public: bool
    locked_at: datetime | None
    commercial: bool = False


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """An episode with what is needed to speak of it. `code` is "S1E3"; channel, guild and people's ids are Discord's.

    `suggested_by` is who suggested its theme, if the community chose it.
    """

    id: int
    show_id: int
    show_name: str
    show_slug: str
    guild_id: int
    works_channel_id: int
    news_channel_id: int
    season: int
    number: int
    title: str
    prompt: str
    phase: Phase
    opens_at: datetime | None
    closes_at: datetime | None
    votes_until: datetime | None
    released_at: datetime | None
    release_url: str | None
    draw_commitment: str
    works: int
    deal: DealView
    suggested_by: int | None = None
    collecting: Collecting = Collecting.EVERYTHING

    @property
    def code(self) -> str:
        """How people name the episode."""
        return f"S{self.season}E{self.number}"


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a work; `sha256` and `preview` are media keys, there once the bytes are kept.

    Of some sounds it is known how long they play, and how loud they are (0 to 100) from beginning to end. `by_form`: no
    message shows it.
    """

    id: int
    name: str
    content_type: str
    size: int
    url: str
    state: FileState
    sha256: str | None
    preview: str | None
    error: str
    duration_ms: int | None = None
    peaks: tuple[int, ...] = ()
    by_form: bool = False


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link of a work; title, site and preview (a media key) are empty until, or unless, they are known."""

    url: str
    title: str = ""
    site: str = ""
    preview: str | None = None


@dataclass(frozen=True, slots=True)
class WorkRef:
    """A work as others mention it."""

    id: int
    number: int
    title: str
    artist: str
    state: WorkState


@dataclass(frozen=True, slots=True)
class CreditView:
    """An artist's part in a work; the share in basis points."""

    artist: ArtistView
    role: str
    share_bp: int
    state: CreditState


@dataclass(frozen=True, slots=True)
class SourceView:
    """What a work was made from: `work`, or something outside the community with a title and perhaps a link.

    The licence is that of either; None where nobody said under which one the outside source is.
    """

    id: int
    work: WorkRef | None
    outside_title: str | None
    outside_url: str | None
    share_bp: int | None
    thanks: str
    state: SourceState
    licence: Licence | None = None


@dataclass(frozen=True, slots=True)
class WorkView:
    """A work with everything that a card or a page shows of it; `notices` say what could not be credited.

    `message_gone`: its message was deleted, so that only its card shows it.
    """

    id: int
    show_id: int
    episode_id: int
    guild_id: int
    number: int
    title: str
    note: str
    medium: str
    licence: Licence
    state: WorkState
    reason: str
    artist: ArtistView
    credits: tuple[CreditView, ...]
    sources: tuple[SourceView, ...]
    used_in: tuple[WorkRef, ...]
    files: tuple[FileView, ...]
    links: tuple[str, ...]
    channel_id: int
    message_id: int | None
    by_form: bool
    submitted_at: datetime
    version: int
    phase: Phase
    notices: tuple[str, ...] = ()
    link_previews: tuple[LinkView, ...] = ()
    message_gone: bool = False
