"""The vote's and the cut's messages: within Discord's limits however long the words, and saying what they must."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from io import BytesIO

import pytest
from PIL import Image

from bot.limits import problems
from cogs.cut import messages as cut_messages
from cogs.voting import chart, messages
from cogs.voting.sayings import chart_of
from domain.episode import Outcome, Phase
from services.ballots import TurnoutView
from services.cuts import ChangeView, CutLine, CutView
from services.kinds import CutAction, VoteMethod, WorkState
from services.tallies import ResultView, ResultWork
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


def result(count: int = 400, **changes) -> ResultView:
    works = tuple(
        ResultWork(
            work=ref(n), place=n, votes=100, mean=Fraction(500 - n, 100), corrected=Fraction(500 - n, 100),
            low=Fraction(1), high=Fraction(5), total=Fraction(100), shown=150, chosen=n <= 12, drawn=n > 10,
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    view = ResultView(
        episode=replace(EPISODE, phase=Phase.CUTTING), ballots=1234, works=works,
        ties=(tuple(range(11, 200)),), top=5, seed="s" * 32, digest="d" * 64, counted_at=NOW,
    )  # fmt: skip
    return replace(view, **changes)


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
    "results": messages.results(result(), b"png", SITE),
    "results, none voted": messages.results(result(ballots=0, ties=()), None, SITE),
    "nobody voted": messages.nobody_voted(result()),
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


def test_the_result_names_the_tie_and_how_to_check_the_draw() -> None:
    said = words(messages.results(result(13, ties=((11, 12, 13),)), b"png", SITE))
    assert "#11, #12 and #13 came out equal" in said
    assert "The draw chose #11 and #12." in said
    assert "s" * 32 in said


def test_the_cut_lists_changes_newest_first_with_reasons() -> None:
    changes = cut(2, 2).changes
    view = replace(cut(2), changes=(changes[0], replace(changes[1], reason="Wrong file")))
    said = words(cut_messages.cut(view, SITE))
    assert said.index("Out: ") < said.index("In: ")
    assert "Wrong file" in said


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(png)) as picture:
        picture.load()
        return picture.size


def test_the_chart_has_a_row_for_each_of_the_best() -> None:
    heights = [size_of(chart_of(result(count)))[1] for count in (1, 2, 12, 400)]
    assert heights[1] - heights[0] == (heights[2] - heights[0]) / 11
    assert heights[2] == heights[3]


def test_a_longer_bar_is_a_better_work() -> None:
    def violet(mean: Fraction) -> int:
        bar = chart.Bar("#1", "by", mean, mean, mean, "", "", chosen=True)
        with Image.open(BytesIO(chart.draw("", [bar], top=5, footer=""))) as picture:
            counts = picture.convert("RGB").getcolors(100_000) or []
        return sum(count for count, (red, green, blue) in counts if blue > 200 and red < 190 and green < 140)

    assert 0 < violet(Fraction(1)) < violet(Fraction(3)) < violet(Fraction(5))


@pytest.mark.parametrize("title", ["", "🌙", "雨の夜", "\u202eabc", "a" * 500, "नमस्ते"])
def test_no_title_stops_the_chart(title: str) -> None:
    bar = chart.Bar(title, title, Fraction(3), Fraction(2), Fraction(4), "3.00", "1 mark", chosen=False)
    assert size_of(chart.draw(title, [bar], top=5, footer=title))[0] == 900
