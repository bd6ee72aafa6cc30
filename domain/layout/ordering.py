"""The order within each layer: lines that leap over layers get a place in those between, and few lines cross."""

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass

_SWEEPS = 12
_THROUGH_EACH = 8
_THROUGH_ALL = 1000


@dataclass(frozen=True, slots=True)
class Weave:
    """Layers of boxes (below `boxes`) and of places that trunks run through (from `boxes` on), each in its order.

    `up` and `down` name each one's neighbours in the layer before and after; `runs` are the edges, from source to work.
    """

    boxes: int
    layer: list[int]
    rows: list[list[int]]
    up: list[list[int]]
    down: list[list[int]]
    runs: list[tuple[int, ...]]


def weave(layer: Sequence[int], above: Sequence[Sequence[int]]) -> Weave:
    """Give trunks their places and put every layer in order."""
    woven = _with_trunks(layer, above)
    _first_order(woven)
    best, fewest = [list(row) for row in woven.rows], _crossings(woven)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        _sweep(woven, downward=sweep % 2 == 0)
        found = _crossings(woven)
        if found < fewest:
            best, fewest = [list(row) for row in woven.rows], found
    woven.rows[:] = best
    return woven


def _with_trunks(layer: Sequence[int], above: Sequence[Sequence[int]]) -> Weave:
    """One trunk for each source through all layers up to its last remix.

    Where that would be too many places (graphs that nobody could read anyway), further lines run straight.
    """
    count = len(layer)
    woven = Weave(count, list(layer), [[] for _ in range(max(layer, default=-1) + 1)], [], [], [])
    woven.up.extend([] for _ in range(count))
    woven.down.extend([] for _ in range(count))
    below: list[list[int]] = [[] for _ in range(count)]
    for work, made_from in enumerate(above):
        for source in made_from:
            below[source].append(work)
    left = _THROUGH_EACH * count + _THROUGH_ALL
    for source, remixes in enumerate(below):
        if remixes:
            far = max(layer[remix] for remix in remixes) - layer[source] - 1
            trunk = _trunk(woven, source, far) if far <= left else [source]
            left -= len(trunk) - 1
            woven.runs.extend(_branch(woven, trunk, remix) for remix in remixes)
    for place, remixes in enumerate(woven.down):
        if len(remixes) > 1 and remixes[0] >= count:  # in the middle of what branches off, or trunks would drift away
            woven.down[place] = [*remixes[1 : len(remixes) // 2 + 1], remixes[0], *remixes[len(remixes) // 2 + 1 :]]
    woven.runs.sort(key=lambda run: (run[0], run[-1]))
    return woven


def _trunk(woven: Weave, source: int, length: int) -> list[int]:
    trunk = [source]
    for _ in range(length):
        place = len(woven.layer)
        woven.layer.append(woven.layer[trunk[-1]] + 1)
        woven.up.append([trunk[-1]])
        woven.down.append([])
        woven.down[trunk[-1]].append(place)
        trunk.append(place)
    return trunk


def _branch(woven: Weave, trunk: Sequence[int], remix: int) -> tuple[int, ...]:
    way = trunk[: woven.layer[remix] - woven.layer[trunk[0]]]
    if woven.layer[way[-1]] == woven.layer[remix] - 1:
        woven.down[way[-1]].append(remix)
        woven.up[remix].append(way[-1])
    return (*way, remix)


def _first_order(woven: Weave) -> None:
    """Families stay together: whatever hangs on a box follows it before the next box begins."""
    seen = [False] * len(woven.layer)
    for start in sorted(range(len(woven.layer)), key=lambda place: (woven.layer[place], place)):
        waiting = [start]
        while waiting:
            place = waiting.pop()
            if seen[place]:
                continue
            seen[place] = True
            woven.rows[woven.layer[place]].append(place)
            waiting += [each for each in reversed(woven.down[place]) if not seen[each]]


def _sweep(woven: Weave, *, downward: bool) -> None:
    """Put each layer in the order of where its neighbours on one side are."""
    count = len(woven.rows)
    for at in range(1, count) if downward else range(count - 2, -1, -1):
        beside = woven.rows[at - 1 if downward else at + 1]
        neighbours = woven.up if downward else woven.down
        where = {place: rank / max(1, len(beside) - 1) for rank, place in enumerate(beside)}
        row = woven.rows[at]
        own = {place: rank / max(1, len(row) - 1) for rank, place in enumerate(row)}
        centre = {place: _mean([where[each] for each in neighbours[place]], own[place]) for place in row}
        row.sort(key=lambda place: (centre[place], own[place]))


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _crossings(woven: Weave) -> int:
    crossings = 0
    for row, after in zip(woven.rows, woven.rows[1:], strict=False):
        where = {place: rank for rank, place in enumerate(after)}
        passed: list[int] = []
        for place in row:
            ends = sorted(where[each] for each in woven.down[place])
            crossings += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
    return crossings
