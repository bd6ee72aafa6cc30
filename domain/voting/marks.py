"""Checks and ranking that every method shares."""

from collections.abc import Hashable, Mapping
from itertools import chain
from typing import Protocol, Self

from domain.errors import UserError
from domain.voting.election import Election


class Sortable(Hashable, Protocol):
    """What a ranking can compare."""

    def __lt__(self, other: Self, /) -> bool: ...


def check_marks(election: Election, *, lowest: int, highest: int) -> None:
    """Refuse with a UserError that names the place a malformed election or a mark out of range."""
    known = set(election.works)
    if len(known) != len(election.works):
        raise UserError("works: a work is listed twice.")
    if election.seats < 0:
        raise UserError("seats: must not be negative.")
    if election.max_score < 1:
        raise UserError("max_score: must be 1 or more.")
    # Three passes in C over all marks; only a bad file pays for finding the place.
    types = set(map(type, chain.from_iterable(ballot.values() for ballot in election.ballots)))
    if types <= {int}:
        marks = set(chain.from_iterable(ballot.values() for ballot in election.ballots))
        works = set(chain.from_iterable(election.ballots))
        if works <= known and (not marks or lowest <= min(marks) <= max(marks) <= highest):
            return
    _name_the_place(election, known, lowest, highest)


def _name_the_place(election: Election, known: set[str], lowest: int, highest: int) -> None:
    wanted = str(lowest) if lowest == highest else f"a whole number from {lowest} to {highest}"
    for number, ballot in enumerate(election.ballots):
        for work, mark in ballot.items():
            if work not in known:
                raise UserError(f"ballots[{number}]: there is no work “{str(work)[:40]}”.")
            if type(mark) is not int or not lowest <= mark <= highest:
                raise UserError(f"ballots[{number}].{work}: the mark must be {wanted}, not {str(mark)[:40]}.")


def rank(keys: Mapping[str, Sortable]) -> tuple[tuple[str, ...], ...]:
    """Return tie groups, the highest key first, works sorted by id within: input order never matters."""
    groups: dict[Sortable, list[str]] = {}
    for work in sorted(keys):
        groups.setdefault(keys[work], []).append(work)
    return tuple(tuple(groups[key]) for key in sorted(groups, reverse=True))
