"""Pictures that the demo's artists make: small night landscapes, each from its own seed.

A remix is painted from the seed of its source with other colours and weather, so that people see the kinship.
"""

import io
import math
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFilter

SIZE = (640, 420)
Colour = tuple[int, int, int]

_SKIES: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((19, 24, 56), (93, 63, 126), (244, 150, 109)),
    ((10, 31, 51), (23, 92, 108), (206, 225, 180)),
    ((38, 17, 58), (140, 42, 98), (255, 178, 110)),
    ((14, 20, 38), (48, 66, 122), (186, 199, 233)),
    ((20, 40, 30), (70, 120, 80), (240, 226, 150)),
    ((50, 20, 24), (168, 60, 50), (250, 200, 120)),
    ((12, 12, 28), (60, 30, 90), (120, 220, 220)),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What a picture is painted from: `land` shapes the hills, `light` the colours, `motif` what stands in it."""

    land: int
    light: int
    motif: int

    def remixed(self, rng: Random) -> "Scene":
        """The same land in another light, with something else in it."""
        return Scene(self.land, rng.getrandbits(30), rng.getrandbits(30))


def new_scene(rng: Random) -> Scene:
    """A scene nobody has painted yet."""
    return Scene(rng.getrandbits(30), rng.getrandbits(30), rng.getrandbits(30))


def paint(scene: Scene) -> bytes:
    """The scene as a JPEG of SIZE."""
    land, light, motif = Random(scene.land), Random(scene.light), Random(scene.motif)
    sky = light.choice(_SKIES)
    picture = _gradient(sky)
    draw = ImageDraw.Draw(picture, "RGBA")
    _stars(draw, light)
    _moon(picture, light, sky)
    _hills(ImageDraw.Draw(picture), land, sky)
    _MOTIFS[motif.randrange(len(_MOTIFS))](ImageDraw.Draw(picture, "RGBA"), motif, sky)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return out.getvalue()


def _gradient(sky: tuple[Colour, Colour, Colour]) -> Image.Image:
    column = Image.new("RGB", (1, 3))
    for y, colour in enumerate(sky):
        column.putpixel((0, y), colour)
    return column.resize(SIZE, Image.Resampling.BICUBIC)


def _stars(draw: ImageDraw.ImageDraw, rng: Random) -> None:
    for _ in range(rng.randrange(40, 130)):
        x, y = rng.uniform(0, SIZE[0]), rng.uniform(0, SIZE[1] * 0.55)
        size = rng.choice((0.6, 0.8, 1.2, 1.8))
        draw.ellipse((x - size, y - size, x + size, y + size), fill=(255, 255, 240, rng.randrange(90, 230)))


def _moon(picture: Image.Image, rng: Random, sky: tuple[Colour, Colour, Colour]) -> None:
    x, y, size = rng.uniform(80, 560), rng.uniform(60, 190), rng.uniform(18, 62)
    glow = Image.new("RGBA", SIZE)
    ImageDraw.Draw(glow).ellipse((x - size * 2, y - size * 2, x + size * 2, y + size * 2), fill=(*sky[2], 90))
    glow = glow.filter(ImageFilter.GaussianBlur(size / 1.5))
    ImageDraw.Draw(glow).ellipse(
        (x - size, y - size, x + size, y + size), fill=(*_mix(sky[2], (255, 255, 245), 0.6), 255)
    )
    picture.paste(glow, (0, 0), glow)


def _hills(draw: ImageDraw.ImageDraw, rng: Random, sky: tuple[Colour, Colour, Colour]) -> None:
    width, height = SIZE
    layers = rng.randrange(3, 6)
    for layer in range(layers):
        near = (layer + 1) / layers
        base = height * (0.5 + 0.38 * near)
        waves = [(rng.uniform(8, 46) * (1.25 - near), rng.uniform(0.6, 3.4), rng.uniform(0, 6.3)) for _ in range(3)]
        ridge = [
            (x, base + sum(high * math.sin(often * x / width * 6.283 + start) for high, often, start in waves))
            for x in range(0, width + 8, 8)
        ]
        draw.polygon(
            [(0, height), *ridge, (width, height)], fill=_mix(_mix(sky[1], sky[0], near), (0, 0, 0), near * 0.55)
        )


def _train(draw: ImageDraw.ImageDraw, rng: Random, sky: tuple[Colour, Colour, Colour]) -> None:
    y, x = rng.uniform(300, 340), rng.uniform(20, 200)
    body, lit = _mix(sky[0], (0, 0, 0), 0.65), (*_mix(sky[2], (255, 240, 190), 0.7), 255)
    draw.line((0, y + 27, SIZE[0], y + 27), fill=(*body, 255), width=3)
    for wagon in range(rng.randrange(3, 7)):
        left = x + wagon * 84
        draw.rounded_rectangle((left, y - 8, left + 78, y + 22), 6, fill=(*body, 255))
        for window in range(4):
            draw.rectangle((left + 8 + window * 17, y - 1, left + 19 + window * 17, y + 9), fill=lit)
        for wheel in (14, 62):
            draw.ellipse((left + wheel - 6, y + 17, left + wheel + 6, y + 29), fill=(0, 0, 0, 255))


def _town(draw: ImageDraw.ImageDraw, rng: Random, sky: tuple[Colour, Colour, Colour]) -> None:
    x, wall = 0.0, _mix(sky[0], (0, 0, 0), 0.6)
    while x < SIZE[0]:
        wide, tall = rng.uniform(26, 64), rng.uniform(50, 170)
        top = SIZE[1] - tall
        draw.rectangle((x, top, x + wide, SIZE[1]), fill=(*wall, 255))
        for row in range(int(tall // 16)):
            for column in range(int(wide // 13)):
                if rng.random() < 0.34:  # noqa: PLR2004 - a third of the windows are lit
                    left, high = x + 5 + column * 13, top + 7 + row * 16
                    draw.rectangle((left, high, left + 6, high + 8), fill=(*_mix(sky[2], (255, 230, 160), 0.6), 235))
        x += wide + rng.uniform(-4, 12)


def _trees(draw: ImageDraw.ImageDraw, rng: Random, sky: tuple[Colour, Colour, Colour]) -> None:
    for _ in range(rng.randrange(9, 26)):
        x, tall = rng.uniform(-10, SIZE[0]), rng.uniform(60, 210)
        wide, base = tall * rng.uniform(0.16, 0.26), rng.uniform(380, 440)
        colour = (*_mix(sky[0], (0, 0, 0), rng.uniform(0.45, 0.8)), 255)
        for part in range(4):
            top, low = base - tall * (1 - part * 0.18), base - tall * (0.55 - part * 0.2)
            reach = wide * (0.45 + part * 0.2)
            draw.polygon([(x, top), (x - reach, low), (x + reach, low)], fill=colour)


def _birds(draw: ImageDraw.ImageDraw, rng: Random, sky: tuple[Colour, Colour, Colour]) -> None:
    x, y = rng.uniform(140, 420), rng.uniform(90, 220)
    for _ in range(rng.randrange(7, 22)):
        left, top, size = x + rng.gauss(0, 90), y + rng.gauss(0, 46), rng.uniform(6, 15)
        colour = (*_mix(sky[0], (0, 0, 0), 0.5), 255)
        draw.arc((left - size * 2, top - size, left, top + size), 200, 340, fill=colour, width=3)
        draw.arc((left, top - size, left + size * 2, top + size), 200, 340, fill=colour, width=3)


def _boat(draw: ImageDraw.ImageDraw, rng: Random, sky: tuple[Colour, Colour, Colour]) -> None:
    draw.rectangle((0, 318, *SIZE), fill=(*_mix(sky[0], sky[1], 0.35), 255))
    for _ in range(60):
        x, y = rng.uniform(0, SIZE[0]), rng.uniform(322, 416)
        draw.line((x, y, x + rng.uniform(14, 60), y), fill=(*sky[2], rng.randrange(40, 130)), width=2)
    x, size = rng.uniform(150, 470), rng.uniform(0.8, 1.5)
    hull = [
        (x - 62 * size, 330),
        (x + 62 * size, 330),
        (x + 40 * size, 330 + 26 * size),
        (x - 44 * size, 330 + 26 * size),
    ]
    draw.polygon(hull, fill=(*_mix(sky[0], (0, 0, 0), 0.7), 255))
    draw.polygon(
        [(x, 322), (x, 322 - 120 * size), (x + 56 * size, 322)], fill=(*_mix(sky[2], (255, 255, 255), 0.7), 240)
    )
    draw.polygon(
        [(x - 6, 322), (x - 6, 322 - 100 * size), (x - 42 * size, 322)], fill=(*_mix(sky[2], sky[1], 0.4), 240)
    )


_MOTIFS = (_train, _town, _trees, _birds, _boat)


def _mix(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue
