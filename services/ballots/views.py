"""What a voter, and anybody else, is shown of a vote while it goes on. Snapshots; ids are row ids."""

from dataclasses import dataclass
from datetime import datetime

from services.views import WorkRef, WorkView
from services.voting import VoteEpisode

Given = tuple[int | None, ...]
"""A voter's marks on one work, one for each criterion (a single one where there are none); None: not given.

In a ranked vote it is the pick that the work is: 1 for the first.
"""


@dataclass(frozen=True, slots=True)
class BoothLine:
    """A work as a list in the booth names it; `place` counts from 1 in this voter's order, None outside it."""

    work: WorkRef
    place: int | None
    given: Given
    seen: bool

    @property
    def marked(self) -> bool:
        """Whether the voter has marked or picked it."""
        return any(mark is not None for mark in self.given)


@dataclass(frozen=True, slots=True)
class Pick:
    """Where the work that is shown stands in a voter's ranking: it is number `place` of `picks`.

    `equals` are the other works with the same place, `above` those of the next better one.
    """

    place: int | None
    picks: int
    equals: tuple[WorkRef, ...] = ()
    above: tuple[WorkRef, ...] = ()
    last: bool = True


@dataclass(frozen=True, slots=True)
class BoothView:
    """What a voter sees: one work, their marks on it, and where they are. Nothing of anybody else's marks.

    `part` is the criterion that is asked for. `back` and `next` are work ids, None where there is none. `own` says that
    the work is theirs or carries their credit, so that they cannot mark it. `pick` is there in a ranked vote. `news` is
    True when this press changed what the vote's announcement says.
    """

    episode: VoteEpisode
    work: WorkView
    place: int | None
    total: int
    seen: int
    marked: int
    given: Given
    part: int
    own: bool
    jury: bool
    back: int | None
    next: int | None
    pick: Pick | None = None
    news: bool = False

    @property
    def mark(self) -> int | None:
        """The mark on the criterion that is asked for."""
        return self.given[self.part]


@dataclass(frozen=True, slots=True)
class WorksView:
    """A page (from 0) of all the works that a voter can mark, in their order: those they saw, then what comes next."""

    episode: VoteEpisode
    lines: tuple[BoothLine, ...]
    page: int
    pages: int
    seen: int
    marked: int
    total: int


@dataclass(frozen=True, slots=True)
class BallotView:
    """A voter's own ballot: the highest marks, or the first picks, first. `receipt` names it when it is published."""

    episode: VoteEpisode
    receipt: str
    lines: tuple[BoothLine, ...]
    seen: int
    total: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class TurnoutView:
    """What anybody may know during a vote: how many works there are and how many people have marked some."""

    episode: VoteEpisode
    works: int
    ballots: int
