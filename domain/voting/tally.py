"""The registry of methods: one function each, from a vote that is ready to be counted to the result."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from domain.errors import UserError
from domain.voting.approval import tally_approval
from domain.voting.election import Election, TallyResult
from domain.voting.poll import Poll, compact
from domain.voting.schulze import tally_schulze
from domain.voting.score import tally_score
from domain.voting.star import tally_star
from domain.voting.stv import tally_stv

METHODS: Final[Mapping[str, Callable[[Poll], TallyResult]]] = MappingProxyType(
    {
        "approval": tally_approval,
        "score": tally_score,
        "star": tally_star,
        "schulze": tally_schulze,
        "stv": tally_stv,
    }
)
"""How each method counts, by name."""


def tally(election: Election) -> TallyResult:
    """Count the election by its method; UserError when the method is unknown or a mark cannot be."""
    if election.method not in METHODS:
        known = ", ".join(METHODS)
        raise UserError(f"method: “{election.method[:40]}” is not a way of counting we know. Use one of: {known}.")
    return count(compact(election))


def count(poll: Poll) -> TallyResult:
    """Count a vote whose ballots are columns already, and were checked when they were made."""
    return METHODS[poll.rules.method](poll)
