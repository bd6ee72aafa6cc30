"""Phases: every move, what is refused in which words, and what counts as in time."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.episode import (
    EPISODE_MOVES,
    ROUND_MOVES,
    Phase,
    RoundPhase,
    check_move,
    check_round_move,
    counts_for,
    require_phase,
    snowflake_time,
)
from domain.errors import UserError

P, R = Phase, RoundPhase
LEGAL = {
    (P.PLANNED, P.OPEN),
    (P.OPEN, P.VOTING),
    (P.VOTING, P.CUTTING),
    (P.CUTTING, P.RELEASED),
    (P.PLANNED, P.CANCELED),
    (P.OPEN, P.CANCELED),
    (P.VOTING, P.CANCELED),
    (P.CUTTING, P.CANCELED),
}
LEGAL_ROUND = {(R.DRAFT, R.PROPOSED), (R.PROPOSED, R.FINAL), (R.FINAL, R.SETTLED)}


@pytest.mark.parametrize("current", P)
@pytest.mark.parametrize("to", P)
def test_every_move_of_an_episode(current, to):
    assert (to in EPISODE_MOVES[current]) == ((current, to) in LEGAL)
    if (current, to) in LEGAL:
        check_move(current, to)
    else:
        with pytest.raises(UserError, match=r"^This episode .*\.$|^Submissions .*\.$|^The vote .*\.$"):
            check_move(current, to)


@pytest.mark.parametrize("current", R)
@pytest.mark.parametrize("to", R)
def test_every_move_of_a_round(current, to):
    assert (to in ROUND_MOVES[current]) == ((current, to) in LEGAL_ROUND)
    if (current, to) in LEGAL_ROUND:
        check_round_move(current, to)
    else:
        with pytest.raises(UserError, match="payout round"):
            check_round_move(current, to)


@pytest.mark.parametrize("actual", P)
def test_a_phase_that_is_not_among_the_allowed_is_refused(actual):
    require_phase(actual, *P, doing="look")
    others = [phase for phase in P if phase != actual]
    with pytest.raises(UserError, match="You can look only"):
        require_phase(actual, *others, doing="look")


def test_refusals_say_where_the_episode_is_and_what_comes_next():
    with pytest.raises(UserError) as refused:
        require_phase(P.VOTING, P.OPEN, doing="submit a work")
    assert str(refused.value) == (
        "Submissions for this episode closed; it is in the vote now. "
        "You can submit a work only while submissions are open."
    )
    with pytest.raises(UserError) as refused:
        check_move(P.PLANNED, P.VOTING)
    assert str(refused.value) == (
        "This episode has not opened yet. It cannot go to the vote. The next step is to open for submissions."
    )


OPENS = datetime(2026, 3, 1, 18, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=7)
JUST = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("created", "grace", "counts"),
    [
        (OPENS - JUST, 0, False),
        (OPENS, 0, True),
        (CLOSES - JUST, 0, True),
        (CLOSES, 0, False),
        (CLOSES + timedelta(seconds=59), 60, True),
        (CLOSES + timedelta(seconds=60), 60, False),
        (OPENS - JUST, 3600, False),
    ],
)
def test_in_time(created, grace, counts):
    assert counts_for(created, OPENS, CLOSES, grace) is counts


def test_without_a_deadline_everything_after_the_opening_counts():
    assert counts_for(OPENS + timedelta(days=9999), OPENS, None, 0)
    assert not counts_for(OPENS - JUST, OPENS, None, 0)


def test_snowflake_time_is_what_discord_documents():
    # The example of Discord's own reference: 175928847299117063 is 2016-04-30 11:18:25.796 UTC.
    assert snowflake_time(175928847299117063) == datetime(2016, 4, 30, 11, 18, 25, 796_000, tzinfo=UTC)
    assert snowflake_time(0) == datetime(2015, 1, 1, tzinfo=UTC)
