"""Who is owed what: an episode's pool shared among the artists of its cut and of its sources, exactly."""

from domain.allocation.allocate import allocate, amounts, amounts_of
from domain.allocation.columns import EQUALLY, OUTSIDE, Columns, Spread
from domain.allocation.format import allocation_to_json, from_json, to_json
from domain.allocation.model import (
    ALL_BP,
    DEFAULT_LINEAGE_BP,
    Adjustment,
    Allocation,
    AllocationWork,
    CreditShare,
    Inputs,
    Line,
    LineKind,
    Parts,
    Party,
    SourceShare,
    Weighing,
)
from domain.allocation.verify import difference, statement
from domain.allocation.weighing import votes_of, weights_of

__all__ = [
    "ALL_BP",
    "DEFAULT_LINEAGE_BP",
    "EQUALLY",
    "OUTSIDE",
    "Adjustment",
    "Allocation",
    "AllocationWork",
    "Columns",
    "CreditShare",
    "Inputs",
    "Line",
    "LineKind",
    "Parts",
    "Party",
    "SourceShare",
    "Spread",
    "Weighing",
    "allocate",
    "allocation_to_json",
    "amounts",
    "amounts_of",
    "difference",
    "from_json",
    "statement",
    "to_json",
    "votes_of",
    "weights_of",
]
