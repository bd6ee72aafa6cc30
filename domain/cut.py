"""The cut: which works make it into the episode, how that may change, and what becomes of each work."""

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from domain import lineage
from domain.episode import Outcome
from domain.errors import UserError
from domain.voting import TallyResult, break_ties

Work = TypeVar("Work", bound=Hashable)

MIN_REASON: Final = 10
MAX_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class CutWork:
    """A work in the cut with the reason it is in; `place` is its place in the vote, counted from 1."""

    work: str
    place: int
    drawn: bool
    reason: str


def initial_cut(result: TallyResult, seats: int, seed: str) -> tuple[CutWork, ...]:
    """Return what the vote selected, best first: the cut that the producers start from.

    Ties for the last seats are drawn by the seed. A work that nobody voted for takes no seat, even when
    seats stay empty.
    """
    places: dict[str, int] = {}
    for group in result.order:
        places |= dict.fromkeys(group, len(places) + 1)
    at_stake = {work for group in result.order for work in group if _splits(group, places, seats)}
    # What an STV count drew among on its way is no group of its order.
    at_stake |= {work for group in result.ties if group not in result.order for work in group}
    chosen = [work for work in break_ties(result, seats, seed) if result.numbers[work].votes]
    return tuple(
        CutWork(work, places[work], work in at_stake, _reason(places[work], work in at_stake)) for work in chosen
    )


def _splits(group: tuple[str, ...], places: Mapping[str, int], seats: int) -> bool:
    """Say whether the last seat falls inside this tie group, so that a draw decides."""
    first = places[group[0]]
    return first <= seats < first + len(group) - 1


def _reason(place: int, drawn: bool) -> str:
    return f"Place {place} in the vote, drawn among equals" if drawn else f"Place {place} in the vote"


def check_change(
    *,
    cut: Collection[Work],
    winners: Collection[Work],
    remove: Collection[Work] = (),
    add: Collection[Work] = (),
    reason: str = "",
) -> None:
    """Refuse with a UserError a change to the cut that is not open and above board.

    `cut` is the cut as it stands, `winners` what the vote selected. Taking a winner out needs a public
    reason, and so does putting in a work that the vote did not select; putting a winner back needs none.
    """
    if not remove and not add:
        raise UserError("Say which work to take out of the cut or to put in.")
    if set(remove) - set(cut):
        raise UserError("That work is not in the cut, so it cannot be taken out.")
    if set(add) & set(cut):
        raise UserError("That work is already in the cut.")
    words = reason.strip()
    if len(words) > MAX_REASON:
        raise UserError(f"Keep the reason under {MAX_REASON} characters; yours has {len(words)}.")
    if len(words) >= MIN_REASON:
        return
    needed = set(remove) & set(winners) or set(add) - set(winners)
    if words and needed:
        raise UserError(f"“{words}” says too little. Everybody reads the reason: write at least {MIN_REASON} letters.")
    if set(remove) & set(winners):
        raise UserError("The community voted this work in. Give a reason that everybody can read to take it out.")
    if set(add) - set(winners):
        raise UserError("The vote did not select this work. Give a reason that everybody can read to put it in.")


def outcomes(
    works: Collection[Work], cut: Collection[Work], sources: Mapping[Work, Collection[Work]]
) -> dict[Work, Outcome]:
    """Return what became of each work, given the cut and the confirmed sources of every work.

    In the cut: used. Not in it, but an ancestor of a work in it: influence. Else: not used.
    """
    used = set(cut)
    influences = lineage.all_ancestors(sources, used)
    return {
        work: Outcome.USED if work in used else Outcome.INFLUENCE if work in influences else Outcome.NOT_USED
        for work in works
    }
