"""The result as a picture: a bar for each of the best works, with a line for how sure the number is.

Drawn with Pillow on a dark ground of its own, so that it looks the same in Discord's light and dark themes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from cogs.common.lettering import fitting

Colour = tuple[int, int, int]

MOST: Final = 12
"""Bars in one picture; the gallery has the rest."""

_WIDTH: Final = 900  # shown at half this size or less, on a phone at a third: so the letters are large
_MARGIN: Final = 28
_ROW: Final = 64
_HEAD: Final = 96
_FOOT: Final = 80
_LABELS: Final = 340
_NUMBERS: Final = 120
_BAR: Final = 30
_FINER: Final = 2  # everything is drawn twice as large and scaled down: Pillow's own edges are jagged

_GROUND: Final[Colour] = (30, 31, 36)
_TRACK: Final[Colour] = (43, 45, 52)
_GRID: Final[Colour] = (58, 61, 70)
_BRIGHT: Final[Colour] = (242, 243, 245)
_DIM: Final[Colour] = (156, 160, 170)
_CHOSEN: Final[Colour] = (155, 107, 255)
_OTHER: Final[Colour] = (92, 96, 110)
_SURE: Final[Colour] = (255, 214, 102)


@dataclass(frozen=True, slots=True)
class Bar:
    """One work: `value` with its interval on the scale of the chart, and the words at its ends."""

    label: str
    below: str
    value: Fraction
    low: Fraction
    high: Fraction
    number: str
    votes: str
    chosen: bool


def draw(title: str, bars: Sequence[Bar], *, top: int, footer: str) -> bytes:
    """A PNG of the bars in their order (MOST of them at most), on a scale from 0 to `top`."""
    shown = bars[:MOST]
    height = _HEAD + _ROW * max(len(shown), 1) + _FOOT
    image = Image.new("RGB", (_WIDTH * _FINER, height * _FINER), _GROUND)
    pen = _Pen(ImageDraw.Draw(image), max(top, 1))
    pen.write((_MARGIN, 30), title, size=34, colour=_BRIGHT, room=_WIDTH - 2 * _MARGIN)
    pen.grid(_HEAD - 4, height - _FOOT + 4)
    for place, bar in enumerate(shown):
        pen.bar(_HEAD + place * _ROW, bar)
    pen.write((_MARGIN, height - 34), footer, size=19, colour=_DIM, room=_WIDTH - 2 * _MARGIN)
    small = image.resize((_WIDTH, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    # Few colours make a file a fifth of the size, and nobody sees the difference.
    small.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


class _Pen:
    """Draws in the chart's own units on a canvas that is _FINER times as large."""

    def __init__(self, canvas: ImageDraw.ImageDraw, top: int) -> None:
        self._canvas = canvas
        self._top = top

    def write(
        self, at: tuple[float, float], words: str, *, size: int, colour: Colour, room: float, anchor: str = "lt"
    ) -> None:
        """Words in one line, cut to `room`; letters that no font here has are left out."""
        font, words = fitting(words, size * _FINER, room * _FINER)
        if words:
            x, y = at
            self._canvas.text((x * _FINER, y * _FINER), words, font=font, fill=colour, anchor=anchor)

    def grid(self, above: float, below: float) -> None:
        """Upright lines at round values of the scale, with their numbers."""
        for value in _ticks(self._top):
            x = self._x(Fraction(value))
            self._line((x, above), (x, below), _GRID, 1.5)
            self.write((x, below + 6), str(value), size=17, colour=_DIM, room=90, anchor="mt")

    def bar(self, y: float, bar: Bar) -> None:
        """A work's row: its name, its bar with the line of uncertainty, its number."""
        middle = y + _ROW / 2
        self.write((_MARGIN, y + 11), bar.label, size=22, colour=_BRIGHT, room=_LABELS - 48)
        self.write((_MARGIN, y + 38), bar.below, size=16, colour=_DIM, room=_LABELS - 48)
        left, right = self._x(Fraction(0)), self._x(Fraction(self._top))
        self._pill(left, right, middle, _TRACK)
        if bar.value > 0:
            self._pill(left, max(self._x(bar.value), left + _BAR / 2), middle, _CHOSEN if bar.chosen else _OTHER)
        self._interval(self._x(bar.low), self._x(bar.high), middle)
        edge = _WIDTH - _MARGIN
        self.write((edge, y + 10), bar.number, size=24, colour=_BRIGHT, room=_NUMBERS, anchor="rt")
        self.write((edge, y + 38), bar.votes, size=16, colour=_DIM, room=_NUMBERS, anchor="rt")

    def _interval(self, low: float, high: float, y: float) -> None:
        self._line((low, y), (high, y), _SURE, 2.5)
        for x in (low, high):
            self._line((x, y - 7), (x, y + 7), _SURE, 2.5)

    def _x(self, value: Fraction) -> float:
        left, right = _LABELS, _WIDTH - _MARGIN - _NUMBERS
        return left + (right - left) * float(min(max(value / self._top, Fraction(0)), Fraction(1)))

    def _pill(self, left: float, right: float, middle: float, colour: Colour) -> None:
        box = (left, middle - _BAR / 2, right, middle + _BAR / 2)
        corners = [edge * _FINER for edge in box]
        self._canvas.rounded_rectangle(corners, radius=8 * _FINER, fill=colour)

    def _line(self, start: tuple[float, float], end: tuple[float, float], colour: Colour, width: float) -> None:
        points = [edge * _FINER for edge in (*start, *end)]
        self._canvas.line(points, fill=colour, width=round(width * _FINER))


def _ticks(top: int) -> list[int]:
    """Whole values from 0 to `top`, six steps at most."""
    step = max(1, -(-top // 6))
    return list(range(0, top + 1, step))
