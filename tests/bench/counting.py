"""Counting a large vote, beside votelib and abcvoting, each from what it holds its ballots in."""

import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from tests.bench.children import Took, in_child
from tests.bench.lines import Goal, Line, Measure, Plan, at_most
from tests.bench.timing import interleaved, median

WORKS, MARKS, TOP, SEATS = 60, 10, 5, 5
NAMES = tuple(f"w{number}" for number in range(WORKS))
FEW = NAMES[:12]


def _ballots(count: int, top: int) -> list[dict[str, int]]:
    """About ten marks each, some works liked better than others. Nobody gives a 0, which votelib takes for a mark."""
    rng = Random(9)
    least = {name: rng.randint(1, top - 1) if top > 1 else 1 for name in NAMES}
    return [
        {name: rng.randint(least[name], top) for name in rng.sample(NAMES, rng.randint(5, 2 * MARKS - 5))}
        for _ in range(count)
    ]


def _rankings(count: int) -> list[tuple[str, ...]]:
    """The same ballots as rankings, equal marks in any order."""
    rng = Random(10)
    found = []
    for ballot in _ballots(count, TOP):
        mixed = rng.sample(list(ballot), len(ballot))
        found.append(tuple(sorted(mixed, key=ballot.__getitem__, reverse=True)))
    return found


def _complete(count: int) -> list[tuple[str, ...]]:
    """Rankings of a few works, all on every ballot: only then does votelib transfer votes by the same rule."""
    rng = Random(11)
    liked = {name: rng.uniform(0.5, 1) for name in FEW}
    return [tuple(sorted(FEW, key=lambda name: rng.random() * liked[name])) for _ in range(count)]


def _cast(method: str, count: int) -> tuple[dict[str, int], ...]:
    if method in ("schulze", "stv"):
        rankings = _rankings(count) if method == "schulze" else _complete(count)
        return tuple({work: rank for rank, work in enumerate(ranking, start=1)} for ranking in rankings)
    return tuple(_ballots(count, 1 if method == "approval" else TOP))


def _ours(method: str, count: int, *, objects: bool = False) -> Callable[[], list[str]]:
    """The works seated: from columns, which the ballots are held in, or from an object of marks for each ballot."""
    from domain.voting import Election, tally
    from domain.voting.poll import compact
    from domain.voting.tally import count as count_poll

    works, seats = (FEW, SEATS) if method == "stv" else (NAMES, 1)
    election = Election(method, works, _cast(method, count), seats=seats)
    if objects:
        return lambda: sorted(tally(election).winners)
    poll = compact(election)
    return lambda: sorted(count_poll(poll).winners)


def ours(method: int, count: int) -> Callable[[], list[str]]:
    """The works seated, from columns; the method by its place in METHODS."""
    return _ours(METHODS[method], count)


def from_objects(method: int, count: int) -> Callable[[], list[str]]:
    """The works seated, from objects as a file has them."""
    return _ours(METHODS[method], count, objects=True)


def votelib_approval(count: int) -> Callable[[], list[str]]:
    """The work that wins by votelib's count."""
    from votelib.convert import ApprovalToSimpleVotes  # type: ignore[import-untyped]  # no types there
    from votelib.evaluate.core import Plurality  # type: ignore[import-untyped]

    votes = Counter(frozenset(ballot) for ballot in _ballots(count, 1))
    return lambda: _names(Plurality().evaluate(ApprovalToSimpleVotes().convert(votes), 1))


def votelib_score(count: int) -> Callable[[], list[str]]:
    """The work that wins by votelib's count: the mean of those who rated it."""
    from votelib.evaluate.cardinal import ScoreVoting  # type: ignore[import-untyped]

    votes = Counter(frozenset(ballot.items()) for ballot in _ballots(count, TOP))
    return lambda: _names(ScoreVoting("mean").evaluate(votes, 1))


def votelib_star(count: int) -> Callable[[], list[str]]:
    """The work that wins by votelib's count; what is not rated is below what is, as with marks above 0 it is here."""
    from votelib.evaluate.cardinal import STAR

    votes = Counter(frozenset(ballot.items()) for ballot in _ballots(count, TOP))
    return lambda: _names(STAR().evaluate(votes, 1))


