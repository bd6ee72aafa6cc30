"""Approval: the number of ballots that mark the work."""

from fractions import Fraction

from domain.voting.columns import Columns
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
        counts = [_approvals(side.columns, place) for side in poll.sides]
        score = sum((weight * count for weight, count in zip(weights, counts, strict=True)), Fraction(0))
        scores[work] = score
        numbers[work] = WorkNumbers(sum(counts), score, *interval(score, effective, electors))
    order = rank(scores)
    winners, ties = seat(order, poll.rules.seats)
    return TallyResult(order, winners, ties, scores, numbers)


def _approvals(columns: Columns, place: int) -> int:
    # Every mark is 1, kept as a byte with a single bit set; bits are counted faster than bytes.
    return int.from_bytes(columns.columns[place], "little").bit_count()
