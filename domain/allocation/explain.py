"""The lines that explain an allocation: whole minor units, as many as there are edges and credits, not paths."""

from collections import defaultdict
from collections.abc import Mapping

from domain.allocation.flow import UNIT, Flow
from domain.allocation.graph import OUTSIDE, Graph
from domain.allocation.limits import Limited
from domain.allocation.model import Line, LineKind
from domain.allocation.splitting import split, split_credits

Origin = tuple[str, str]
"""A work and the remix that passed the money on ("" for the work's own part)."""


def explain(
    graph: Graph,
    money: Flow,
    before: Mapping[str, int],
    limits: tuple[Mapping[str, int], Limited | None],
) -> tuple[Line, ...]:
    """Return the lines of every artist, sorted; they sum to the amounts after the limits.

    `before` are the rounded amounts (minor units) without limits, `limits` the final amounts and how they came about.
    Lines that round to zero are left out.
    """
    after, limited = limits
    lines: list[Line] = []
    for artist, parts in sorted(_fine_lines(graph, money).items()):
        lines += _whole_lines(artist, parts, before[artist])
        moved = after[artist] - before[artist]
        if moved and limited is not None:
            lines.append(Line(artist, None, _limit_kind(artist, moved, limited), None, moved))
    return tuple(lines)


def _fine_lines(graph: Graph, money: Flow) -> dict[str, list[tuple[Origin, int]]]:
    """Split what every work keeps over its artists and over where it came from, in fine units."""
    incoming = _incoming(graph, money)
    found: dict[str, list[tuple[Origin, int]]] = defaultdict(list)
    for number, work in enumerate(graph.works):
        kept = money.kept[number]
        if not kept:
            continue
        origins = [("", money.own[number])] if money.own[number] else []
        origins += [(graph.works[remix].id, part) for remix, part in incoming.get(number, ())]
        weights = [part for _, part in origins]
        for credit, share in zip(work.credits, split_credits(work.credits, kept), strict=True):
            parts = split(share, weights, [remix for remix, _ in origins].__getitem__)
            found[credit.artist] += [
                ((work.id, remix), part) for (remix, _), part in zip(origins, parts, strict=True) if part
            ]
    return {artist: parts for artist, parts in found.items() if parts}


def _incoming(graph: Graph, money: Flow) -> dict[int, list[tuple[int, int]]]:
    """Return, by source, the remixes that passed money to it, and how much."""
    incoming: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for remix in range(len(graph.works)):
        for edge in range(graph.edge_start[remix], graph.edge_start[remix + 1]):
            source, part = graph.edge_source[edge], money.passed[edge]
            if part and source != OUTSIDE:
                incoming[source].append((remix, part))
    return incoming


def _whole_lines(artist: str, parts: list[tuple[Origin, int]], amount: int) -> list[Line]:
    """Round an artist's lines to whole minor units that sum to the amount, by largest remainder, then by id."""
    parts.sort()
    whole = [fine // UNIT for _, fine in parts]
    ranked = sorted(range(len(parts)), key=lambda index: -(parts[index][1] % UNIT))
    for index in ranked[: amount - sum(whole)]:
        whole[index] += 1
    return [
        Line(artist, work, LineKind.LINEAGE if remix else LineKind.OWN, remix or None, units)
        for ((work, remix), _), units in zip(parts, whole, strict=True)
        if units
    ]


def _limit_kind(artist: str, moved: int, limited: Limited) -> LineKind:
    """Name what moved an artist's money: their own limit, or those of the others that they share the rest with."""
    if artist in limited.at_floor:
        return LineKind.FLOOR
    if artist in limited.at_cap:
        return LineKind.CAP
    if (moved < 0) == limited.rest_lost:
        return LineKind.FLOOR if limited.rest_lost else LineKind.CAP
    return LineKind.ADJUSTMENT
