"""What the pages of the gallery are made from. Ids are row ids; pictures are media keys."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.episode import Outcome
from services.cuts import CutLine, CutView
from services.episodes.views import MoveView
from services.kinds import WorkState
from services.payouts.views import LineView, RoundView
from services.tallies import ResultView, ResultWork
from services.views import EpisodeView, WorkRef, WorkView
from services.works.family import Family
from services.works.history import PublicLine

Pictures = Mapping[int, tuple[str, ...]]
"""By episode, a few pictures to show it with."""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """A show in the list of shows; `episodes` counts those that have opened, `current` is the one to look at."""

    id: int
    name: str
    slug: str
    timezone: str
    episodes: int
    works: int
    current: EpisodeView | None


@dataclass(frozen=True, slots=True)
class Home:
    """Every show, by name, with pictures of their current episodes."""

    shows: tuple[ShowCard, ...]
    pictures: Pictures


@dataclass(frozen=True, slots=True)
class ShowPage:
    """A show with its episodes, newest first."""

    show: ShowCard
    episodes: tuple[EpisodeView, ...]
    queued_themes: int
    pictures: Pictures


@dataclass(frozen=True, slots=True)
class EpisodePage:
    """An episode with all that is public of it.

    `result` is None until the vote is counted, so nothing of the marks shows before; `turnout` (ballots) always does.
    """

    episode: EpisodeView
    timezone: str
    moves: tuple[MoveView, ...]
    works: tuple[WorkView, ...]
    outcomes: dict[int, Outcome]
    turnout: int
    result: ResultView | None
    cut: CutView
    rounds: tuple[RoundView, ...]

    def taking_part(self) -> tuple[WorkView, ...]:
        """The works that were neither withdrawn nor disqualified."""
        return tuple(work for work in self.works if work.state is WorkState.IN)


@dataclass(frozen=True, slots=True)
class Lineage:
    """Who was made from whom: pairs of a work and its source, with every work in them by id.

    `here` are the works of the episode itself; the others are of other episodes.
    """

    edges: tuple[tuple[int, int], ...]
    works: Mapping[int, WorkRef]
    here: frozenset[int]


@dataclass(frozen=True, slots=True)
class EpisodeFront:
    """An episode as its page shows it: everything but the works whole, and of those one page (`page` from 1)."""

    whole: EpisodePage
    page: int
    pages: int
    left: tuple[WorkRef, ...]
    lineage: Lineage


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A work with its episode, neighbours and lineage, and what became of it once the vote is counted."""

    work: WorkView
    episode: EpisodeView
    timezone: str
    outcome: Outcome | None
    cut: CutLine | None
    result: ResultWork | None
    top: int
    before: int | None
    after: int | None
    lineage: Family
    history: tuple[PublicLine, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundPage:
    """A payout round with every line of every artist, by artist id, largest first.

    `keys` is what the statement calls each artist, by artist id: their share's page is named so.
    """

    round: RoundView
    lines: Mapping[int, tuple[LineView, ...]]
    keys: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PayoutPage:
    """The rounds of an episode, newest first."""

    episode: EpisodeView
    timezone: str
    rounds: tuple[RoundPage, ...]
