"""The lineage of a work as a picture for Discord: sources above, the work, what was made from it below.

Large letters and few boxes side by side, so that it can be read on a phone; of a large lineage the nearest works, and
all of it as a small map. Drawn with Pillow on a ground of its own, so that it looks the same in light and dark themes.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from cogs.common.lettering import fitting, wrapped
from cogs.works import medium_signs
from cogs.works.medium_signs import Colour
from domain.layout import Drawing, Point, Style, lay_out
from services.kinds import WorkState
from services.works.family import Family, Member, Outside, narrowed

SHOWN: Final = 24
"""Works that are drawn with their titles; of more, the nearest, and a map of all."""

_FEW: Final = 8
_HIGHEST: Final = 11
_BOX: Final = (344, 126)
_DOT: Final = 10
_MARGIN: Final = 36
_HEAD: Final = 116
_FOOT: Final = 30
_MAP_HEAD: Final = 66
_MAP: Final = (1000, 420)
_LEAST: Final = 760
_FINER: Final = 2  # everything is drawn twice as large and scaled down: Pillow's own edges are jagged
_FACE: Final = 102

_GROUND: Final[Colour] = (30, 31, 36)
_BOX_FILL: Final[Colour] = (43, 45, 52)
_BOX_EDGE: Final[Colour] = (70, 74, 86)
_OUTSIDE_FILL: Final[Colour] = (34, 36, 41)
_LINE: Final[Colour] = (92, 97, 112)
_NEAR_LINE: Final[Colour] = (155, 107, 255)
_DOUBT: Final[Colour] = (255, 184, 77)
_BRIGHT: Final[Colour] = (242, 243, 245)
_DIM: Final[Colour] = (166, 170, 180)
_OUTSIDE: Final[Colour] = (196, 180, 140)
_CHOSEN: Final[Colour] = (155, 107, 255)
_CHOSEN_FILL: Final[Colour] = (62, 46, 99)
_FAR: Final[Colour] = (104, 110, 126)


@dataclass(frozen=True, slots=True)
class _At:
    """Where a drawing's (0, 0) is on the picture, and how much smaller than its own pixels it is drawn."""

    x: float
    y: float
    scale: float = 1.0

    def on(self, point: tuple[float, float]) -> tuple[float, float]:
        return self.x + point[0] * self.scale, self.y + point[1] * self.scale


