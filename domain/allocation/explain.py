"""The lines that explain an allocation: whole minor units, as many as there are edges and credits, not paths."""

from collections import defaultdict
from collections.abc import Mapping

from domain.allocation.columns import OUTSIDE, Columns
from domain.allocation.flow import UNIT, Flow, split_credits
from domain.allocation.limits import Limited
from domain.allocation.model import Line, LineKind
from domain.allocation.splitting import split

Origin = tuple[str, str]
"""A work and the remix that passed the money on ("" for the work's own part)."""


def explain(
    columns: Columns,
    money: tuple[list[int], Flow],
    before: Mapping[str, int],
    limits: tuple[Mapping[str, int], Limited | None],
) -> list[Line]:
    """Return the lines of every artist, sorted; they sum to the amounts after the limits.

    `money` are the works' own parts and their flow, `before` the rounded amounts (minor units) without limits,
    `limits` the amounts after them and how they came about. Lines that round to zero are left out.
    """
    after, limited = limits
    lines: list[Line] = []
    for artist, parts in sorted(_fine_lines(columns, *money).items()):
        lines += _whole_lines(artist, parts, before[artist])
        moved = after[artist] - before[artist]
        if moved and limited is not None:
            lines.append(Line(artist, None, _limit_kind(artist, limited), None, moved))
    return lines


def _fine_lines(columns: Columns, own: list[int], money: Flow) -> dict[str, list[tuple[Origin, int]]]:
    """Split what every work keeps over its artists and over where it came from, in fine units."""
    incoming = _incoming(columns, money)
    name, starts = columns.work_name, columns.credit_start
    found: dict[str, list[tuple[Origin, int]]] = defaultdict(list)
    for work, kept in enumerate(money.kept):
        if not kept:
            continue
        origins = [("", own[work])] if own[work] else []
        origins += [(name(remix), part) for remix, part in incoming.get(work, ())]
        weights = [part for _, part in origins]
        start, end, title = starts[work], starts[work + 1], name(work)
        shares = split_credits(columns, start, end, kept)
        for artist, share in zip(columns.credit_artist[start:end], shares, strict=True):
            parts = [share] if len(weights) == 1 else split(share, weights, [remix for remix, _ in origins].__getitem__)
            found[columns.artist_name(artist)] += [
                ((title, remix), part) for (remix, _), part in zip(origins, parts, strict=True) if part
            ]
    return {artist: parts for artist, parts in found.items() if parts}


def _incoming(columns: Columns, money: Flow) -> dict[int, list[tuple[int, int]]]:
    """Return, by source, the remixes that passed money to it, and how much."""
    incoming: dict[int, list[tuple[int, int]]] = defaultdict(list)
    starts = columns.edge_start
    for remix in range(len(columns)):
        for edge in range(starts[remix], starts[remix + 1]):
            source, part = columns.edge_source[edge], money.passed[edge]
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


def _limit_kind(artist: str, limited: Limited) -> LineKind:
    """Name what moved an artist's money: their own limit, or the one that the others' rest was changed by."""
    if artist in limited.at_floor:
        return LineKind.FLOOR
    if artist in limited.at_cap:
        return LineKind.CAP
    return LineKind.FLOOR if limited.rest_lost else LineKind.CAP
