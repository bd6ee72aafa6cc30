"""The JSON format of an allocation, read with a sentence that names the place of whatever is malformed."""

from typing import Any, Final

from domain.allocation.model import (
    ALL_BP,
    DEFAULT_LINEAGE_BP,
    Allocation,
    AllocationWork,
    CreditShare,
    Inputs,
    SourceShare,
)
from domain.jsonread import Reader

_RESULTS: Final = frozenset({"allocations", "lines", "unallocated", "about"})
"""What a published statement adds to the inputs; "about" is free text and numbers about the round."""


def from_json(obj: Any) -> Inputs:
    """Read the inputs from parsed JSON; a statement's results are passed over. UserError names the place."""
    top = Reader(obj, "")
    top.constant("kind", "allocation")
    inputs = Inputs(
        currency=top.text("currency"),
        pool=top.number("pool"),
        works=tuple(_work(item) for item in top.items("works")),
        lineage_bp=top.number("lineage_bp", DEFAULT_LINEAGE_BP),
        floor=top.number("floor", 0),
        cap_bp=top.number("cap_bp", ALL_BP),
        seed=top.text("seed", ""),
    )
    top.nothing_else(_RESULTS)
    return inputs


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
    return {
        "kind": "allocation",
        "currency": inputs.currency,
        "pool": inputs.pool,
        "lineage_bp": inputs.lineage_bp,
        "floor": inputs.floor,
        "cap_bp": inputs.cap_bp,
        "seed": inputs.seed,
        "works": [_work_to_json(work) for work in inputs.works],
    }


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


def allocation_to_json(allocation: Allocation) -> dict[str, Any]:
    """Return the results as JSON objects."""
    return {
        "allocations": dict(allocation.allocations),
        "lines": [
            {
                "artist": line.artist,
                "work": line.work,
                "kind": line.kind.value,
                "from": line.remix,
                "amount": line.amount,
            }
            for line in allocation.lines
        ],
        "unallocated": allocation.unallocated,
    }