def votelib_schulze(count: int) -> Callable[[], list[str]]:
    """The work that wins by votelib's count."""
    from votelib.convert import RankedToCondorcetVotes
    from votelib.evaluate.condorcet import Schulze  # type: ignore[import-untyped]

    votes = Counter(_rankings(count))
    return lambda: _names(Schulze().evaluate(RankedToCondorcetVotes().convert(votes), 1))


def votelib_stv(count: int) -> Callable[[], list[str]]:
    """The works seated by votelib's count."""
    from votelib.evaluate.sequential import TransferableVoteSelector  # type: ignore[import-untyped]

    votes = {ranking: Fraction(times) for ranking, times in Counter(_complete(count)).items()}
    return lambda: _names(TransferableVoteSelector(transferer="Gregory").evaluate(votes, SEATS))


def abcvoting_approval(count: int) -> Callable[[], list[str]]:
    """The work that wins by abcvoting's count."""
    from abcvoting import abcrules  # type: ignore[import-untyped]
    from abcvoting.preferences import Profile  # type: ignore[import-untyped]

    profile = Profile(WORKS)
    profile.add_voters([{NAMES.index(work) for work in ballot} for ballot in _ballots(count, 1)])
    return lambda: [NAMES[work] for work in abcrules.compute_av(profile, 1, resolute=False)[0]]


def _names(elected: list[Any]) -> list[str]:
    return sorted(map(str, elected))


METHODS = ("approval", "score", "star", "schulze", "stv")
PEERS: dict[str, tuple[tuple[str, Callable[[int], Callable[[], list[str]]], Goal | None], ...]] = {
    "approval": (("votelib", votelib_approval, at_most(0.2)), ("abcvoting", abcvoting_approval, None)),
    "score": (("votelib", votelib_score, None),),
    "star": (("votelib", votelib_star, at_most(0.01)),),
    "schulze": (("votelib", votelib_schulze, at_most(0.05)),),
    "stv": (("votelib", votelib_stv, None),),
}
_SLOW = frozenset({"star", "schulze", "stv"})
"""Where the peer takes ten seconds and more at full size."""

_QUICK = frozenset({"approval", "schulze"})
"""Enough to see that it works."""


async def run(plan: Plan) -> list[Line]:
    """Each method beside its peers and beside itself at a tenth."""
    lines = []
    for number, method in enumerate(METHODS):
        if plan.quick and method not in _QUICK:
            continue
        usual = 100_000 if plan.full or method not in _SLOW else 20_000
        lines += await _method(plan, number, plan.some(usual, 2_000))
    return lines


async def _method(plan: Plan, number: int, count: int) -> list[Line]:
    method = METHODS[number]
    found = await interleaved(
        plan.some(3, 1),
        {
            "ours": lambda: in_child(ours, number, count),
            "objects": lambda: in_child(from_objects, number, count),
            "tenth": lambda: in_child(ours, number, count // 10),
            **{peer: _child(function, count) for peer, function, _ in PEERS[method]},
        },
    )
    for peer, _, _ in PEERS[method]:
        if found["ours"][0].said != found[peer][0].said:
            raise RuntimeError(f"Not agreed by {method}: {found['ours'][0].said}, {peer}: {found[peer][0].said}.")
    seconds = {name: median([took.seconds for took in several]) for name, several in found.items()}
    what, first = f"{method} tally, {count:,} x {len(FEW) if method == 'stv' else WORKS}", PEERS[method][0][0]
    n_log_n = round(10 * math.log(count) / math.log(count / 10), 1)
    return [
        *(Line(what, "s", seconds["ours"], peer, seconds[peer], goal) for peer, _, goal in PEERS[method]),
        Line(f"{what}, from JSON objects", "s", seconds["objects"], first, seconds[first]),
        Line(f"{what}, memory", "MB", _memory(found["ours"]), first, _memory(found[first]), at_most(200, of="ours")),
        Line(f"{what}, from JSON objects, memory", "MB", _memory(found["objects"]), goal=at_most(200, of="ours")),
        Line(what, "s", seconds["ours"], "itself at a tenth", seconds["tenth"], at_most(n_log_n)),
    ]


def _child(function: Callable[[int], Callable[[], list[str]]], count: int) -> Callable[[], Any]:
    return lambda: in_child(function, count)


def _memory(several: list[Took]) -> float:
    return median([took.megabytes for took in several])


MEASURE = Measure("tally", "a large vote counted", run)
