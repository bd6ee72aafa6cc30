"""Checks and ranking that every method shares."""

from collections.abc import Hashable, Mapping, Sequence
from itertools import chain
from typing import Any, Final, Protocol, Self

from domain.errors import UserError
from domain.voting.election import WHOLE_BP, Election

MAX_SCORE: Final = 100
MAX_RANK: Final = 1_000_000
MAX_WORKS: Final = 65_535
MAX_WEIGHT: Final = 1_000_000

_RANGES: Final = {"approval": (1, 1), "schulze": (1, MAX_RANK), "stv": (1, MAX_RANK)}
_RATED: Final = frozenset({"score", "star"})
_SHOWN: Final = 40


class Sortable(Hashable, Protocol):
    """What a ranking can compare."""

    def __lt__(self, other: Self, /) -> bool: ...


def check_rules(election: Election) -> None:
    """Refuse with a UserError that names the place rules that cannot be counted by."""
    if len(set(election.works)) != len(election.works):
        raise UserError("works: a work is listed twice.")
    if len(election.works) > MAX_WORKS:
        raise UserError(f"works: there can be at most {MAX_WORKS:,}.")
    if election.seats < 0:
        raise UserError("seats: must not be negative.")
    if not 1 <= election.max_score <= MAX_SCORE:
        raise UserError(f"max_score: must be 1 or more, and at most {MAX_SCORE}.")
    if not 0 <= election.jury_bp <= WHOLE_BP:
        raise UserError(f"jury.bp: must be from 0 to {WHOLE_BP:,}; it counts hundredths of a percent.")
    if election.jury and not election.jury_bp:
        raise UserError("jury.bp: a jury needs a share of more than 0.")
    _check_criteria(election)
    for work, people in election.exposure.items():
        if work not in election.works:
            raise UserError(f"exposure: there is no work “{work[:_SHOWN]}”.")
        if people < 0:
            raise UserError(f"exposure.{work}: must not be negative.")


def _check_criteria(election: Election) -> None:
    if election.criteria and election.method not in _RATED:
        raise UserError(f"criteria: only score and star have criteria; this vote is counted by {election.method}.")
    names = [criterion.name for criterion in election.criteria]
    for number, criterion in enumerate(election.criteria):
        if criterion.name in names[:number]:
            raise UserError(f"criteria[{number}].name: “{criterion.name[:_SHOWN]}” is there twice.")
        if not 1 <= criterion.weight <= MAX_WEIGHT:
            raise UserError(f"criteria[{number}].weight: must be a whole number from 1 to {MAX_WEIGHT:,}.")


def check_ballots(election: Election, ballots: Sequence[Mapping[str, Any]], path: str) -> None:
    """Refuse with a UserError that names the place, under `path`, a mark that the method has no use for."""
    lowest, highest = _RANGES.get(election.method, (0, election.max_score))
    known = set(election.works)
    if not election.criteria:
        # Three passes in C over all marks; only a bad file pays for finding the place.
        types = set(map(type, chain.from_iterable(ballot.values() for ballot in ballots)))
        if types <= {int}:
            marks = set(chain.from_iterable(ballot.values() for ballot in ballots))
            works = set(chain.from_iterable(ballots))
            if works <= known and (not marks or lowest <= min(marks) <= max(marks) <= highest):
                return
    names = {criterion.name for criterion in election.criteria}
    wanted = str(lowest) if lowest == highest else f"a whole number from {lowest} to {highest:,}"
    for number, ballot in enumerate(ballots):
        for work, given in ballot.items():
            if work not in known:
                raise UserError(f"{path}[{number}]: there is no work “{str(work)[:_SHOWN]}”.")
            place = f"{path}[{number}].{work}"
            marks_by_place = _by_criterion(given, names, place) if names else {place: given}
            for where, mark in marks_by_place.items():
                if type(mark) is not int or not lowest <= mark <= highest:
                    raise UserError(f"{where}: the mark must be {wanted}, not {str(mark)[:_SHOWN]}.")


def _by_criterion(given: Any, names: set[str], place: str) -> dict[str, Any]:
    if not isinstance(given, Mapping) or not given:
        raise UserError(f"{place}: must be an object of marks by criterion, not {str(given)[:_SHOWN]}.")
    for name in given:
        if name not in names:
            raise UserError(f"{place}: there is no criterion “{str(name)[:_SHOWN]}”.")
    return {f"{place}.{name}": mark for name, mark in given.items()}


def rank(keys: Mapping[str, Sortable]) -> tuple[tuple[str, ...], ...]:
    """Return tie groups, the highest key first, works sorted by id within: input order never matters."""
    groups: dict[Sortable, list[str]] = {}
    for work in sorted(keys):
        groups.setdefault(keys[work], []).append(work)
    return tuple(tuple(groups[key]) for key in sorted(groups, reverse=True))
