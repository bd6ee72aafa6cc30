"""A voter's own order of works, built by picks: groups of works, the best first, equals within one group."""

from collections.abc import Mapping
from typing import TypeAlias

Order: TypeAlias = tuple[tuple[int, ...], ...]
"""Groups of work ids, the best first; no group is empty and no work stands twice."""


def order_of(ranks: Mapping[int, int]) -> Order:
    """Return the order that ranks say (1 is the best, gaps mean nothing), works of a group by id."""
    groups: dict[int, list[int]] = {}
    for work in sorted(ranks):
        groups.setdefault(ranks[work], []).append(work)
    return tuple(tuple(groups[rank]) for rank in sorted(groups))


def ranks_of(order: Order) -> dict[int, int]:
    """Return each work's rank, 1 for the best, without gaps; equals have the same."""
    return {work: rank for rank, group in enumerate(order, start=1) for work in group}


def place_of(order: Order, work: int) -> int | None:
    """Return which pick a work is (1 for the first; one more than the works before it), or None if it is none."""
    before = 0
    for group in order:
        if work in group:
            return before + 1
        before += len(group)
    return None


def picked(order: Order, work: int) -> Order:
    """Put a work at the end, after all picks so far; one that is picked already stays where it is."""
    return order if place_of(order, work) is not None else (*order, (work,))


def without(order: Order, work: int) -> Order:
    """Take a work out of the order."""
    left = (tuple(other for other in group if other != work) for group in order)
    return tuple(group for group in left if group)


def raised(order: Order, work: int) -> Order:
    """Let a work stand alone before its equals, or before the group above it if it has none."""
    at = _group_of(order, work)
    if at is None:
        return order
    rest = without(order, work)
    to = at if len(order[at]) > 1 else max(at - 1, 0)
    return (*rest[:to], (work,), *rest[to:])


def lowered(order: Order, work: int) -> Order:
    """Let a work stand alone after its equals, or after the group below it if it has none."""
    at = _group_of(order, work)
    if at is None:
        return order
    rest = without(order, work)
    return (*rest[: at + 1], (work,), *rest[at + 1 :])


def levelled(order: Order, work: int) -> Order:
    """Make a work equal to the group above it; the first stays first."""
    at = _group_of(order, work)
    if not at:
        return order
    rest = list(without(order, work))
    rest[at - 1] = tuple(sorted((*rest[at - 1], work)))
    return tuple(rest)


def _group_of(order: Order, work: int) -> int | None:
    return next((at for at, group in enumerate(order) if work in group), None)
