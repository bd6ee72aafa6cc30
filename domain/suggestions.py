"""Suggested themes: which one the community's approvals choose."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from domain.voting import Election, tally


class Suggested(NamedTuple):
    """A theme that is up for approval: who suggested it, when, and who approves (Discord ids)."""

    by: int
    at: datetime
    approvals: Collection[int]


def ranking(suggestions: Mapping[int, Suggested]) -> tuple[tuple[int, int], ...]:
    """Return ids with their approvals, best first, counted as an approval vote counts.

    What a person suggested gets no approval from them. Of equals, the one that was suggested first comes first,
    so that waiting is worth something and nothing needs a draw; then the smaller id.
    """
    names = {f"s{key}": key for key in suggestions}
    counted = tally(Election("approval", tuple(names), _ballots(suggestions)))
    numbered = [(names[name], int(counted.scores[name])) for name in names]
    return tuple(sorted(numbered, key=lambda item: (-item[1], suggestions[item[0]].at, item[0])))


def chosen(suggestions: Mapping[int, Suggested], needed: int) -> int | None:
    """Return the id that goes into the queue next: the first of the ranking, if `needed` approve of it.

    With `needed` 0 or less none is ever chosen.
    """
    for key, approvals in ranking(suggestions):
        return key if 0 < needed <= approvals else None
    return None


def _ballots(suggestions: Mapping[int, Suggested]) -> tuple[Mapping[str, int], ...]:
    """One ballot a person: what they approve of, without their own."""
    ballots: dict[int, dict[str, int]] = {}
    for key, one in suggestions.items():
        for person in set(one.approvals) - {one.by}:
            ballots.setdefault(person, {})[f"s{key}"] = 1
    return tuple(ballots.values())
