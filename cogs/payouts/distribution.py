"""What policies would give, as a picture: for each of them every artist's amount, from the most to the least.

Drawn with Pillow on a dark ground of its own, so that it looks the same in Discord's light and dark themes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from cogs.common.lettering import fitting

Colour = tuple[int, int, int]

_WIDTH: Final = 900  # shown at half this size or less, on a phone at a third: so the letters are large
_MARGIN: Final = 28
_HEAD: Final = 110
_ROW: Final = 218
_TOP: Final = 56
_FOOT: Final = 20
_CHART: Final = 126
_ROOMY: Final = 20
_FINER: Final = 2  # everything is drawn twice as large and scaled down: Pillow's own edges are jagged

_GROUND: Final[Colour] = (30, 31, 36)
_TRACK: Final[Colour] = (43, 45, 52)
_BRIGHT: Final[Colour] = (242, 243, 245)
_DIM: Final[Colour] = (156, 160, 170)
_DEAL: Final[Colour] = (59, 165, 93)
_OTHER: Final[Colour] = (92, 132, 178)
_BELOW: Final[Colour] = (216, 122, 60)
_MIDDLE: Final[Colour] = (255, 214, 102)


@dataclass(frozen=True, slots=True)
class Distribution:
    """One policy: its name and its amounts, largest first, in minor units."""

    name: str
    amounts: Sequence[int]
    deal: bool


def draw(title: str, rows: Sequence[Distribution], *, least: int) -> bytes:
    """A PNG with a chart for each policy, all on one scale; amounts under `least` stand out.

    The scale is made for most artists: a few amounts far above the others are cut off at its top.
    """
    height = _HEAD + _ROW * len(rows) + _FOOT
    image = Image.new("RGB", (_WIDTH * _FINER, height * _FINER), _GROUND)
    pen = ImageDraw.Draw(image)
    _write(pen, (_MARGIN, 28), title, 52, _BRIGHT)
    top = max((_high(row.amounts) for row in rows if row.amounts), default=0)
    for place, row in enumerate(rows):
        _row(pen, _HEAD + place * _ROW, row, top, least)
    out = BytesIO()
    small = image.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    # Few colours make a file a fifth of the size, and nobody sees the difference.
    small.quantize(64, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _row(pen: ImageDraw.ImageDraw, y: int, row: Distribution, top: int, least: int) -> None:
    _write(pen, (_MARGIN, y), row.name, 40, _BRIGHT if row.deal else _DIM)
    left, right, base = _MARGIN, _WIDTH - _MARGIN, y + _TOP + _CHART + 6
    _box(pen, (left, base - _CHART, right, base), _TRACK)
    count = len(row.amounts)
    if not count or not top:
        return
    width = right - left
    # A column for each pixel pair, or for each artist where they are few, with a gap that shows them apart.
    columns = min(count, width // 2)
    gap = 2 if count * 6 <= width else 0
    for column in range(columns):
        amount = row.amounts[column * count // columns]
        colour = _BELOW if amount < least else _DEAL if row.deal else _OTHER
        tall = max(2 if amount else 0, round(_CHART * min(amount, top) / top))
        start, end = left + width * column // columns, left + width * (column + 1) // columns
        _box(pen, (start, base - tall, end - gap, base), colour)
        if amount > top:
            _box(pen, (start, base - _CHART + 8, end - gap, base - _CHART + 12), _TRACK)
    level = base - round(_CHART * min(row.amounts[count // 2], top) / top)
    middle = left + width // 2
    _box(pen, (middle - 34, level - 3, middle + 34, level + 3), _MIDDLE)


def _high(amounts: Sequence[int]) -> int:
    """The top of a scale on which most amounts can be told apart: a fifth above what one in twenty gets more than."""
    return min(amounts[0], amounts[len(amounts) // _ROOMY] * 6 // 5) if len(amounts) >= _ROOMY else amounts[0]


def _box(pen: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: Colour) -> None:
    x, y, end, base = (value * _FINER for value in box)
    if end > x and base > y:
        pen.rectangle((x, y, end - 1, base - 1), fill=colour)


def _write(pen: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int, colour: Colour) -> None:
    font, line = fitting(words, size * _FINER, (_WIDTH - 2 * _MARGIN) * _FINER)
    pen.text((at[0] * _FINER, at[1] * _FINER), line, font=font, fill=colour)
