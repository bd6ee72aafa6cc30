"""Counting a large vote, beside votelib."""

import math
from collections import Counter
from collections.abc import Callable
from random import Random

from tests.bench.children import in_child
from tests.bench.lines import Line, Measure, Plan, at_most
from tests.bench.timing import interleaved, median

WORKS, MARKS = 60, 10
METHODS = ("approval", "score")


def _ballots(count: int, top: int) -> list[dict[str, int]]:
    """About ten marks each, some works liked better than others."""
    rng = Random(9)
    names = [f"w{number}" for number in range(WORKS)]
    least = {name: rng.randint(0, top - 1) if top > 1 else 1 for name in names}
    return [
        {name: rng.randint(least[name], top) for name in rng.sample(names, rng.randint(5, 2 * MARKS - 5))}
        for _ in range(count)
    ]


def _prepare(method: str, count: int) -> Callable[[], str]:
    from domain.voting import Election, tally

    ballots = tuple(_ballots(count, 1 if method == "approval" else 5))
    election = Election(method, tuple(f"w{number}" for number in range(WORKS)), ballots)
    return lambda: tally(election).order[0][0]


def our_approval(count: int) -> Callable[[], str]:
    """The work that wins."""
    return _prepare("approval", count)


def our_score(count: int) -> Callable[[], str]:
    """The work that wins."""
    return _prepare("score", count)


def peer_approval(count: int) -> Callable[[], str]:
    """The work that wins by votelib's count."""
    from votelib.convert import ApprovalToSimpleVotes  # type: ignore[import-untyped]  # no types there
    from votelib.evaluate.core import Plurality  # type: ignore[import-untyped]

    votes = Counter(frozenset(ballot) for ballot in _ballots(count, 1))
    return lambda: str(Plurality().evaluate(ApprovalToSimpleVotes().convert(votes), 1)[0])


def peer_score(count: int) -> Callable[[], str]:
    """The work that wins by votelib's count: the mean of those who rated it."""
    from votelib.evaluate.cardinal import ScoreVoting  # type: ignore[import-untyped]

    votes = Counter(frozenset(ballot.items()) for ballot in _ballots(count, 5))
    return lambda: str(ScoreVoting("mean").evaluate(votes, 1)[0])


async def run(plan: Plan) -> list[Line]:
    """Each method beside votelib, then beside itself at a tenth."""
    count = plan.some(100_000, 2_000)
    lines = []
    for method, mine, theirs in (("approval", our_approval, peer_approval), ("score", our_score, peer_score)):
        lines += await _method(plan, count, method, mine, theirs)
    return lines


async def _method(
    plan: Plan,
    count: int,
    method: str,
    mine: Callable[[int], Callable[[], str]],
    theirs: Callable[[int], Callable[[], str]],
) -> list[Line]:
    found = await interleaved(
        plan.some(3, 1),
        {
            "ours": lambda: in_child(mine, count),
            "peer": lambda: in_child(theirs, count),
            "tenth": lambda: in_child(mine, count // 10),
        },
    )
    if found["ours"][0].said != found["peer"][0].said:
        raise RuntimeError(f"The two do not agree on who wins: {found['ours'][0].said}, {found['peer'][0].said}.")
    seconds = {name: median([took.seconds for took in several]) for name, several in found.items()}
    memory = median([took.megabytes for took in found["ours"]])
    what = f"{method} tally, {count:,} x {WORKS}"
    n_log_n = round(10 * math.log(count) / math.log(count / 10), 1)
    return [
        Line(what, "s", seconds["ours"], "votelib", seconds["peer"], at_most(0.2) if method == "approval" else None),
        Line(f"{what}, memory", "MB", memory, goal=at_most(200, of="ours")),
        Line(what, "s", seconds["ours"], "itself at a tenth", seconds["tenth"], at_most(n_log_n)),
    ]


MEASURE = Measure("tally", "a large vote counted", run)
