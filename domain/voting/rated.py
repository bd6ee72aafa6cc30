"""One electorate's marks, criterion by criterion, as score and STAR count them."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from domain.voting.columns import marked_in_any
from domain.voting.election import Election
from domain.voting.poll import Side
from domain.voting.scale import Scale


class Rated:
    """The marks of one side. A vote without criteria has a single one, of weight 1."""

    __slots__ = ("bp", "cast", "columns", "scales", "weights")

    def __init__(self, rules: Election, side: Side) -> None:
        self.bp = side.bp
        self.cast = side.cast
        self.columns = side.criteria
        self.weights = [criterion.weight for criterion in rules.criteria] or [1]
        self.scales = [Scale(columns, rules.max_score, normalise=rules.normalise) for columns in side.criteria]

    def votes(self, place: int) -> int:
        """How many ballots rate the work at that place, in whatever criterion."""
        return marked_in_any(self.columns, place)

    def part(self, place: int, number: int) -> tuple[int, Fraction]:
        """How many rate the work in one criterion, and the sum of their marks in points."""
        return self.columns[number].marked(place), self.scales[number].total(place)


def means_by_criterion(rules: Election, sides: Sequence[Rated], place: int) -> Mapping[str, Fraction]:
    """Return the work's mean in each criterion in which somebody rated it; electorates by their shares."""
    found = {}
    for number, criterion in enumerate(rules.criteria):
        parts = [(side.bp, *side.part(place, number)) for side in sides if side.bp]
        shared = sum(bp for bp, votes, _ in parts if votes)
        if shared:
            sums = (bp * total / votes for bp, votes, total in parts if votes)
            found[criterion.name] = sum(sums, Fraction(0)) / shared
    return found
