"""Words in pictures: the font that has most of their letters, and as many of them as fit."""

from functools import cache, lru_cache
from typing import Final

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_WIDER_FONTS: Final = ("NotoSansCJK-Regular.ttc", "DejaVuSans.ttf")


def fitting(words: str, size: int, room: float) -> tuple[Font, str]:
    """The font that has most of the words, and as many of them as there is room for.

    Letters that it lacks (emoji, and other scripts where the machine has no font for them) are left out, so what
    comes back may be empty: show a number or a name beside it.
    """
    line = " ".join(words.split())
    fonts = _fonts(size)
    font = max(fonts, key=lambda one: sum(_has(one, letter) for letter in set(line)))
    line = " ".join("".join(letter for letter in line if _has(font, letter)).split())
    if font.getlength(line) <= room:
        return font, line
    while line and font.getlength(line + "…") > room:
        line = line[:-1]
    return font, line.rstrip() + "…"


@cache
def _fonts(size: int) -> tuple[Font, ...]:
    """The font that comes with Pillow, then wider ones where the machine has them."""
    found: list[Font] = [ImageFont.load_default(size)]
    for name in _WIDER_FONTS:
        try:
            found.append(ImageFont.truetype(name, size))
        except OSError:
            continue
    return tuple(found)


@lru_cache(maxsize=8192)
def _has(font: Font, letter: str) -> bool:
    """Whether a font has a letter: fonts draw the same empty box for all that they lack."""
    if letter.isspace():
        return True
    return bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))
