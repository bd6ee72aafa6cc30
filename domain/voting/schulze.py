"""Schulze: the strongest paths of pairwise wins, by winning votes."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from domain.voting.election import TallyResult, WorkNumbers, seat
from domain.voting.pairs import Pairs
from domain.voting.poll import Poll

Votes = Fraction | int

_SURE: Final = Fraction(196, 100) ** 2
"""The square of what a normal distribution leaves out two times in forty on each side."""


def tally_schulze(poll: Poll) -> TallyResult:
    """Order the works by strongest paths; equal ranks are no preference, works without a rank are last.

    A path is as strong as its weakest win, and a win as strong as the ballots that make it. A work beats another when
    its strongest path there is stronger than the one back. For each place in turn, those works take it that no
    other work left beats; several share it. The score is how many works a work beats.
    """
    works = poll.rules.works
    pairs = Pairs([(weight, side.columns) for weight, side in zip(poll.weights(), poll.sides, strict=True)])
    matrix = _matrix(pairs, len(works))
    beats = _beats(strongest_paths(matrix))
    order = tuple(tuple(sorted(works[place] for place in group)) for group in _places(beats))
    winners, ties = seat(order, poll.rules.seats)
    scores = {work: Fraction(beats[place].bit_count()) for place, work in enumerate(works)}
    # What a single ballot weighs at most: with a jury, a lead rests on fewer voices than its weight says.
    heaviest = max(poll.weights(), default=Fraction(1))
    numbers = {}
    for place, work in enumerate(works):
        sure = [_surely(matrix[place][other], matrix[other][place], heaviest) for other in range(len(works))]
        low, high = sure.count(1), len(works) - 1 - sure.count(-1)
        votes = sum(side.columns.marked(place) for side in poll.sides)
        score = scores[work]
        numbers[work] = WorkNumbers(votes, score, min(score, Fraction(low)), max(score, Fraction(high)))
    return TallyResult(order, winners, ties, scores, numbers)


def _matrix(pairs: Pairs, works: int) -> list[list[Votes]]:
    matrix: list[list[Votes]] = [[0] * works for _ in range(works)]
    for one in range(works):
        for other in range(one):
            matrix[one][other], matrix[other][one] = pairs.between(one, other)
    return matrix


def strongest_paths(matrix: Sequence[Sequence[Votes]]) -> list[list[Votes]]:
    """Return how strong the strongest path from each work to each other is; 0 where there is none.

    Wins are taken in from the strongest down. The first one that makes a work reachable from another is the weakest
    on the strongest path between them. Who reaches whom is kept in bits, so that every pair is looked at once.
    """
    works = range(len(matrix))
    paths: list[list[Votes]] = [[0] * len(matrix) for _ in works]
    reached = [1 << work for work in works]
    reaching = [1 << work for work in works]
    wins = [(matrix[a][b], a, b) for a in works for b in works if matrix[a][b] > matrix[b][a]]
    for strength, winner, loser in sorted(wins, key=lambda win: win[0], reverse=True):
        for start in _bits(reaching[winner] & ~reaching[loser]):
            new = reached[loser] & ~reached[start]
            reached[start] |= new
            for end in _bits(new):
                reaching[end] |= 1 << start
                paths[start][end] = strength
    return paths


def _bits(whole: int) -> list[int]:
    found = []
    while whole:
        lowest = whole & -whole
        found.append(lowest.bit_length() - 1)
        whole ^= lowest
    return found


def _beats(paths: Sequence[Sequence[Votes]]) -> list[int]:
    """For each work, bits for those that it beats."""
    works = range(len(paths))
    return [sum(1 << other for other in works if paths[work][other] > paths[other][work]) for work in works]


def _places(beats: Sequence[int]) -> list[list[int]]:
    left = list(range(len(beats)))
    groups = []
    while left:
        beaten = 0
        for work in left:
            beaten |= beats[work]
        # Who beats whom has no circles, so somebody is always unbeaten.
        groups.append([work for work in left if not beaten >> work & 1])
        left = [work for work in left if beaten >> work & 1]
    return groups


def _surely(wins: Votes, losses: Votes, heaviest: Fraction) -> int:
    """1 or -1 when the lead is too large for chance among those who prefer one of the two; else 0."""
    lead = wins - losses
    if lead * lead <= _SURE * (wins + losses) * heaviest:
        return 0
    return 1 if lead > 0 else -1
