"""Ballots: the booth in which one person marks works, one at a time, and what they have marked so far.

A press is checked against what is known of the vote (hall.py), and what it changes is written together with what
others press at the same time (writing.py). Whether the vote is still on is checked once more where it is written, so a
mark that was acknowledged is in the count, however close to the end it came.
"""

from services.ballots.own import ballot_of, find_vote, my_ballot, status, suggest_works, vote_view
from services.ballots.presses import MOVES, all_works, back, mark, move, open_booth, pick, show_work, skip
from services.ballots.views import BallotView, BoothLine, BoothView, Pick, TurnoutView, WorksView

__all__ = [
    "MOVES", "BallotView", "BoothLine", "BoothView", "Pick", "TurnoutView", "WorksView", "all_works", "back",
    "ballot_of", "find_vote", "mark", "move", "my_ballot", "open_booth", "pick", "show_work", "skip", "status",
    "suggest_works", "vote_view",
]  # fmt: skip
