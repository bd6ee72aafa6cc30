"""Approval: the number of ballots that mark the work."""

from fractions import Fraction

from domain.voting.election import TallyResult, WorkNumbers, seat
from domain.voting.marks import rank
from domain.voting.poll import Poll
from domain.voting.uncertainty import interval


def tally_approval(poll: Poll) -> TallyResult:
    """Count how many ballots approve of each work; the interval is on the same scale, from 0 to all ballots.

    With a jury, ballots weigh what the shares make of them, and all together as many as there are.
    """
    works, electors, effective = poll.rules.works, poll.electors(), poll.effective()
    weights = poll.weights()
    scores: dict[str, Fraction] = {}
    numbers: dict[str, WorkNumbers] = {}
    for place, work in enumerate(works):
        counts = [side.columns.given(place, 1) for side in poll.sides]
        score = sum((weight * count for weight, count in zip(weights, counts, strict=True)), Fraction(0))
        scores[work] = score
        numbers[work] = WorkNumbers(sum(counts), score, *interval(score, effective, electors))
    order = rank(scores)
    winners, ties = seat(order, poll.rules.seats)
    return TallyResult(order, winners, ties, scores, numbers)
