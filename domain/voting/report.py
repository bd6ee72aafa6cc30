"""A count as JSON, with everything there is to show of it: what is printed, published and checked."""

from typing import Any

from domain.voting.draw import break_ties
from domain.voting.election import Election, TallyResult
from domain.voting.format import exact, exact_all, result_to_json
from domain.voting.score import median_votes
from domain.voting.tally import tally
from domain.voting.uncertainty import few_votes_correction


def report(election: Election) -> dict[str, Any]:
    """Count the election and return its result with each work's numbers and what the draw decided.

    `drawn` are the works that owe their seat to the draw, best first; without a seed nothing is drawn. UserError
    with the place when the election is malformed.
    """
    return report_of(election, tally(election))


def report_of(election: Election, result: TallyResult) -> dict[str, Any]:
    """Return what `report` does, of a result that is there already."""
    drawn = break_ties(result, election.seats, election.seed) if election.seed or result.stages else result.winners
    return {
        **result_to_json(result),
        "numbers": _numbers(election, result),
        "drawn": [work for work in drawn if work not in result.winners],
    }


def _numbers(election: Election, result: TallyResult) -> dict[str, Any]:
    middle = median_votes(result)
    written: dict[str, Any] = {}
    for work, numbers in sorted(result.numbers.items()):
        one: dict[str, Any] = {
            "votes": numbers.votes,
            "total": exact(numbers.total),
            "low": exact(numbers.low),
            "high": exact(numbers.high),
        }
        if election.method == "score":
            one["corrected"] = exact(few_votes_correction(result.scores[work], numbers.votes, middle))
        if election.criteria:
            one["criteria"] = exact_all(numbers.criteria)
        if work in election.exposure:
            one["exposure"] = election.exposure[work]
        written[work] = one
    return written
