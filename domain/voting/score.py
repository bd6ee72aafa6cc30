"""Score: the mean of those who rated the work, over criteria and electorates where there are several."""

from dataclasses import replace
from fractions import Fraction
from statistics import median

from domain.voting.election import TallyResult, WorkNumbers, seat
from domain.voting.marks import rank
from domain.voting.poll import Poll
from domain.voting.rated import Rated, means_by_criterion
from domain.voting.uncertainty import few_votes_square, interval


def tally_score(poll: Poll) -> TallyResult:
    """Order the works by the exact mean of their marks; one that nobody rated comes last, with a score of 0.

    Several criteria: the mean of their means by weight, over those in which somebody rated the work. A jury: the
    mean of both electorates' by their shares; one that did not rate the work at all has no say on it.
    """
    rules = poll.rules
    sides = [Rated(rules, side) for side in poll.sides]
    means: dict[str, Fraction] = {}
    numbers: dict[str, WorkNumbers] = {}
    for place, work in enumerate(rules.works):
        rated = [(side.bp, *found) for side in sides if side.bp and (found := _mean(side, place))]
        whole = sum(bp for bp, _, _ in rated)
        mean = sum((mean * bp for bp, mean, _ in rated), Fraction(0)) / (whole or 1)
        spread = sum((Fraction(bp * bp, voices) for bp, _, voices in rated), Fraction(0))
        effective = whole * whole / spread if spread else Fraction(0)
        means[work] = mean
        numbers[work] = WorkNumbers(
            sum(side.votes(place) for side in sides),
            sum((scale.total(place) for side in sides for scale in side.scales), Fraction(0)),
            *interval(mean, effective, rules.max_score),
            means_by_criterion(rules, sides, place),
        )
    order = rank({work: (numbers[work].votes > 0, means[work]) for work in rules.works})
    winners, ties = seat(order, rules.seats)
    result = TallyResult(order, winners, ties, means, numbers)
    return correct_few_votes(result, rules.seats) if rules.few_votes else result


def _mean(side: Rated, place: int) -> tuple[Fraction, int] | None:
    """An electorate's mean of a work, and how many marks it rests on where they are fewest; None without marks."""
    sums = Fraction(0)
    weights = fewest = 0
    for number, weight in enumerate(side.weights):
        votes, total = side.part(place, number)
        if votes:
            sums += total / votes * weight
            fewest = min(fewest, votes) if weights else votes
            weights += weight
    return (sums / weights, fewest) if weights else None


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