def draw(family: Family, faces: Mapping[str, bytes]) -> bytes:
    """A PNG of a lineage.

    `faces` are previews by their media keys; where one is missing a sign of the work's medium is shown.
    """
    shown = _shown(family)
    near = lay_out(shown.lines, _style(shown))
    parts = None if len(shown.members) == len(family.members) else _map_of(family)
    width = max(_LEAST, near.width + 2 * _MARGIN, *((_MAP[0] + 2 * _MARGIN,) if parts else ()))
    height = _HEAD + near.height + _FOOT + (_MAP_HEAD + round(parts[0].height * parts[1]) + _FOOT if parts else 0)
    image = Image.new("RGB", (width * _FINER, height * _FINER), _GROUND)
    pen = _Pen(image)
    pen.head(family, width)
    pen.lineage(shown, near, _At((width - near.width) / 2, _HEAD), faces)
    if parts is not None:
        pen.map(family, shown, *parts, top=_HEAD + near.height + _FOOT, width=width)
    small = image.resize((width, height), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.quantize(200, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG")
    return out.getvalue()


def faces_of(family: Family) -> list[str]:
    """The media keys of the previews that draw() shows."""
    return [member.picture for member in _shown(family).members if member.picture]


def _shown(family: Family) -> Family:
    """As much of a lineage as a phone can show: fewer works where they stand below each other."""
    for most in (SHOWN, 18, 14, _HIGHEST):
        shown = narrowed(family, most)
        if lay_out(shown.lines, _style(shown)).layers <= _HIGHEST:
            break
    return shown


def _style(family: Family) -> Style:
    few = len(family.members) + len(family.outside) <= _FEW
    return Style(_BOX[0], _BOX[1], gap=60, space=18, most=2 if few else 3, downward=True, trunk=3)


def _map_of(family: Family) -> tuple[Drawing, float]:
    """All of a lineage as dots, and the scale at which that fits."""
    inside = {work: [one for one in made_from if one > 0] for work, made_from in family.sources.items()}
    most = max(6, round((len(inside) * _MAP[1] / _MAP[0]) ** 0.5))
    found = lay_out(inside, Style(_DOT, _DOT, gap=14, space=5, most=most, trunk=0))
    return found, min(3.0, _MAP[0] / max(1, found.width), _MAP[1] / max(1, found.height))


class _Pen:
    """Draws in the picture's own units on a canvas that is _FINER times as large."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        self._canvas = ImageDraw.Draw(image)

    def head(self, family: Family, width: int) -> None:
        """Whose lineage it is, and how large it is."""
        work = family.itself.work
        room = width - 2 * _MARGIN
        self.write((_MARGIN, 28), f"#{work.number} {work.title}", 40, _BRIGHT, room)
        self.write((_MARGIN, 78), f"by {work.artist} · {family.told}", 22, _DIM, room)

    def lineage(self, family: Family, drawing: Drawing, at: _At, faces: Mapping[str, bytes]) -> None:
        """The lines, then the boxes over them."""
        for piece, edges in drawing.strokes().items():
            doubted = all((edge.work, edge.source) in family.disputed for edge in edges)
            near = any(family.work_id in (edge.work, edge.source) for edge in edges)
            colour = _DOUBT if doubted else _NEAR_LINE if near else _LINE
            self.line(piece, at, colour, 3.0, downward=True, dashed=doubted)
        for one in family.outside:
            if one.id in drawing.boxes:
                box = drawing.boxes[one.id]
                self._outside(one, at.on((box.x, box.y)))
        beside = family.beside()
        for member in family.members:
            box = drawing.boxes[member.work.id]
            more = [one.title for one in beside[member.work.id]]
            chosen = member.work.id == family.work_id
            self._member(member, at.on((box.x, box.y)), faces, chosen=chosen, outside=more)

    def map(self, family: Family, shown: Family, drawing: Drawing, scale: float, *, top: float, width: int) -> None:
        """All of the lineage as dots: the work itself, those that are drawn above, the others."""
        drawn = {member.work.id for member in shown.members}
        whole = f"{len(family.members):,}{'' if family.whole else ' nearest'} works of its lineage, from left to right"
        self.write(
            (_MARGIN, top + 18), f"All {whole}" if family.whole else f"The {whole}", 22, _DIM, width - 2 * _MARGIN
        )
        at = _At((width - drawing.width * scale) / 2, top + _MAP_HEAD, scale)
        for piece in drawing.strokes():
            self.line(piece, at, _BOX_EDGE, 1.2, downward=False)
        for work, box in sorted(drawing.boxes.items(), key=lambda item: item[0] == family.work_id):
            chosen = work == family.work_id
            x, y = at.on((box.x + _DOT / 2, box.y + _DOT / 2))
            radius = _DOT / 2 * scale * (1.6 if chosen else 1.0)
            colour = _CHOSEN if chosen else _BRIGHT if work in drawn else _FAR
            self._canvas.ellipse([edge * _FINER for edge in (x - radius, y - radius, x + radius, y + radius)], colour)

    def write(self, at: tuple[float, float], words: str, size: int, colour: Colour, room: float) -> None:
        """Words in one line, cut to `room`; letters that no font here has are left out."""
        font, words = fitting(words, size * _FINER, room * _FINER)
        if words:
            self._canvas.text((at[0] * _FINER, at[1] * _FINER), words, font=font, fill=colour, anchor="lt")

    def line(
        self, piece: tuple[Point, Point], at: _At, colour: Colour, width: float, *, downward: bool, dashed: bool = False
    ) -> None:
        """A piece of an edge: straight, or bending in the gap between two layers."""
        points = [at.on(point) for point in _curve(*piece, downward=downward)]
        scaled = [(x * _FINER, y * _FINER) for x, y in points]
        if not dashed:
            self._canvas.line(scaled, fill=colour, width=round(width * _FINER), joint="curve")
            return
        for start, end in list(itertools.pairwise(scaled))[::2]:
            self._canvas.line([start, end], fill=colour, width=round(width * _FINER))

    def _member(
        self,
        member: Member,
        corner: tuple[float, float],
        faces: Mapping[str, bytes],
        *,
        chosen: bool,
        outside: Sequence[str],
    ) -> None:
        here = member.work.state is WorkState.IN
        self._box(corner, _CHOSEN_FILL if chosen else _BOX_FILL, _CHOSEN if chosen else _BOX_EDGE, 4 if chosen else 2)
        self._face(member, (corner[0] + 12, corner[1] + 12), faces)
        x, y = corner[0] + _FACE + 26, corner[1]
        room = _BOX[0] - _FACE - 26 - 14
        title = member.work.title if here else f"{member.work.title} ({member.work.state.value})"
        self.write((x, y + 15), f"#{member.work.number} {member.work.artist}", 23, _DIM, room)
        self._title((x, y + 46), title, room, _BRIGHT if here else _DIM, lines=1 if outside else 2)
        if outside:
            self.write((x, y + 88), f"and {', '.join(outside)}", 22, _OUTSIDE, room)
        if member.hidden:
            self._more(member, corner)

    def _outside(self, one: Outside, corner: tuple[float, float]) -> None:
        self._box(corner, _OUTSIDE_FILL, _BOX_EDGE, 2, dashed=True)
        self.write((corner[0] + 18, corner[1] + 15), "from outside", 23, _DIM, _BOX[0] - 36)
        self._title((corner[0] + 18, corner[1] + 46), one.title, _BOX[0] - 36, _OUTSIDE)

    def _title(self, at: tuple[float, float], title: str, room: float, colour: Colour, *, lines: int = 2) -> None:
        """A title in up to so many lines."""
        font, found = wrapped(title, 30 * _FINER, room * _FINER, most=lines)
        for place, line in enumerate(found):
            corner = at[0] * _FINER, (at[1] + 35 * place) * _FINER
            self._canvas.text(corner, line, font=font, fill=colour, anchor="lt")

    def _face(self, member: Member, corner: tuple[float, float], faces: Mapping[str, bytes]) -> None:
        """The work's picture, or a sign of what it is."""
        box = (round(corner[0] * _FINER), round(corner[1] * _FINER), _FACE * _FINER)
        picture = _thumbnail(faces.get(member.picture or "", b""), _FACE * _FINER)
        if picture is None:
            medium_signs.draw(self._canvas, member.medium, box)
            return
        mask = Image.new("L", picture.size, 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, picture.width - 1, picture.height - 1), 10 * _FINER, 255)
        self._image.paste(picture, box[:2], mask)

    def _more(self, member: Member, corner: tuple[float, float]) -> None:
        """How many of its sources (above it) or remixes (below it) are left out."""
        font, words = fitting(f"+{member.hidden} more", 18 * _FINER, 200 * _FINER)
        width, height = font.getlength(words) / _FINER + 22, 26
        x = corner[0] + (_BOX[0] - width) / 2
        y = corner[1] + (-height / 2 if member.steps < 0 else _BOX[1] - height / 2)
        outline = [edge * _FINER for edge in (x, y, x + width, y + height)]
        self._canvas.rounded_rectangle(outline, height / 2 * _FINER, fill=_LINE)
        middle = ((x + width / 2) * _FINER, (y + height / 2) * _FINER)
        self._canvas.text(middle, words, font=font, fill=_BRIGHT, anchor="mm")

    def _box(
        self, corner: tuple[float, float], fill: Colour, edge: Colour, width: int, *, dashed: bool = False
    ) -> None:
        x, y = corner
        outline = [side * _FINER for side in (x, y, x + _BOX[0], y + _BOX[1])]
        self._canvas.rounded_rectangle(
            outline, 14 * _FINER, fill=fill, outline=None if dashed else edge, width=width * _FINER
        )
        if dashed:
            self._dashes(corner, edge)

    def _dashes(self, corner: tuple[float, float], colour: Colour) -> None:
        """A broken edge around a box."""
        left, top = corner
        right, bottom = left + _BOX[0], top + _BOX[1]
        dashes = [(left + at, y, left + at + 9, y) for at in range(14, _BOX[0] - 20, 16) for y in (top, bottom)]
        dashes += [(x, top + at, x, top + at + 9) for at in range(14, _BOX[1] - 20, 16) for x in (left, right)]
        for dash in dashes:
            self._canvas.line([side * _FINER for side in dash], colour, 2 * _FINER)


def _curve(start: Point, end: Point, *, downward: bool) -> list[tuple[float, float]]:
    """Points of a line that leaves and arrives straight."""
    across = 0 if downward else 1
    if start[across] == end[across]:
        return [start, end]
    along = 1 - across
    half = (end[along] - start[along]) / 2
    points = []
    for step in range(21):
        t = step / 20
        bend = [0.0, 0.0]
        # A cubic Bezier curve whose inner points lie half way along the gap.
        middle = 3 * t * (1 - t)
        bend[along] = start[along] + half * middle + 2 * half * t**3
        bend[across] = start[across] + (end[across] - start[across]) * (3 * t**2 - 2 * t**3)
        points.append((bend[0], bend[1]))
    return points


def _thumbnail(data: bytes, size: int) -> Image.Image | None:
    """The middle of a preview as a square; None where there is none or it cannot be read."""
    if not data:
        return None
    try:
        with Image.open(BytesIO(data)) as opened:
            side = min(opened.size)
            left, top = (opened.width - side) // 2, (opened.height - side) // 2
            middle = opened.convert("RGB").crop((left, top, left + side, top + side))
    except (OSError, ValueError):
        return None
    return middle.resize((size, size), Image.Resampling.LANCZOS, reducing_gap=2.0)
