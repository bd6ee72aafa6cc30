"""Approval: the number of ballots that mark the work."""

from collections import Counter
from fractions import Fraction
from itertools import chain

from domain.voting.election import Election, TallyResult, WorkNumbers, seat
from domain.voting.marks import check_marks, rank
from domain.voting.uncertainty import interval


def tally_approval(election: Election) -> TallyResult:
    """Count how many ballots approve of each work; the interval is on the same scale, from 0 to all ballots."""
    check_marks(election, lowest=1, highest=1)
    counts = Counter(chain.from_iterable(election.ballots))
    scores = {work: Fraction(counts[work]) for work in election.works}
    order = rank(scores)
    winners, ties = seat(order, election.seats)
    voters = len(election.ballots)
    numbers = {work: _numbers(counts[work], voters) for work in election.works}
    return TallyResult(order, winners, ties, scores, numbers)


def _numbers(approvals: int, voters: int) -> WorkNumbers:
    mean = Fraction(approvals, voters) * voters if voters else Fraction(0)
    low, high = interval(mean, voters, voters)
    return WorkNumbers(approvals, Fraction(approvals), low, high)
