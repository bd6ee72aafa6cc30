"""Counting votes: exact, deterministic, every tie returned, draws made apart."""

from domain.voting.draw import break_ties
from domain.voting.election import Election, TallyResult, WorkNumbers
from domain.voting.tally import METHODS, tally

__all__ = ["METHODS", "Election", "TallyResult", "WorkNumbers", "break_ties", "tally"]
