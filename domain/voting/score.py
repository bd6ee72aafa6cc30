"""Score: the mean of those who rated the work, over criteria and electorates where there are several."""

from dataclasses import replace
from fractions import Fraction
from statistics import median

from domain.voting.columns import marked_in_any
from domain.voting.election import TallyResult, WorkNumbers, seat
from domain.voting.marks import rank
from domain.voting.poll import Poll, Side
from domain.voting.scale import Scale
from domain.voting.uncertainty import few_votes_square, interval


def tally_score(poll: Poll) -> TallyResult:
    """Order the works by the exact mean of their marks; one that nobody rated comes last, with a score of 0.

    Several criteria: the mean of their means by weight, over those in which somebody rated the work. A jury: the
    mean of both electorates' by their shares; one that did not rate the work at all has no say on it.
    """
    rules = poll.rules
    sides = [_Side(poll, side) for side in poll.sides]
    means: dict[str, Fraction] = {}
    numbers: dict[str, WorkNumbers] = {}
    for place, work in enumerate(rules.works):
        rated = [(side.bp, *found) for side in sides if side.bp and (found := side.mean(place))]
        whole = sum(bp for bp, _, _ in rated)
        mean = sum((mean * bp for bp, mean, _ in rated), Fraction(0)) / (whole or 1)
        spread = sum((Fraction(bp * bp, voices) for bp, _, voices in rated), Fraction(0))
        effective = whole * whole / spread if spread else Fraction(0)
        means[work] = mean
        votes, total = sum(side.votes(place) for side in sides), sum((side.total(place) for side in sides), Fraction(0))
        numbers[work] = WorkNumbers(votes, total, *interval(mean, effective, rules.max_score))
    order = rank({work: (numbers[work].votes > 0, means[work]) for work in rules.works})
    winners, ties = seat(order, rules.seats)
    result = TallyResult(order, winners, ties, means, numbers)
    return correct_few_votes(result, rules.seats) if rules.few_votes else result


class _Side:
    """One electorate's marks, criterion by criterion."""

    __slots__ = ("_columns", "_scales", "_weights", "bp")

    def __init__(self, poll: Poll, side: Side) -> None:
        rules = poll.rules
        self.bp = side.bp
        self._columns = side.criteria
        self._weights = [criterion.weight for criterion in rules.criteria] or [1]
        self._scales = [Scale(columns, rules.max_score, normalise=rules.normalise) for columns in side.criteria]

    def mean(self, place: int) -> tuple[Fraction, int] | None:
        """The mean of the work at that place, and how many marks it rests on where they are fewest; None without."""
        sums = Fraction(0)
        weights = fewest = 0
        for columns, scale, weight in zip(self._columns, self._scales, self._weights, strict=True):
            votes = columns.marked(place)
            if votes:
                sums += scale.total(place) / votes * weight
                fewest = min(fewest, votes) if weights else votes
                weights += weight
        return (sums / weights, fewest) if weights else None

    def votes(self, place: int) -> int:
        """How many ballots rate the work, in whatever criterion."""
        return marked_in_any(self._columns, place)

    def total(self, place: int) -> Fraction:
        """The sum of all marks for the work."""
        return sum((scale.total(place) for scale in self._scales), Fraction(0))


def correct_few_votes(result: TallyResult, seats: int) -> TallyResult:
    """Reorder a score result by mean * sqrt(min(1, n / median n)): a few fans carry no work to the top.

    The median is over all works of the vote. The comparison is exact; `scores` keep the plain means.
    """
    middle = median_votes(result)
    keys = {
        work: (numbers.votes > 0, few_votes_square(result.scores[work], numbers.votes, middle))
        for work, numbers in result.numbers.items()
    }
    order = rank(keys)
    winners, ties = seat(order, seats)
    return replace(result, order=order, winners=winners, ties=ties)


def median_votes(result: TallyResult) -> Fraction:
    """Return the median number of votes over all works of the vote (0 without works)."""
    counts = [Fraction(numbers.votes) for numbers in result.numbers.values()]
    return Fraction(median(counts)) if counts else Fraction(0)
