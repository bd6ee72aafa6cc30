"""Works compared two by two: how many ballots hold the one higher, and how many the other."""

from collections.abc import Sequence
from fractions import Fraction

from domain.voting.columns import Columns, planes, preferences


class Pairs:
    """Comparisons over one or several electorates, whose ballots have weights; each pair is counted when asked for."""

    __slots__ = ("_planes", "_weights")

    def __init__(self, weighed: Sequence[tuple[Fraction, Columns]]) -> None:
        # Whole weights count fast; a weight of 0 has no ballots to look at.
        self._weights = [weight for weight, _ in weighed if weight]
        self._planes = [planes(columns) for weight, columns in weighed if weight]

    def between(self, one: int, other: int) -> tuple[Fraction | int, Fraction | int]:
        """What the ballots weigh that hold the work at place `one` higher, and those that hold `other` higher."""
        above: Fraction | int = 0
        below: Fraction | int = 0
        for weight, found in zip(self._weights, self._planes, strict=True):
            wins, losses = preferences(found[one], found[other])
            if weight == 1:
                above, below = above + wins, below + losses
            else:
                above, below = above + wins * weight, below + losses * weight
        return above, below
