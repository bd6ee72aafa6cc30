"""The JSON format of an allocation, read with a sentence that names the place of whatever is malformed."""

from typing import Any, Final

from domain.allocation.model import (
    ALL_BP,
    DEFAULT_LINEAGE_BP,
    Adjustment,
    Allocation,
    AllocationWork,
    CreditShare,
    Inputs,
    Line,
    Parts,
    Party,
    SourceShare,
    Weighing,
)
from domain.jsonread import Reader

KIND: Final = "allocation"

RESULTS: Final = ("allocations", "lines", "unallocated")
"""What a published statement adds to the inputs and can be recomputed from them."""

_PASSED_OVER: Final = frozenset({*RESULTS, "about", "digests"})
"""Beside the results: "about" is free text and numbers about the round, "digests" what `verify` checks."""


def from_json(obj: Any) -> Inputs:
    """Read the inputs from parsed JSON; a statement's results are passed over. UserError names the place."""
    top = Reader(obj, "")
    top.constant("kind", KIND)
    inputs = Inputs(
        currency=top.text("currency"),
        pool=top.number("pool"),
        works=tuple(_work(item) for item in top.items("works")),
        lineage_bp=top.number("lineage_bp", DEFAULT_LINEAGE_BP),
        floor=top.number("floor", 0),
        cap_bp=top.number("cap_bp", ALL_BP),
        seed=top.text("seed", ""),
        adjustments=tuple(_adjustment(item) for item in top.items("adjustments", optional=True)),
        weighing=_weighing(top),
    )
    top.nothing_else(_PASSED_OVER)
    return inputs


def _weighing(top: Reader) -> Weighing | None:
    reader = top.maybe_object("weighing")
    if reader is None:
        return None
    parts = reader.object("parts")
    found = Parts(*(parts.number(name, 0) for name in ("equal", "points", "votes")))
    parts.nothing_else()
    works: dict[str, tuple[int, int]] = {}
    for item in reader.items("works"):
        name = item.text("work")
        if name in works:
            item.fail(f"“{name}” is there twice", "work")
        works[name] = (item.number("points", 0), item.number("votes", 0))
        item.nothing_else()
    reader.nothing_else()
    return Weighing(found, works)


def _adjustment(reader: Reader) -> Adjustment:
    giver, taker = reader.maybe_object("from"), reader.object("to")
    adjustment = Adjustment(
        giver=None if giver is None else _party(giver),
        taker=_party(taker),
        amount=reader.number("amount"),
        reason=reader.text("reason"),
    )
    reader.nothing_else()
    return adjustment


def _party(reader: Reader) -> Party:
    party = Party(artist=reader.maybe_text("artist"), work=reader.maybe_text("work"))
    if (party.artist is None) == (party.work is None):
        reader.fail("give either “artist” or “work”")
    reader.nothing_else()
    return party


def _work(reader: Reader) -> AllocationWork:
    work = AllocationWork(
        id=reader.text("id"),
        weight=reader.number("weight", 0),
        in_cut=reader.flag("in_cut", False),
        credits=tuple(_credit(item) for item in reader.items("credits")),
        sources=tuple(_source(item) for item in reader.items("sources", optional=True)),
    )
    reader.nothing_else()
    return work


def _credit(reader: Reader) -> CreditShare:
    credit = CreditShare(reader.text("artist"), reader.number("bp"))
    reader.nothing_else()
    return credit


def _source(reader: Reader) -> SourceShare:
    source = SourceShare(
        work=reader.maybe_text("work"), outside=reader.maybe_text("outside"), bp=reader.maybe_number("bp")
    )
    if (source.work is None) == (source.outside is None):
        reader.fail("give either “work” or “outside”")
    reader.nothing_else()
    return source


def to_json(inputs: Inputs) -> dict[str, Any]:
    """Return the inputs as JSON objects; from_json reads them back to the same."""
    found = {
        "kind": KIND,
        "currency": inputs.currency,
        "pool": inputs.pool,
        "lineage_bp": inputs.lineage_bp,
        "floor": inputs.floor,
        "cap_bp": inputs.cap_bp,
        "seed": inputs.seed,
        "works": [_work_to_json(work) for work in inputs.works],
    }
    if inputs.adjustments:
        found["adjustments"] = [_adjustment_to_json(one) for one in inputs.adjustments]
    if inputs.weighing is not None:
        found["weighing"] = _weighing_to_json(inputs.weighing)
    return found


def _work_to_json(work: AllocationWork) -> dict[str, Any]:
    return {
        "id": work.id,
        "weight": work.weight,
        "in_cut": work.in_cut,
        "credits": [{"artist": credit.artist, "bp": credit.bp} for credit in work.credits],
        "sources": [
            {"outside": source.outside, "bp": source.bp}
            if source.work is None
            else {"work": source.work, "bp": source.bp}
            for source in work.sources
        ],
    }


def _adjustment_to_json(one: Adjustment) -> dict[str, Any]:
    return {
        "from": None if one.giver is None else _party_to_json(one.giver),
        "to": _party_to_json(one.taker),
        "amount": one.amount,
        "reason": one.reason,
    }


def _party_to_json(party: Party) -> dict[str, Any]:
    return {"work": party.work} if party.artist is None else {"artist": party.artist}


def _weighing_to_json(weighing: Weighing) -> dict[str, Any]:
    parts = weighing.parts
    return {
        "parts": {"equal": parts.equal, "points": parts.points, "votes": parts.votes},
        "works": [{"work": name, "points": points, "votes": votes} for name, (points, votes) in weighing.works.items()],
    }


def allocation_to_json(allocation: Allocation) -> dict[str, Any]:
    """Return the results as JSON objects."""
    return {
        "allocations": dict(allocation.allocations),
        "lines": [_line_to_json(line) for line in allocation.lines],
        "unallocated": allocation.unallocated,
    }


def _line_to_json(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {
        "artist": line.artist,
        "work": line.work,
        "kind": line.kind.value,
        "from": line.remix,
        "amount": line.amount,
    }
    return found | {"reason": line.reason} if line.reason else found
