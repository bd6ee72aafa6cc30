"""Score: the mean of those who rated the work."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from math import lcm
from statistics import median

from domain.voting.election import Election, TallyResult, WorkNumbers, seat
from domain.voting.marks import check_marks, rank
from domain.voting.uncertainty import few_votes_square, interval


def tally_score(election: Election) -> TallyResult:
    """Order the works by the exact mean of their marks; one that nobody rated comes last, with a score of 0."""
    check_marks(election, lowest=0, highest=election.max_score)
    votes, totals = _sums(election)
    means = {work: totals[work] / votes[work] if votes[work] else Fraction(0) for work in election.works}
    order = rank({work: (votes[work] > 0, means[work]) for work in election.works})
    winners, ties = seat(order, election.seats)
    numbers = {
        work: WorkNumbers(votes[work], totals[work], *interval(means[work], votes[work], election.max_score))
        for work in election.works
    }
    return TallyResult(order, winners, ties, means, numbers)


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


def _sums(election: Election) -> tuple[Mapping[str, int], Mapping[str, Fraction]]:
    """Return how many rated each work, and the exact sum of their marks."""
    votes = Counter(chain.from_iterable(election.ballots))
    if election.normalise:
        return votes, _rescaled_totals(election)
    sums: dict[str, int] = dict.fromkeys(election.works, 0)
    for (work, mark), count in Counter(chain.from_iterable(b.items() for b in election.ballots)).items():
        sums[work] += mark * count
    return votes, {work: Fraction(total) for work, total in sums.items()}


def _rescaled_totals(election: Election) -> Mapping[str, Fraction]:
    """Sum the marks rescaled per voter: the lowest to 0, the highest to max_score, a flat ballot to the middle.

    Counted in units of 1 / (2 * lcm(1..max_score)), in which every rescaled mark is whole.
    """
    top = election.max_score
    unit = 2 * lcm(*range(1, top + 1))
    sums: dict[str, int] = dict.fromkeys(election.works, 0)
    for ballot in election.ballots:
        if not ballot:
            continue
        marks = ballot.values()
        low, high = min(marks), max(marks)
        if low == high:
            for work in ballot:
                sums[work] += top * unit // 2
        else:
            step = top * unit // (high - low)
            for work, mark in ballot.items():
                sums[work] += (mark - low) * step
    return {work: Fraction(total, unit) for work, total in sums.items()}
