"""The JSON format of a vote, read with a sentence that names the place of whatever is malformed."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from domain.jsonread import Reader
from domain.voting.election import Criterion, Election, Stage, TallyResult

RESULTS: Final = ("order", "winners", "ties", "scores", "numbers", "drawn", "quota", "stages")
"""What a count adds to the election."""

PUBLISHED: Final = ("about", "turnout", "struck", "commitments", "root", "draw_commitment")
"""What published ballots add besides; "about" is free text and numbers about the vote."""

_DEFAULT_TOP: Final = 5


def from_json(obj: Any) -> Election:
    """Read an election from parsed JSON; a published file's results are passed over. UserError names the place.

    Whether the marks fit the method is for `tally` to say, with the place as well.
    """
    top = Reader(obj, "")
    top.constant("kind", "ballots")
    jury = top.maybe_object("jury")
    election = Election(
        method=top.text("method"),
        works=top.texts("works"),
        ballots=_ballots(top, "ballots"),
        seats=top.number("seats", 1),
        max_score=top.number("max_score", _DEFAULT_TOP),
        normalise=top.flag("normalise", False),
        few_votes=top.flag("few_votes", False),
        criteria=tuple(_criterion(item) for item in top.items("criteria", optional=True)),
        jury=_ballots(jury, "jury.ballots") if jury else (),
        jury_bp=jury.number("bp") if jury else 0,
        seed=top.text("seed", ""),
        exposure=top.numbers("exposure"),
    )
    if jury:
        jury.nothing_else(("commitments",))
    top.nothing_else((*RESULTS, *PUBLISHED))
    return election


def _criterion(reader: Reader) -> Criterion:
    criterion = Criterion(reader.text("name"), reader.number("weight"))
    reader.nothing_else()
    return criterion


def _ballots(reader: Reader, path: str) -> tuple[Mapping[str, Any], ...]:
    ballots = reader.values("ballots")
    for number, ballot in enumerate(ballots):
        if not isinstance(ballot, dict):
            # As everywhere, a Reader says what is wrong with something that is no object.
            Reader(ballot, f"{path}[{number}]")
    return tuple(ballots)


def to_json(election: Election) -> dict[str, Any]:
    """Return the election as JSON objects; from_json reads them back to the same.

    What a vote does not use (criteria, a jury, a seed, exposure) is left out.
    """
    written: dict[str, Any] = {
        "kind": "ballots",
        "method": election.method,
        "seats": election.seats,
        "max_score": election.max_score,
        "works": list(election.works),
        "ballots": [dict(ballot) for ballot in election.ballots],
        "normalise": election.normalise,
    }
    if election.few_votes:
        written["few_votes"] = True
    if election.criteria:
        written["criteria"] = [{"name": one.name, "weight": one.weight} for one in election.criteria]
    if election.jury or election.jury_bp:
        written["jury"] = {"bp": election.jury_bp, "ballots": [dict(ballot) for ballot in election.jury]}
    if election.seed:
        written["seed"] = election.seed
    if election.exposure:
        written["exposure"] = dict(election.exposure)
    return written


def result_to_json(result: TallyResult) -> dict[str, Any]:
    """Return the result as JSON objects; scores are exact: whole numbers, or texts like "11/3"."""
    written: dict[str, Any] = {
        "order": [list(group) for group in result.order],
        "winners": list(result.winners),
        "ties": [list(group) for group in result.ties],
        "scores": exact_all(result.scores),
    }
    if result.quota is not None:
        written |= {"quota": exact(result.quota), "stages": [_stage(stage) for stage in result.stages]}
    return written


def _stage(stage: Stage) -> dict[str, Any]:
    written = {"kind": stage.kind, "works": list(stage.works), "votes": exact_all(stage.votes)}
    return written | ({"drawn": list(stage.drawn)} if stage.drawn else {})


def exact_all(numbers: Mapping[str, Fraction]) -> dict[str, int | str]:
    """Return numbers by name, exact and sorted by name."""
    return {work: exact(number) for work, number in sorted(numbers.items())}


def exact(number: Fraction) -> int | str:
    """Return the number as JSON can hold it without a loss: a whole number, or a text like "11/3"."""
    return number.numerator if number.denominator == 1 else f"{number.numerator}/{number.denominator}"
