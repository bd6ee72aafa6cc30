"""The vote's and the cut's messages: within Discord's limits however long the words, and saying what they must."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.limits import problems
from cogs.cut import messages as cut_messages
from cogs.voting import messages
from domain.episode import Outcome, Phase
from services.ballots import TurnoutView
from services.cuts import ChangeView, CutLine, CutView
from services.kinds import CutAction, VoteMethod, WorkState
from services.views import VoteRules, WorkRef
from services.voting import VoteEpisode
from tests.support.studio import NOW

SITE = "https://gallery.example"
LONG = "*_`~|" * 20
REASON = "<@1> *" * 100

EPISODE = VoteEpisode(
    id=10**9, show_id=1, show_name=LONG[:80], show_slug="s", guild_id=10**18, news_channel_id=1,
    producers_channel_id=None, season=99, number=999, title=LONG, phase=Phase.VOTING, votes_until=NOW,
    by_points=True, draw_commitment="c" * 64, rules=VoteRules(VoteMethod.SCORE, max_score=5, seats=12),
)  # fmt: skip


def ref(number: int) -> WorkRef:
    return WorkRef(10**9 + number, number, LONG, LONG, WorkState.IN)


def cut(entries: int = 426, changes: int = 50, **more) -> CutView:
    lines = tuple(
        CutLine(
            ref(n), in_cut=n % 2 == 0, by_vote=True, points=1_000_000, reason=REASON[:500], outcome=Outcome.INFLUENCE
        )
        for n in range(entries)
    )
    made = tuple(
        ChangeView(ref(n), list(CutAction)[n % 3], 1_000_000, REASON[:500], 10**18, NOW + timedelta(seconds=n))
        for n in range(changes)
    )
    return replace(CutView(replace(EPISODE, phase=Phase.CUTTING), True, 9, lines, made), **more)


TURNOUT = TurnoutView(EPISODE, 426, 10_000)
ALL = {
    "announcement": messages.announcement(TURNOUT, SITE),
    "announcement, over": messages.announcement(replace(TURNOUT, episode=replace(EPISODE, phase=Phase.CUTTING)), SITE),
    "announcement, canceled": messages.announcement(
        replace(TURNOUT, episode=replace(EPISODE, phase=Phase.CANCELED)), SITE
    ),
    "status": messages.status(TURNOUT, SITE),
    "cut": cut_messages.cut(cut(), SITE),
    "cut, empty": cut_messages.cut(cut(0, 0), SITE),
    "cut, out": cut_messages.cut(cut(episode=replace(EPISODE, phase=Phase.RELEASED)), SITE),
    "cut, changed": cut_messages.changed(cut(), "It is in.", SITE),
}


@pytest.mark.parametrize("name", ALL)
def test_it_stays_within_what_discord_takes(name: str) -> None:
    assert problems(ALL[name]) == []
    view = ALL[name].view
    assert view is not None
    for item in view.walk_children():
        for words, most in (("label", 80), ("custom_id", 100), ("placeholder", 150)):
            assert len(getattr(item, words, None) or "") <= most
        for option in getattr(item, "options", ()):
            assert 1 <= len(option.label) <= 100
            assert len(option.description) <= 100


def words(message) -> str:
    items = message.view.walk_children()
    return "\n".join(getattr(item, "content", None) or getattr(item, "label", None) or "" for item in items)


def test_the_announcement_says_how_and_until_when_and_seals_the_draw() -> None:
    said = words(ALL["announcement"])
    stamp = int(NOW.timestamp())
    for part in (
        "426 works",
        f"<t:{stamp}:R>",
        "0 to 5",
        "12 works with the best averages",
        "c" * 64,
        "Open my booth",
        "10,000 people",
    ):
        assert part in said


def test_an_announcement_of_a_vote_that_is_over_has_no_booth() -> None:
    for name in ("announcement, over", "announcement, canceled"):
        assert "Open my booth" not in words(ALL[name])


def test_the_cut_lists_changes_newest_first_with_reasons() -> None:
    changes = cut(2, 2).changes
    view = replace(cut(2), changes=(changes[0], replace(changes[1], reason="Wrong file")))
    said = words(cut_messages.cut(view, SITE))
    assert said.index("Out: ") < said.index("In: ")
    assert "Wrong file" in said
