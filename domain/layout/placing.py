"""Where in its layer everything stands: as near to its neighbours as the order and the room between boxes allow."""

from collections.abc import Sequence

from domain.layout.ordering import Weave

_PASSES = 12
_SIDED = 6
_STRAIGHT, _BRANCH = 6.0, 0.05


def place(woven: Weave, breadth: int, space: int, trunk: int) -> list[int]:
    """The middle of each box and trunk across its layer; the first box begins at 0."""
    size = [breadth if each < woven.boxes else trunk for each in range(len(woven.layer))]
    apart = [_offsets(row, size, space, trunk, woven.boxes) for row in woven.rows]
    room = max((offsets[-1] for offsets in apart), default=0)  # no layer runs beyond where the widest one must
    middle = [0.0] * len(woven.layer)
    for row, offsets in zip(woven.rows, apart, strict=True):
        half = offsets[-1] / 2 if offsets else 0.0
        for each, offset in zip(row, offsets, strict=True):
            middle[each] = offset - half
    for turn in range(_PASSES):
        forward = turn % 2 == 0
        both = turn >= _SIDED  # from one side first, which carries far; then from both, which settles
        layers = range(len(woven.rows))
        for at in layers if forward else reversed(layers):
            _settle(woven, woven.rows[at], apart[at], middle, room, up=forward or both, down=not forward or both)
    return _whole(woven, apart, size, middle)


def _offsets(row: Sequence[int], size: Sequence[int], space: int, trunk: int, boxes: int) -> list[int]:
    """How far each is from the first of its layer when all stand as close as they may; trunks stand closer."""
    offsets = [0] * len(row)
    for rank in range(1, len(row)):
        one, other = row[rank - 1], row[rank]
        between = space if one < boxes and other < boxes else space // 2 if one < boxes or other < boxes else trunk
        offsets[rank] = offsets[rank - 1] + (size[one] + size[other] + 1) // 2 + between
    return offsets


def _settle(
    woven: Weave, row: Sequence[int], offsets: Sequence[int], middle: list[float], room: int, *, up: bool, down: bool
) -> None:
    """Move a layer to where its neighbours want it: the least sum of squares in this order.

    Found by pooling adjacent violators.
    """
    blocks: list[tuple[float, float, int]] = []
    for each, offset in zip(row, offsets, strict=True):
        wish, weight = _wish(woven, each, middle, up=up, down=down)
        value, count = wish - offset, 1
        while blocks and blocks[-1][0] >= value:
            before, heavy, many = blocks.pop()
            value = (before * heavy + value * weight) / (heavy + weight)
            weight, count = heavy + weight, count + many
        blocks.append((value, weight, count))
    rank, least, highest = 0, -room / 2, room / 2 - offsets[-1]
    for value, _, count in blocks:
        for _ in range(count):
            middle[row[rank]] = min(max(value, least), highest) + offsets[rank]
            rank += 1


def _wish(woven: Weave, each: int, middle: Sequence[float], *, up: bool, down: bool) -> tuple[float, float]:
    total = weight = 0.0
    beside = [*(woven.up[each] if up else ()), *(woven.down[each] if down else ())]
    for other in beside:
        ends = (each >= woven.boxes) + (other >= woven.boxes)
        pull = (1.0, _BRANCH, _STRAIGHT)[ends]
        total, weight = total + pull * middle[other], weight + pull
    return (total / weight, weight) if weight else (middle[each], 0.1)


def _whole(woven: Weave, apart: Sequence[Sequence[int]], size: Sequence[int], middle: Sequence[float]) -> list[int]:
    """In whole pixels, still apart, beginning at 0."""
    found = [0] * len(middle)
    for row, offsets in zip(woven.rows, apart, strict=True):
        for rank, each in enumerate(row):
            found[each] = round(middle[each])
            if rank:
                least = found[row[rank - 1]] + offsets[rank] - offsets[rank - 1]
                found[each] = max(found[each], least)
    first = min((at - size[each] // 2 for each, at in enumerate(found)), default=0)
    return [at - first for at in found]
