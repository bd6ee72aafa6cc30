"""Results, receipts, recounts, reminders, outcomes as messages: within Discord's limits, saying what they must."""

from dataclasses import replace
from fractions import Fraction
from io import BytesIO

import pytest
from PIL import Image

from bot.limits import problems
from cogs.results import chart, messages, personal, pictures, tables
from domain.episode import Outcome, Phase
from domain.surges import Surge
from services.ballot_receipts import CountedMark, ReceiptView
from services.kinds import VoteMethod, WorkState
from services.outcomes import OutcomesView, WorkMarks, WorkOutcome
from services.recounts import RecountNews
from services.reminders import DueReminder, ReminderView
from services.tallies import MeetingView, RecountView, ResultView, ResultWork, Stage
from services.unseen import UnseenView
from services.views import VoteRules, WorkRef
from services.voting import VoteEpisode
from services.watch import WatchView
from tests.support.studio import NOW

SITE = "https://gallery.example"
LONG = "*_`~|" * 20
REASON = ("<@1> *" * 100)[:500]

EPISODE = VoteEpisode(
    id=10**9, show_id=1, show_name=LONG[:80], show_slug="s", guild_id=10**18, news_channel_id=1,
    producers_channel_id=None, season=99, number=999, title=LONG, phase=Phase.VOTING, votes_until=NOW,
    by_points=True, draw_commitment="c" * 64, rules=VoteRules(VoteMethod.SCORE, max_score=5, seats=12),
)  # fmt: skip
OVER = replace(EPISODE, phase=Phase.CUTTING)


def by(method: VoteMethod) -> VoteEpisode:
    return replace(OVER, rules=VoteRules(method, max_score=5, seats=12))


def ref(number: int) -> WorkRef:
    return WorkRef(10**9 + number, number, LONG, LONG, WorkState.IN)


def line(n: int) -> ResultWork:
    return ResultWork(
        work=ref(n), place=n, votes=100, mean=Fraction(500 - n, 100), corrected=Fraction(400 - n, 100),
        low=Fraction(1), high=Fraction(5), total=Fraction(100), shown=150, chosen=n <= 12, drawn=n > 10,
    )  # fmt: skip


def again(number: int) -> RecountView:
    return RecountView(number, REASON, 50, 0, "a" * 64, "b" * 64, 10**18, NOW)


def result(count: int = 400, **changes) -> ResultView:
    view = ResultView(
        episode=OVER, ballots=1234, jury=5, works=tuple(line(n) for n in range(1, count + 1)),
        ties=(tuple(range(11, 200)),), top=5, meetings=(), stages=(), quota=None, seed="s" * 32, root="e" * 64,
        digest="d" * 64, counted_at=NOW, recounts=(),
    )  # fmt: skip
    return replace(view, **changes)


