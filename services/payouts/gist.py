"""An explanation in one sentence's worth: what each work brought, the largest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.money import Money
from services.payouts.views import LineView
from services.views import WorkRef


@dataclass(frozen=True, slots=True)
class GistPart:
    """A part of an amount: for a work in the cut, from so many `remixes` of it, or from so many `others`, unnamed.

    `moved` by limits or by hand. `same` says that the part before is about the same work.
    """

    amount: Money
    work: WorkRef | None = None
    remixes: int = 0
    others: int = 0
    moved: bool = False
    same: bool = False


def gist(lines: Sequence[LineView], most: int = 4) -> tuple[GistPart, ...]:
    """The parts of an amount, those of at most `most` works by name; they sum to the lines."""
    by_work: dict[int, list[LineView]] = {}
    moved: list[LineView] = []
    for line in lines:
        if line.work is None or line.kind not in ("own", "lineage"):
            moved.append(line)
        else:
            by_work.setdefault(line.work.id, []).append(line)
    ranked = sorted(by_work.values(), key=lambda found: (-_units(found), found[0].work.number if found[0].work else 0))
    named = ranked if len(ranked) <= most + 1 else ranked[:most]
    parts = [part for found in named for part in _of_work(found)]
    rest = [line for found in ranked[len(named) :] for line in found]
    if rest:
        parts.append(GistPart(_sum(rest), others=len(ranked) - len(named)))
    if moved:
        parts.append(GistPart(_sum(moved), moved=True))
    return tuple(parts)


def _of_work(lines: Sequence[LineView]) -> list[GistPart]:
    own = [line for line in lines if line.remix is None]
    passed = [line for line in lines if line.remix is not None]
    parts = [GistPart(_sum(own), own[0].work)] if own else []
    if passed:
        parts.append(GistPart(_sum(passed), passed[0].work, remixes=len(passed), same=bool(own)))
    return parts


def _units(lines: Sequence[LineView]) -> int:
    return sum(line.amount.amount for line in lines)


def _sum(lines: Sequence[LineView]) -> Money:
    return Money(_units(lines), lines[0].amount.currency)
