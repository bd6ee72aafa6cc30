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
    font, line = _written(words, size)
    return font, _cut(font, line, room)


def wrapped(words: str, size: int, room: float, *, most: int) -> tuple[Font, list[str]]:
    """fitting() in several lines, `most` at most: broken between words, or within one that no line can hold."""
    font, line = _written(words, size)
    lines: list[str] = []
    while line and len(lines) < most - 1:
        head = _head(font, line, room)
        lines.append(head)
        line = line[len(head) :].lstrip()
    return font, [*lines, _cut(font, line, room)] if line else lines


def _written(words: str, size: int) -> tuple[Font, str]:
    line = " ".join(words.split())
    font = max(_fonts(size), key=lambda one: sum(_has(one, letter) for letter in set(line)))
    return font, " ".join("".join(letter for letter in line if _has(font, letter)).split())


def _cut(font: Font, line: str, room: float) -> str:
    if font.getlength(line) <= room:
        return line
    while line and font.getlength(line + "…") > room:
        line = line[:-1]
    return line.rstrip() + "…"


def _head(font: Font, line: str, room: float) -> str:
    """As many whole words as there is room for, else as many letters."""
    end = len(line)
    while end > 1 and font.getlength(line[:end]) > room:
        space = line.rfind(" ", 0, end)
        end = space if space > 0 else end - 1
    return line[:end]


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
