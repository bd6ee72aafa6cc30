"""The JSON format of a vote, read with a sentence that names the place of whatever is malformed."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from domain.jsonread import Reader
from domain.voting.election import Election, TallyResult

_RESULTS: Final = frozenset({"order", "winners", "ties", "scores", "numbers", "about", "commitments", "root"})
"""What published ballots add to the election; "about" is free text and numbers about the vote."""

_DEFAULT_TOP: Final = 5


def from_json(obj: Any) -> Election:
    """Read an election from parsed JSON; a published file's results are passed over. UserError names the place.

    Whether the marks fit the method is for `tally` to say, with the place as well.
    """
    top = Reader(obj, "")
    top.constant("kind", "ballots")
    election = Election(
        method=top.text("method"),
        works=tuple(_text(top, "works", number, work) for number, work in enumerate(top.values("works"))),
        ballots=tuple(_ballot(top, number, ballot) for number, ballot in enumerate(top.values("ballots"))),
        seats=top.number("seats", 1),
        max_score=top.number("max_score", _DEFAULT_TOP),
        normalise=top.flag("normalise", False),
    )
    top.nothing_else(_RESULTS)
    return election


def _text(top: Reader, key: str, number: int, value: Any) -> str:
    if not isinstance(value, str):
        top.fail(f"must be a text, not {str(value)[:40]}", f"{key}[{number}]")
    return value


def _ballot(top: Reader, number: int, ballot: Any) -> Mapping[str, int]:
    if not isinstance(ballot, dict):
        top.fail(f"must be an object of marks by work, not {str(ballot)[:40]}", f"ballots[{number}]")
    return ballot


def to_json(election: Election) -> dict[str, Any]:
    """Return the election as JSON objects; from_json reads them back to the same."""
    return {
        "kind": "ballots",
        "method": election.method,
        "seats": election.seats,
        "max_score": election.max_score,
        "works": list(election.works),
        "ballots": [dict(ballot) for ballot in election.ballots],
        "normalise": election.normalise,
    }


def result_to_json(result: TallyResult) -> dict[str, Any]:
    """Return the result as JSON objects; scores are exact: whole numbers, or texts like "11/3"."""
    return {
        "order": [list(group) for group in result.order],
        "winners": list(result.winners),
        "ties": [list(group) for group in result.ties],
        "scores": {work: _exact(score) for work, score in sorted(result.scores.items())},
    }


def _exact(score: Fraction) -> int | str:
    return score.numerator if score.denominator == 1 else f"{score.numerator}/{score.denominator}"
