"""A sign for each medium, drawn: what a work shows in a picture where it has no picture of its own."""

from collections.abc import Callable
from typing import Final

from PIL import ImageDraw

Colour = tuple[int, int, int]
_Draw = Callable[[ImageDraw.ImageDraw, int, int, int], None]

_GROUNDS: Final[dict[str, Colour]] = {
    "picture": (56, 92, 122), "sound": (104, 70, 128), "video": (128, 66, 84), "text": (84, 92, 66),
    "link": (50, 100, 96), "mixed": (112, 88, 54),
}  # fmt: skip
_SIGN: Final[Colour] = (236, 238, 242)


def draw(canvas: ImageDraw.ImageDraw, medium: str, box: tuple[int, int, int]) -> None:
    """Draw the sign into the square whose left, top and side are `box`, in the canvas's pixels."""
    left, top, side = box
    canvas.rounded_rectangle((left, top, left + side, top + side), side // 8, fill=_GROUNDS.get(medium, (80, 84, 96)))
    _SIGNS.get(medium, _mixed)(canvas, left, top, side)


def _picture(canvas: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    """Two hills and a sun."""
    u = side / 20
    hills = [(3, 16), (8, 8), (11, 12), (13.5, 9.5), (17, 16)]
    canvas.polygon([(x + a * u, y + b * u) for a, b in hills], fill=_SIGN)
    canvas.ellipse((x + 12.5 * u, y + 3.5 * u, x + 16 * u, y + 7 * u), fill=_SIGN)


def _sound(canvas: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    """A waveform."""
    u = side / 20
    for place, height in enumerate((2.0, 5.0, 8.0, 4.0, 6.5, 3.0, 1.5)):
        at = x + (4 + place * 2) * u
        canvas.line((at, y + 10 * u - height * u, at, y + 10 * u + height * u), fill=_SIGN, width=round(u))


def _video(canvas: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    """A triangle that says play."""
    u = side / 20
    canvas.polygon([(x + a * u, y + b * u) for a, b in ((6.5, 4.5), (15.5, 10), (6.5, 15.5))], fill=_SIGN)


def _text(canvas: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    """Lines of writing."""
    u = side / 20
    for row, end in ((5, 16), (8.5, 15), (12, 16), (15.5, 10)):
        canvas.line((x + 4 * u, y + row * u, x + end * u, y + row * u), fill=_SIGN, width=round(1.2 * u))


def _link(canvas: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    """An arrow that leads out of a box."""
    u = side / 20
    wide = round(1.4 * u)
    frame = [(10, 5), (4.5, 5), (4.5, 15.5), (15, 15.5), (15, 10)]
    canvas.line([(x + a * u, y + b * u) for a, b in frame], fill=_SIGN, width=wide, joint="curve")
    canvas.line((x + 9 * u, y + 11 * u, x + 16 * u, y + 4 * u), fill=_SIGN, width=wide)
    canvas.polygon([(x + a * u, y + b * u) for a, b in ((11.5, 3.2), (16.8, 3.2), (16.8, 8.5))], fill=_SIGN)


def _mixed(canvas: ImageDraw.ImageDraw, x: int, y: int, side: int) -> None:
    """A stack of sheets."""
    u = side / 20
    wide = round(1.2 * u)
    canvas.rectangle((x + 7 * u, y + 4 * u, x + 16 * u, y + 13 * u), outline=_SIGN, width=wide)
    canvas.rectangle((x + 4 * u, y + 7 * u, x + 13 * u, y + 16 * u), fill=_SIGN)


_SIGNS: Final[dict[str, _Draw]] = {
    "picture": _picture, "sound": _sound, "video": _video, "text": _text, "link": _link, "mixed": _mixed,
}  # fmt: skip
