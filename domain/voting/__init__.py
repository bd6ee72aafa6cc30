"""Counting votes: exact, deterministic, every tie returned, draws made apart."""

from domain.voting.draw import break_ties
from domain.voting.election import Criterion, Election, Stage, TallyResult, WorkNumbers
from domain.voting.format import from_json, result_to_json, to_json
from domain.voting.publication import Found, Struck, find_ballot, inclusion, publish
from domain.voting.report import report, report_of
from domain.voting.score import correct_few_votes, median_votes
from domain.voting.tally import METHODS, tally
from domain.voting.uncertainty import few_votes_correction, few_votes_square, interval
from domain.voting.verification import Verdict, check_inclusion, verify

__all__ = [
    "METHODS",
    "Criterion",
    "Election",
    "Found",
    "Stage",
    "Struck",
    "TallyResult",
    "Verdict",
    "WorkNumbers",
    "break_ties",
    "check_inclusion",
    "correct_few_votes",
    "few_votes_correction",
    "few_votes_square",
    "find_ballot",
    "from_json",
    "inclusion",
    "interval",
    "median_votes",
    "publish",
    "report",
    "report_of",
    "result_to_json",
    "tally",
    "to_json",
    "verify",
]
