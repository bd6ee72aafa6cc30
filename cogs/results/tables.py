"""Tables as pictures: how works met two by two, how a count went from round to round.

Drawn with Pillow on the dark ground of the chart, so that it looks the same in Discord's light and dark themes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from cogs.common.lettering import fitting

Colour = tuple[int, int, int]

MOST_ROWS: Final = 12
MOST_COLUMNS: Final = 7

_WIDTH: Final = 900
_MARGIN: Final = 28
_LABELS: Final = 270
_HEAD: Final = 126
_ROW: Final = 56
_FOOT: Final = 52
_FINER: Final = 2

_GROUND: Final[Colour] = (30, 31, 36)
_BRIGHT: Final[Colour] = (242, 243, 245)
_DIM: Final[Colour] = (156, 160, 170)


class Shade(Enum):
    """What a cell says by its colour."""

    PLAIN = (43, 45, 52)
    GOOD = (84, 58, 138)
    BAD = (70, 42, 48)
    NONE = (30, 31, 36)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: a number, and small words under it."""

    number: str
    below: str = ""
    shade: Shade = Shade.PLAIN


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name, small words under it, and its cells."""

    label: str
    below: str
    cells: Sequence[Cell]


def draw(title: str, columns: Sequence[str], rows: Sequence[Row], *, footer: str) -> bytes:
    """A PNG of a table of MOST_ROWS by MOST_COLUMNS at most."""
    columns, rows = columns[:MOST_COLUMNS], rows[:MOST_ROWS]
    height = _HEAD + _ROW * len(rows) + _FOOT
    image = Image.new("RGB", (_WIDTH * _FINER, height * _FINER), _GROUND)
    canvas = ImageDraw.Draw(image)
    _write(canvas, (_MARGIN, 30), title, size=32, colour=_BRIGHT, room=_WIDTH - 2 * _MARGIN)
    room = (_WIDTH - 2 * _MARGIN - _LABELS) / max(len(columns), 1)
    lefts = [_MARGIN + _LABELS + place * room for place in range(len(columns))]
    for left, name in zip(lefts, columns, strict=True):
        _write(canvas, (left + room / 2, _HEAD - 14), name, size=20, colour=_DIM, room=room - 8, anchor="ms")
    for place, row in enumerate(rows):
        top = _HEAD + place * _ROW
        _write(canvas, (_MARGIN, top + 8), row.label, size=21, colour=_BRIGHT, room=_LABELS - 16)
        _write(canvas, (_MARGIN, top + 33), row.below, size=15, colour=_DIM, room=_LABELS - 16)
        for left, cell in zip(lefts, row.cells, strict=False):
            _cell(canvas, cell, (left + 3, top + 3, left + room - 3, top + _ROW - 3))
    _write(canvas, (_MARGIN, height - 34), footer, size=18, colour=_DIM, room=_WIDTH - 2 * _MARGIN)
    small = image.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    # Few colours make a file a fifth of the size, and nobody sees the difference.
    small.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def _cell(canvas: ImageDraw.ImageDraw, cell: Cell, box: tuple[float, float, float, float]) -> None:
    left, top, right, bottom = box
    canvas.rounded_rectangle([edge * _FINER for edge in box], radius=7 * _FINER, fill=cell.shade.value)
    middle, width = (left + right) / 2, right - left - 8
    level = (top + bottom) / 2 - (8 if cell.below else 0)
    _write(canvas, (middle, level), cell.number, size=21, colour=_BRIGHT, room=width, anchor="mm")
    _write(canvas, (middle, bottom - 8), cell.below, size=14, colour=_DIM, room=width, anchor="ms")


def _write(
    canvas: ImageDraw.ImageDraw,
    at: tuple[float, float],
    words: str,
    *,
    size: int,
    colour: Colour,
    room: float,
    anchor: str = "lt",
) -> None:
    font, line = fitting(words, size * _FINER, room * _FINER)
    if line:
        canvas.text((at[0] * _FINER, at[1] * _FINER), line, font=font, fill=colour, anchor=anchor)
