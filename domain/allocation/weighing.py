"""What a work in the cut weighs: equal weight, producers' points and votes, alone or in stated proportions.

Exact, and in whole numbers of a size that stays readable. Each of the three is shared out for itself: of equal weight
every work has the same part, of the points and the votes each work has its part of their sum. The proportions then say
how much each of the three counts. Where nobody has a point (or a vote), that part is shared out equally.
"""

from collections.abc import Mapping
from fractions import Fraction
from math import gcd
from typing import Final

from domain.allocation.model import Inputs, Weighing
from domain.errors import UserError

MILLIONTHS: Final = 10**6
"""A tally's score counts in millionths here: two scores closer than that are the same."""

_MOST_PARTS: Final = 10_000
_MOST: Final = 10**12


def votes_of(score: Fraction) -> int:
    """Return a tally's score (zero or more) in whole millionths, a half rounded up."""
    return int(score * MILLIONTHS + Fraction(1, 2))


def weights_of(weighing: Weighing) -> dict[str, int]:
    """Return the weights of the works in the cut, by id: the smallest whole numbers in exactly these proportions."""
    parts, works = weighing.parts, weighing.works
    _check(weighing)
    alike = dict.fromkeys(works, 1)
    columns = [
        (parts.equal, alike),
        (parts.points, _or_alike({name: points for name, (points, _) in works.items()}, alike)),
        (parts.votes, _or_alike({name: votes for name, (_, votes) in works.items()}, alike)),
    ]
    used = [(part, column, sum(column.values())) for part, column in columns if part]
    whole = 1
    for _, _, total in used:
        whole *= total
    found = {name: sum(part * column[name] * (whole // total) for part, column, total in used) for name in works}
    common = gcd(*found.values()) or 1
    return {name: weight // common for name, weight in found.items()}


def check_weights(inputs: Inputs) -> None:
    """Compare the weights of the works in the cut with what the weighing gives; UserError names a difference."""
    if inputs.weighing is None:
        return
    wanted = weights_of(inputs.weighing)
    for place, work in enumerate(inputs.works):
        if work.in_cut and work.weight != wanted.get(work.id):
            says = wanted.get(work.id, "nothing")
            raise UserError(f"works[{place}].weight: is {work.weight}, but “weighing” gives “{work.id}” {says}.")
    strangers = wanted.keys() - {work.id for work in inputs.works if work.in_cut}
    if strangers:
        raise UserError(f"weighing.works: “{min(strangers)}” is not in the cut.")


def _check(weighing: Weighing) -> None:
    parts = weighing.parts
    given = (parts.equal, parts.points, parts.votes)
    if not all(0 <= part <= _MOST_PARTS for part in given) or not any(given):
        raise UserError(f"weighing.parts: must be 0 to {_MOST_PARTS} each, and not all of them zero.")
    for name, (points, votes) in weighing.works.items():
        if not (0 <= points <= _MOST and 0 <= votes <= _MOST):
            raise UserError(f"weighing.works: points and votes of “{name}” must be 0 to {_MOST}.")


def _or_alike(column: Mapping[str, int], alike: dict[str, int]) -> Mapping[str, int]:
    return column if any(column.values()) else alike