MEETINGS = tuple(MeetingView(a, b, 1000 + a, 1000 + b) for a in range(1, 8) for b in range(a + 1, 8))
STAGES = tuple(
    Stage("out" if n % 3 else "seated", (n,), {m: Fraction(100 * m, 7) for m in range(n, 40)}, (n, n + 1))
    for n in range(1, 30)
)
RESULTS = {
    VoteMethod.APPROVAL: result(episode=by(VoteMethod.APPROVAL), top=1234),
    VoteMethod.SCORE: result(),
    VoteMethod.STAR: result(episode=by(VoteMethod.STAR), meetings=MEETINGS, top=6170),
    VoteMethod.SCHULZE: result(episode=by(VoteMethod.SCHULZE), meetings=MEETINGS, top=399),
    VoteMethod.STV: result(episode=by(VoteMethod.STV), stages=STAGES, quota=Fraction(95)),
}
RECEIPT = ReceiptView(
    1,
    LONG,
    True,
    None,
    "f" * 32,
    7,
    False,
    tuple(CountedMark(n, LONG, {LONG[:40]: 5}) for n in range(99)),
    "e" * 64,
    {"kind": "inclusion"},
)
WATCH = WatchView(OVER, Surge(10**5, 10**4, 999), (9,) * 99, (("a" * 32,) * 99,) * 99, ("b" * 32,) * 99)
OUTCOMES = OutcomesView(
    OVER, "https://example.com/out",
    tuple(
        WorkOutcome(ref(n), list(Outcome)[n % 3], REASON, tuple(map(ref, range(20))), tuple(map(ref, range(9, 30))))
        for n in range(60)
    ),
    counted=True,
)  # fmt: skip
UNSEEN = UnseenView(EPISODE, tuple(map(ref, range(50))))
ALL = {
    **{f"results by {how}": messages.results(view, b"png", b"png", SITE) for how, view in RESULTS.items()},
    "results, none voted": messages.results(result(ballots=0, ties=()), None, None, SITE),
    "results, counted five times": messages.results(result(recounts=tuple(map(again, range(5)))), b"", None, SITE),
    "nobody voted": messages.nobody_voted(result()),
    "recount": messages.recount(
        RecountNews(result(recounts=(again(1),)), again(1), "e" * 64, tuple(range(99)), tuple(range(99))), SITE
    ),
    "receipt": messages.receipt(RECEIPT, SITE),
    "receipt, struck": messages.receipt(replace(RECEIPT, counted=False, struck=REASON, marks=(), proof=None), SITE),
    "receipt, none": messages.receipt(replace(RECEIPT, counted=False, id="", marks=(), proof=None), SITE),
    "no ballot": messages.no_ballot(10**18),
    "watch": messages.watch(WATCH),
    "watch, during the vote": messages.watch(replace(WATCH, episode=EPISODE, alike_ids=(), new_ids=())),
    "watch, nothing": messages.watch(WatchView(OVER, Surge(9, 0, 0), (), (), ())),
    "reminder set": messages.reminder_set(ReminderView(EPISODE, NOW)),
    "no reminder": messages.reminder_set(ReminderView(EPISODE, None)),
    "reminder": personal.reminder(DueReminder(EPISODE, 3, 400, 10**18), in_public=False),
    "reminder, public": personal.reminder(DueReminder(EPISODE, 400, 400, None), in_public=True),
    "unseen": personal.unseen(UNSEEN, SITE, in_public=False),
    "outcomes": personal.outcomes(OUTCOMES, SITE, in_public=False),
    "outcomes, public": personal.outcomes(OUTCOMES, SITE, in_public=True),
    "marks": personal.marks([WorkMarks(line(n), 400, dict.fromkeys(range(11), 10**n)) for n in range(30)], result()),
}


@pytest.mark.parametrize("name", ALL)
def test_it_stays_within_what_discord_takes(name: str) -> None:
    message = ALL[name]
    assert message is not None
    assert problems(message) == []
    for item in message.view.walk_children() if message.view else ():
        assert len(getattr(item, "label", None) or "") <= 80
        assert len(getattr(item, "custom_id", None) or "") <= 100


def words(message) -> str:
    items = message.view.walk_children()
    return "\n".join(getattr(item, "content", None) or getattr(item, "label", None) or "" for item in items)


def test_the_result_names_the_tie_and_how_to_check_the_draw() -> None:
    said = words(messages.results(result(13, ties=((11, 12, 13),)), b"png", None, SITE))
    assert "#11, #12 and #13 came out equal" in said
    assert "The draw chose #11 and #12." in said
    assert "s" * 32 in said
    assert "e" * 64 in said, "the root is announced"


@pytest.mark.parametrize(
    ("method", "part"),
    [
        (VoteMethod.APPROVAL, "4.99** approvals of 150 who saw it"),
        (VoteMethod.SCORE, "**4.99** (1.0 to 5.0) · 100 marks from 150 who saw it"),
        (VoteMethod.STAR, "#1 before #2: 1001 to 1002 ballots"),
        (VoteMethod.SCHULZE, "ahead of **4.99** of 399 · ranked by 100"),
        (VoteMethod.STV, "**5.71** votes in round 2, out"),
    ],
)
def test_each_method_has_its_own_words(method: VoteMethod, part: str) -> None:
    view = replace(RESULTS[method], works=tuple(line(n) for n in range(1, 401)), ties=())
    if method is VoteMethod.STV:
        view = replace(view, works=tuple(line(n) for n in range(1, 12)))
        view = replace(view, stages=(STAGES[2], replace(STAGES[0], works=(2,), votes={2: Fraction(40, 7)})))
    assert part in words(messages.results(view, None, None, SITE))


