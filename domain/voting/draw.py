"""The draw among equals: decided by a seed that was committed to in public before the vote opened."""

from hashlib import sha256

from domain.commitments import canonical
from domain.voting.election import TallyResult


def draw_key(seed: str, work: str) -> str:
    """Return the work's lot, the lowest first: SHA-256, in hex, of the canonical JSON ["draw", seed, work]."""
    return sha256(canonical(["draw", seed, work])).hexdigest()


def break_ties(result: TallyResult, seats: int, seed: str) -> tuple[str, ...]:
    """Return the selection for the seats, best first, works of equal rank in the order of their lots.

    Fewer works than seats: all of them. The same seed always gives the same selection.
    """
    chosen: list[str] = []
    for group in result.order:
        if len(chosen) >= seats:
            break
        chosen.extend(sorted(group, key=lambda work: draw_key(seed, work)))
    return tuple(chosen[: max(seats, 0)])
