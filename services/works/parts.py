"""How what a work passes on is parted among its sources: every one with a part of its own, or all alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from db.models import Source, SourceState, Work
from domain.errors import UserError
from domain.lineage import rescaled
from services.access import Actor
from services.store import Transaction, writes
from services.works.records import changed, hold, note, require_hand, require_taking
from services.works.sourcelines import WHOLE

EQUAL_AGAIN = "All sources have equal parts again. Set them anew if you want other ones."


@dataclass(frozen=True, slots=True)
class Part:
    """A live source of a work: its row, and what people call it."""

    edge: Source
    name: str


async def parts_of(tx: Transaction, work_id: int) -> list[Part]:
    """The sources of a work that are not removed, in the order in which they were credited."""
    rows = await tx.execute(
        select(Source, Work.number)
        .outerjoin(Work, Work.id == Source.source_work_id)
        .where(Source.work_id == work_id, Source.state != SourceState.REMOVED)
        .order_by(Source.id)
    )
    return [Part(edge, f"#{number}" if number else f"“{edge.outside_title}”") for edge, number in rows]


async def settle(tx: Transaction, work_id: int) -> None:
    """Make the parts whole after a source came or went.

    One without a part beside others that have one makes all equal; where one with a part went, the rest keep their
    proportions.
    """
    await tx.flush()
    edges = [part.edge for part in await parts_of(tx, work_id)]
    declared = [edge.share_bp for edge in edges if edge.share_bp is not None]
    if not declared:
        return
    if len(declared) < len(edges):
        _put(edges, [None] * len(edges))
    elif sum(declared) != WHOLE:
        _put(edges, rescaled(declared))


@writes
async def set_parts(
    tx: Transaction, actor: Actor, work_id: int, parts: Mapping[int, int | None], *, now: datetime
) -> str:
    """Give the sources of a work their parts, by source id, in basis points; all None for equal parts.

    Returns a sentence that says what they are. UserError unless every source has a part and they make 100%.
    """
    held = await hold(tx, work_id)
    require_hand(held, actor, "part what goes to its sources")
    require_taking(held, "part what goes to the sources", by=actor)
    found = await parts_of(tx, work_id)
    if not found:
        raise UserError(f"#{held.work.number} names no source yet.")
    if set(parts) - {part.edge.id for part in found}:
        raise UserError("One of these is no source of this work any more. Open the sources again.")
    before = [part.edge.share_bp for part in found]
    _put([part.edge for part in found], [parts.get(part.edge.id) for part in found])
    require_whole(found)
    if [part.edge.share_bp for part in found] != before:
        note(tx, held.work, "sources_parted", actor.user_id, now, parts=plain(found))
        await changed(tx, held, now)
    return parted(found)


def require_whole(parts: Sequence[Part]) -> None:
    """UserError unless all have a part and the parts make 100%, or none has one."""
    bare = [part.name for part in parts if part.edge.share_bp is None]
    if len(bare) == len(parts):
        return
    if bare:
        have = "has" if len(bare) == 1 else "have"
        raise UserError(
            f"{_listed(bare)} {have} no part yet. Give every source a part so that they make 100%, or none of them: "
            "then they share equally."
        )
    total = sum(part.edge.share_bp or 0 for part in parts)
    if total != WHOLE:
        said = " + ".join(f"{part.name} {_percent(part.edge.share_bp or 0)}" for part in parts)
        much = "more" if total > WHOLE else "less"
        raise UserError(f"{said} makes {_percent(total)}, {much} than 100%. Change them so that they make 100%.")


def parted(parts: Sequence[Part]) -> str:
    """What the parts are, in a sentence."""
    if all(part.edge.share_bp is None for part in parts):
        return "All sources have equal parts."
    return "Of what goes to the sources: " + ", ".join(
        f"{part.name} {_percent(part.edge.share_bp or 0)}" for part in parts
    )


def plain(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Parts as the history of a work keeps them."""
    return [
        {
            "source": part.edge.source_work_id, "outside": part.edge.outside_title, "url": part.edge.outside_url,
            "share_bp": part.edge.share_bp,
        }
        for part in parts
    ]  # fmt: skip


def _put(edges: Sequence[Source], shares: Sequence[int | None]) -> None:
    for edge, share in zip(edges, shares, strict=True):
        edge.share_bp = share


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g}%"
