"""The dataclasses that several services return. Ids are row ids unless they say otherwise; all are snapshots."""

from dataclasses import dataclass
from datetime import datetime

from db.models import CreditState, FileState, SourceState, VoteMethod, Weights, WorkState
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
    locked_at: datetime | None


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """An episode with what is needed to speak of it. `code` is "S1E3"; channel and guild ids are Discord's."""

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

    @property
    def code(self) -> str:
        """How people name the episode."""
        return f"S{self.season}E{self.number}"


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a work; `sha256` and `preview` are media keys, there once the bytes are kept.

    Of some sounds it is known how long they play, and how loud they are (0 to 100) from beginning to end.
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
    """What a work was made from: `work`, or something outside the community with a title and perhaps a link."""

    id: int
    work: WorkRef | None
    outside_title: str | None
    outside_url: str | None
    share_bp: int | None
    thanks: str
    state: SourceState


@dataclass(frozen=True, slots=True)
class WorkView:
    """A work with everything that a card or a page shows of it; `notices` say what could not be credited."""

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
