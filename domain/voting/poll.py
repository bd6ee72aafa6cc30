"""A vote that is ready to be counted: its rules, and each electorate's ballots as columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import chain
from typing import Any

from domain.voting.columns import Columns, of_criterion, of_marks, of_ranks
from domain.voting.election import WHOLE_BP, Election
from domain.voting.marks import check_ballots, check_rules

RANKED = frozenset({"schulze", "stv"})
"""The methods whose marks are ranks."""


@dataclass(frozen=True, slots=True)
class Side:
    """One electorate: its share of the whole in basis points, and its ballots.

    There is one set of columns, or one for each criterion in their order.
    """

    bp: int
    criteria: tuple[Columns, ...]

    @property
    def columns(self) -> Columns:
        """The ballots of a vote without criteria."""
        return self.criteria[0]

    @property
    def cast(self) -> int:
        """How many ballots there are, empty ones too."""
        return self.criteria[0].count

    def marked(self) -> int:
        """How many ballots mark at least one work."""
        everything = tuple(column for one in self.criteria for column in chain(one.columns, *one.upper))
        return Columns(self.cast, everything).ballots()


@dataclass(frozen=True, slots=True)
class Poll:
    """Rules (an election whose ballots are left out) and the electorates; works are known by their places."""

    rules: Election
    sides: tuple[Side, ...]

    def weights(self) -> tuple[Fraction, ...]:
        """What a ballot of each side weighs, so that the sides have their shares and all weigh `electors` together.

        An electorate without a single mark has no share, and without a jury every ballot weighs 1.
        """
        if len(self.sides) == 1:
            return (Fraction(1),)
        voices = [side.marked() for side in self.sides]
        shared = sum(side.bp for side, voice in zip(self.sides, voices, strict=True) if voice)
        return tuple(
            Fraction(side.bp * sum(voices), shared * voice) if voice and shared else Fraction(0)
            for side, voice in zip(self.sides, voices, strict=True)
        )

    def electors(self) -> int:
        """How many ballots the interval of uncertainty is about: all, or with a jury those with a mark."""
        return self.sides[0].cast if len(self.sides) == 1 else sum(side.marked() for side in self.sides)

    def effective(self) -> Fraction:
        """How many ballots of equal weight would say as much as these do, which weigh differently."""
        if len(self.sides) == 1:
            return Fraction(self.sides[0].cast)
        weighed = list(zip(self.weights(), (side.marked() for side in self.sides), strict=True))
        squares = sum(weight * weight * voices for weight, voices in weighed)
        whole = sum(weight * voices for weight, voices in weighed)
        return whole * whole / squares if squares else Fraction(0)


def compact(election: Election) -> Poll:
    """Return the election ready to be counted; UserError with the place when it is malformed."""
    check_rules(election)
    groups = [("ballots", election.ballots, WHOLE_BP - election.jury_bp)]
    if election.jury or election.jury_bp:
        groups.append(("jury.ballots", election.jury, election.jury_bp))
    sides = []
    for path, ballots, bp in groups:
        check_ballots(election, ballots, path)
        sides.append(Side(bp, _columns(election, ballots)))
    return Poll(replace(election, ballots=(), jury=()), tuple(sides))


def _columns(election: Election, ballots: Sequence[Mapping[str, Any]]) -> tuple[Columns, ...]:
    if election.method in RANKED:
        return (of_ranks(election.works, ballots),)
    if election.criteria:
        return tuple(of_criterion(election.works, ballots, one.name) for one in election.criteria)
    return (of_marks(election.works, ballots),)
