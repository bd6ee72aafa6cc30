"""STV: single transferable vote for several seats, in exact fractions."""

from typing import Final

from domain.voting.election import TallyResult, WorkNumbers, seat
from domain.voting.marks import rank
from domain.voting.poll import Poll
from domain.voting.transfers import Count, Papers, read_papers
from domain.voting.uncertainty import interval

_WAYS: Final = 200
_PIECES: Final = 500_000
"""Draws are tried out in at most this many ways, and over at most so many rankings and votes in all: some seconds."""


def tally_stv(poll: Poll) -> TallyResult:
    """Fill the seats by quota, surpluses and elimination; ties that decide are drawn by the election's seed.

    The quota is Droop's: floor(votes / (seats + 1)) + 1, the votes being the ballots that rank a work. A vote, or a
    part of one, always lies with the works left (neither seated nor out) that its ballot ranks best; several of
    equal rank have equal parts of it. In each step

    1. if no more works are left than seats, they are all seated;
    2. else all works that have reached the quota are seated together, and their surpluses move on: each vote there
       keeps (votes - quota) / votes of its value (weighted inclusive Gregory);
    3. else the works without any vote are out together; if there are none, the one with the fewest votes is out. Of
       equals, the one that had fewer the last time they differed; if they never did, the one of the highest lot.

    The order: seated works by step and votes, then those left, then those out, the last first. `winners` are the works
    that are seated whichever way the draws go, and `ties` those that one way seats and another does not. Where there
    are too many ways to try, winners are those seated before the first draw, and ties all that was drawn among.
    """
    papers = read_papers(poll)
    count = Count(papers)
    count.run()
    order = _order(count)
    winners, ties = _sure(papers, count)
    scores = count.scores | count.votes_left()
    effective = poll.effective() if len(poll.sides) > 1 else papers.cast
    numbers = {
        work: WorkNumbers(
            sum(side.columns.marked(place) for side in poll.sides),
            scores[work],
            *interval(scores[work], effective, int(papers.cast)),
        )
        for place, work in enumerate(poll.rules.works)
    }
    return TallyResult(order, winners, ties, scores, numbers, tuple(count.stages), papers.quota)


def _order(count: Count) -> tuple[tuple[str, ...], ...]:
    return (*count.seated, *rank(count.votes_left()), *reversed(count.out))


def _sure(papers: Papers, count: Count) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The works seated without any draw, in order, and the groups that draws decide among."""
    order, seats = _order(count), papers.rules.seats
    winners, ties = seat(order, seats)
    if not count.draws:
        return winners, ties
    ways = _all_ways(papers, count)
    if ways is None:
        first = next(number for number, stage in enumerate(count.stages) if stage.drawn)
        sure = {work for stage in count.stages[:first] if stage.kind != "out" for work in stage.works}
        drawn = {work for stage in count.stages for work in stage.drawn} | {work for group in ties for work in group}
        ties = (tuple(sorted(drawn - sure)),)
    else:
        results = [seat(_order(way), seats) for way in ways]
        sure = set.intersection(*(set(seated) for seated, _ in results))
        possible = {work for seated, tied in results for group in (seated, *tied) for work in group}
        ties = (tuple(sorted(possible - sure)),) if possible != sure else ()
    return tuple(work for group in order for work in group if work in sure), ties


def _all_ways(papers: Papers, count: Count) -> list[Count] | None:
    """The count in every way that its draws can go, or None when there are too many to try."""
    ways, waiting = [count], _others(count, 0)
    pieces = len(papers.rankings) + len(count.stages) * len(papers.rules.works)
    while waiting:
        if len(ways) >= _WAYS or len(ways) * pieces >= _PIECES:
            return None
        choices = waiting.pop()
        way = Count(papers, choices)
        way.run()
        ways.append(way)
        waiting += _others(way, len(choices))
    return ways


def _others(count: Count, known: int) -> list[list[int]]:
    """What else could have been picked in the draws after the first `known`."""
    return [
        [*count.picked[:number], work]
        for number in range(known, len(count.draws))
        for work in count.draws[number]
        if work != count.picked[number]
    ]
