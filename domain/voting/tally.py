"""The registry of methods: one function each, from an election to the counted result."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from domain.errors import UserError
from domain.voting.approval import tally_approval
from domain.voting.election import Election, TallyResult
from domain.voting.score import tally_score

METHODS: Final[Mapping[str, Callable[[Election], TallyResult]]] = MappingProxyType(
    {"approval": tally_approval, "score": tally_score}
)
"""How each method counts, by name."""


def tally(election: Election) -> TallyResult:
    """Count the election by its method; UserError when the method is unknown or a mark cannot be."""
    method = METHODS.get(election.method)
    if method is None:
        known = ", ".join(METHODS)
        raise UserError(f"“{election.method[:40]}” is not a way of counting we know. Use one of: {known}.")
    return method(election)