def test_during_the_vote_producers_see_counts_and_no_ballot() -> None:
    said = words(messages.watch(replace(WATCH, episode=replace(EPISODE, title="Rain"), alike_ids=(), new_ids=())))
    assert "`" not in said.replace("`/result watch`", "")
    assert "Strike" not in said
    assert "Strike" in words(messages.watch(WATCH))
    assert "Strike" not in words(messages.watch(replace(WATCH, episode=replace(EPISODE, phase=Phase.RELEASED))))


def one(outcome: Outcome, **changes) -> OutcomesView:
    work = replace(WorkOutcome(WorkRef(1, 12, "Dawn", "Mira", WorkState.IN), outcome, "", (), ()), **changes)
    return replace(OUTCOMES, lines=(work,))


def test_a_work_that_is_not_in_is_told_kindly_and_to_its_artist_alone() -> None:
    view = one(Outcome.NOT_USED, used_in=(WorkRef(2, 31, "Dusk", "Jo", WorkState.IN),))
    said = words(personal.outcomes(view, SITE, in_public=False))
    assert "is not in this one. #31 Dusk was made from it." in said
    assert "stays yours" in said
    public = words(personal.outcomes(view, SITE, in_public=True))
    assert "Thank you" in public
    assert "not in" not in public


def test_an_influence_is_told_what_came_out_of_it() -> None:
    led = (WorkRef(2, 31, "Dusk", "Jo", WorkState.IN), WorkRef(3, 40, "Noon", "Jo", WorkState.IN))
    said = words(personal.outcomes(one(Outcome.INFLUENCE, led_to=led), SITE, in_public=False))
    assert "You are behind it" in said
    assert "#31 Dusk and #40 Noon in the cut came out of it" in said


def test_a_reminder_in_the_channel_says_nothing_of_what_somebody_did() -> None:
    assert "3 of 400 works still have none" in words(ALL["reminder"])
    assert "400" not in words(ALL["reminder, public"])


def test_hidden_artists_are_not_named_by_what_their_works_lack() -> None:
    hidden = replace(EPISODE, rules=replace(EPISODE.rules, hide_artists=True))
    assert personal.unseen(replace(UNSEEN, episode=hidden), SITE, in_public=True) is None
    assert personal.unseen(replace(UNSEEN, episode=hidden), SITE, in_public=False) is not None


def size_of(png: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(png)) as picture:
        picture.load()
        return picture.size


def test_the_chart_has_a_row_for_each_of_the_best() -> None:
    heights = [size_of(pictures.chart_of(result(count)))[1] for count in (1, 2, 12, 400)]
    assert heights[1] - heights[0] == (heights[2] - heights[0]) / 11
    assert heights[2] == heights[3]


@pytest.mark.parametrize("method", VoteMethod)
def test_every_method_has_its_pictures(method: VoteMethod) -> None:
    view = RESULTS[method]
    assert size_of(pictures.chart_of(view))[0] == 900
    table = pictures.table_of(view)
    rows = {VoteMethod.STAR: 7, VoteMethod.SCHULZE: 7, VoteMethod.STV: 12}.get(method)
    assert (size_of(table)[1] if table else None) == (126 + 56 * rows + 52 if rows else None)


def test_a_longer_bar_is_a_better_work() -> None:
    def violet(mean: Fraction) -> int:
        bar = chart.Bar("#1", "by", mean, mean, mean, "", "", chosen=True)
        with Image.open(BytesIO(chart.draw("", [bar], top=5, footer=""))) as picture:
            counts = picture.convert("RGB").getcolors(100_000) or []
        return sum(count for count, (red, green, blue) in counts if blue > 200 and red < 190 and green < 140)

    assert 0 < violet(Fraction(1)) < violet(Fraction(3)) < violet(Fraction(5))


@pytest.mark.parametrize("title", ["", "🌙", "雨の夜", "\u202eabc", "a" * 100, "नमस्ते"])
def test_no_title_stops_a_picture(title: str) -> None:
    bar = chart.Bar(title, title, Fraction(3), Fraction(2), Fraction(4), "3.00", "1 mark", chosen=False)
    assert size_of(chart.draw(title, [bar], top=5, footer=title))[0] == 900
    row = tables.Row(title, title, [tables.Cell(title, title)])
    assert size_of(tables.draw(title, [title], [row], footer=title))[0] == 900
