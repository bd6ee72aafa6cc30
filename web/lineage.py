"""The lineage of one work, drawn: boxes with its sources on the left, what was made from it on the right, and in words.

A lineage that is much longer than wide is drawn downward instead, as pages scroll that way.
"""

from dataclasses import dataclass
from typing import Final

from domain.layout import Drawing, Style, lay_out
from services.kinds import WorkState
from services.works.family import Family, Member, Outside
from web.tree import EDGE, path_of, style_for

BOX: Final = (216, 56)
"""Width and height of a work's box."""

_LONG: Final = 9
_NARROW: Final = 3
_PREVIEW: Final = 44


@dataclass(frozen=True, slots=True)
class Place:
    """A box by its top left corner, with the work or the outside source in it; `look` is for the style sheet.

    `beside` names what else the work was made from, outside, where no line says so.
    """

    x: int
    y: int
    look: str
    member: Member | None = None
    outside: Outside | None = None
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of line: its path, and classes for the style sheet."""

    path: str
    look: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with all that a page shows of it; `steps` is the same in words: headings, and what is under each."""

    family: Family
    width: int
    height: int
    places: tuple[Place, ...]
    lines: tuple[Line, ...]
    steps: tuple[tuple[str, tuple[Member | Outside, ...]], ...]


def picture_of(family: Family) -> Picture | None:
    """A lineage drawn; None where a work stands alone."""
    if family.alone:
        return None
    drawing = _laid_out(family)
    beside = family.beside()
    places = [_member(family, one, beside[one.work.id], drawing) for one in family.members]
    places += [_outside(one, drawing) for one in family.outside if one.id in drawing.boxes]
    return Picture(
        family=family,
        width=drawing.width + 2 * EDGE,
        height=drawing.height + 2 * EDGE,
        places=tuple(sorted(places, key=lambda place: (place.x, place.y))),
        lines=tuple(_lines(family, drawing)),
        steps=tuple(_in_words(family)),
    )


def _laid_out(family: Family) -> Drawing:
    style = style_for(len(family.members), *BOX)
    drawing = lay_out(family.lines, style)
    widest = max(sum(box.layer == layer for box in drawing.boxes.values()) for layer in range(drawing.layers))
    if drawing.layers < _LONG or widest > _NARROW:
        return drawing
    return lay_out(family.lines, Style(*BOX, gap=36, space=style.space, most=style.most, downward=True))


def _member(family: Family, one: Member, beside: tuple[Outside, ...], drawing: Drawing) -> Place:
    box = drawing.boxes[one.work.id]
    look = "itself" if one.work.id == family.work_id else "gone" if one.work.state is not WorkState.IN else ""
    return Place(box.x + EDGE, box.y + EDGE, look, member=one, beside=", ".join(each.title for each in beside))


def _outside(one: Outside, drawing: Drawing) -> Place:
    box = drawing.boxes[one.id]
    return Place(box.x + EDGE, box.y + EDGE, "away", outside=one)


def _lines(family: Family, drawing: Drawing) -> list[Line]:
    found = []
    for piece, edges in drawing.strokes().items():
        doubted = all((edge.work, edge.source) in family.disputed for edge in edges)
        near = any(family.work_id in (edge.work, edge.source) for edge in edges)
        look = "doubted" if doubted else "near" if near else ""
        found.append(Line(path_of(piece, downward=drawing.style.downward), look))
    return found


def _in_words(family: Family) -> list[tuple[str, tuple[Member | Outside, ...]]]:
    """What the drawing shows, from the furthest source to the latest remix."""
    by_steps: dict[int, list[Member | Outside]] = {}
    for one in family.members:
        by_steps.setdefault(one.steps, []).append(one)
    steps = sorted(by_steps)
    found = [("From outside the community", tuple(family.outside))] if family.outside else []
    return [*found, *((_heading(step), tuple(by_steps[step])) for step in steps)]


def _heading(step: int) -> str:
    if step == 0:
        return "The work itself"
    far = "" if abs(step) == 1 else f", {abs(step)} steps away"
    return f"Made from{far}" if step < 0 else f"Made from it{far}"
