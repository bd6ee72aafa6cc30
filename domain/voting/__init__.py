"""Counting votes: exact, deterministic, every tie returned, draws made apart."""

from domain.voting.draw import break_ties
from domain.voting.election import Election, TallyResult, WorkNumbers
from domain.voting.format import from_json, result_to_json, to_json
from domain.voting.score import correct_few_votes, median_votes
from domain.voting.tally import METHODS, tally
from domain.voting.uncertainty import few_votes_correction, few_votes_square, interval

__all__ = [
    "METHODS",
    "Election",
    "TallyResult",
    "WorkNumbers",
    "break_ties",
    "correct_few_votes",
    "few_votes_correction",
    "few_votes_square",
    "from_json",
    "interval",
    "median_votes",
    "result_to_json",
    "tally",
    "to_json",
]
