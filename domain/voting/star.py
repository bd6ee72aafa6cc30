"""STAR: scores, then for every place an automatic runoff between the two highest."""

from collections.abc import Sequence
from fractions import Fraction

from domain.voting.columns import Columns, of_heights
from domain.voting.election import Election, TallyResult, WorkNumbers, seat
from domain.voting.pairs import Pairs
from domain.voting.poll import Poll
from domain.voting.rated import Rated, means_by_criterion
from domain.voting.uncertainty import interval

_MARKS = bytes([0, *range(255)])
"""From bytes of columns to marks, no mark counting 0."""


def tally_star(poll: Poll) -> TallyResult:
    """For each place in turn, compare the two works of the highest totals among those left, ballot by ballot.

    Not rated counts as 0. The one that more ballots prefer takes the place; if equally many do, the one of the higher
    total. Where more than two come into question because totals are equal, all of them are compared with one
    another and the place goes to the one that wins most of these comparisons (a draw is half a win), then to the higher
    total. Those that are equal even so share the place.
    """
    rules = poll.rules
    sides, weights = [Rated(rules, side) for side in poll.sides], poll.weights()
    pairs = Pairs([(weight, _heights(rules, side)) for weight, side in zip(weights, sides, strict=True)])
    totals = [
        sum((weight * _total(side, place) for weight, side in zip(weights, sides, strict=True)), Fraction(0))
        for place in range(len(rules.works))
    ]
    order = tuple(tuple(sorted(rules.works[place] for place in group)) for group in _places(totals, pairs))
    winners, ties = seat(order, rules.seats)
    scores = dict(zip(rules.works, totals, strict=True))
    electors, effective = poll.electors(), poll.effective()
    numbers = {
        work: WorkNumbers(
            sum(side.votes(place) for side in sides),
            totals[place],
            *interval(totals[place], effective, electors * rules.max_score),
            means_by_criterion(rules, sides, place),
        )
        for place, work in enumerate(rules.works)
    }
    return TallyResult(order, winners, ties, scores, numbers)


def _places(totals: Sequence[Fraction], pairs: Pairs) -> list[list[int]]:
    left = sorted(range(len(totals)), key=lambda work: totals[work], reverse=True)
    groups = []
    while left:
        group = _best(_finalists(left, totals), totals, pairs)
        groups.append(group)
        left = [work for work in left if work not in group]
    return groups


def _finalists(left: Sequence[int], totals: Sequence[Fraction]) -> list[int]:
    """The two of the highest totals, and whoever shares a total with the second of them."""
    least = totals[left[min(1, len(left) - 1)]]
    return [work for work in left if totals[work] >= least]


def _best(finalists: Sequence[int], totals: Sequence[Fraction], pairs: Pairs) -> list[int]:
    keys = {
        work: (sum(_half_wins(pairs, work, other) for other in finalists if other != work), totals[work])
        for work in finalists
    }
    best = max(keys.values())
    return [work for work in finalists if keys[work] == best]


def _half_wins(pairs: Pairs, work: int, other: int) -> int:
    wins, losses = pairs.between(work, other)
    return 2 if wins > losses else 1 if wins == losses else 0


def _total(side: Rated, place: int) -> Fraction:
    """What a side's ballots give a work together, a criterion without a mark counting 0."""
    sums = (scale.total(place) * weight for scale, weight in zip(side.scales, side.weights, strict=True))
    return sum(sums, Fraction(0)) / sum(side.weights)


def _heights(rules: Election, side: Rated) -> Columns:
    """Columns in which more is better: what a ballot can give to a work, all criteria together, numbered from 0 up."""
    if len(side.scales) == 1 and not rules.normalise:
        return Columns(side.cast, tuple(column.translate(_MARKS) for column in side.columns[0].columns))
    numbers: dict[int, int] = {0: 0}
    columns = []
    for place in range(len(rules.works)):
        sums = [0] * side.cast
        for scale, weight in zip(side.scales, side.weights, strict=True):
            sums = [done + worth * weight for done, worth in zip(sums, scale.worth(place), strict=True)]
        columns.append([numbers.setdefault(worth, len(numbers)) for worth in sums])
    rising = {numbers[worth]: height for height, worth in enumerate(sorted(numbers))}
    return of_heights(side.cast, [[rising[number] for number in column] for column in columns])
