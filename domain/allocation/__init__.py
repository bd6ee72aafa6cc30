"""Who is owed what: an episode's pool shared among the artists of its cut and of its sources, exactly."""

from domain.allocation.allocate import allocate, amounts
from domain.allocation.format import allocation_to_json, from_json, to_json
from domain.allocation.model import (
    Allocation,
    AllocationWork,
    CreditShare,
    Inputs,
    Line,
    LineKind,
    SourceShare,
)

__all__ = [
    "Allocation",
    "AllocationWork",
    "CreditShare",
    "Inputs",
    "Line",
    "LineKind",
    "SourceShare",
    "allocate",
    "allocation_to_json",
    "amounts",
    "from_json",
    "to_json",
]
