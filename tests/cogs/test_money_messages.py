"""Money's messages: within Discord's limits however many artists and however long the words, and saying what is so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.limits import problems
from bot.sending import mentioning
from cogs.common.outgoing import Outgoing
from cogs.funds import messages as fund_messages
from cogs.paying.earnings import earnings
from cogs.payouts import messages, shares
from domain.episode import RoundPhase
from domain.money import Money, currency
from services.funds import FundLine, FundsView
from services.kinds import AllocationState, ConcernKind, ConcernState, FundKind, Weights, WorkState
from services.payouts.payments import PaymentView
from services.payouts.views import (
    AllocationView,
    AnswerView,
    ChangeView,
    ConcernView,
    EarningsView,
    EarningView,
    ExplainView,
    LineView,
    RoundView,
)
from services.views import ArtistView, WorkRef
from tests.support.studio import NOW

SITE = "https://gallery.example"
USD = currency("USD")
MARKUP = "*_`~|" * 20
LONG = "*_`~|>" * 200
MOST = 10**15
LATER = NOW + timedelta(days=20)


def usd(amount: int) -> Money:
    return Money(amount, USD)


def artist(number: int, name: str = MARKUP) -> ArtistView:
    return ArtistView(number, 10**18 + number, name)


def concern(number: int, text: str = LONG[:1000], **changes) -> ConcernView:
    view = ConcernView(
        id=number, round_id=1, number=number, artist=artist(number), kind=ConcernKind.LEFT_OUT, text=text,
        state=ConcernState.OPEN, answer="", answered_by=None,
    )  # fmt: skip
    return replace(view, **changes)


def round_(people: int = 426, concerns: int = 30, **changes) -> RoundView:
    allocations = tuple(
        AllocationView(artist(n), usd(MOST // (n + 1)), AllocationState.PROPOSED) for n in range(people)
    )
    view = RoundView(
        id=10**9, show_id=1, show_name=MARKUP[:80], guild_id=1, episode_id=10**9, episode=f"S99E999 {MARKUP * 3}",
        number=99, phase=RoundPhase.PROPOSED, pool=usd(MOST), weights=Weights.POINTS, lineage_bp=2_345,
        works_in_cut=people, floor=usd(MOST // 10), cap_bp=9_999, deal_floor=usd(MOST), deal_cap_bp=1,
        allocations=allocations, concerns=tuple(concern(n) for n in range(concerns)), proposed_at=NOW,
        comments_until=NOW + timedelta(days=14), finalised_at=None, settled_at=None, digest="d" * 64,
    )  # fmt: skip
    return replace(view, **changes)


def small_round(**changes) -> RoundView:
    people = [("Bo", 5_000), ("Mia", 4_000), ("Ann", 1_000)]
    view = round_(
        0, 0, episode="S1E1 Night Trains", number=1, pool=usd(10_000), weights=Weights.EQUAL, lineage_bp=2_000,
        works_in_cut=2, floor=usd(0), deal_floor=usd(0), cap_bp=10_000, deal_cap_bp=10_000,
        allocations=tuple(
            AllocationView(artist(n, name), usd(amount), AllocationState.PROPOSED)
            for n, (name, amount) in enumerate(people)
        ),
    )  # fmt: skip
    return replace(view, **changes)


def ref(number: int, title: str = MARKUP) -> WorkRef:
    return WorkRef(number, number, title, MARKUP, WorkState.IN)


def line(number: int, kind: str = "lineage") -> LineView:
    return LineView(kind, ref(number), ref(number + 1) if kind == "lineage" else None, usd(MOST))


def explained(count: int = 500, **changes) -> ExplainView:
    found = tuple(line(n, "lineage" if n % 2 else "own") for n in range(count))
    return replace(ExplainView(round_(), artist(1), usd(MOST), found), **changes)


def change(number: int, **changes) -> ChangeView:
    return replace(ChangeView(artist(number), usd(MOST), usd(MOST - 1), material=True), **changes)


def fund(number: int) -> FundLine:
    return FundLine(
        number, list(FundKind)[number % 5], usd(MOST), MARKUP * 2, LONG[:1000], NOW.date(), 1, reversed=number % 2 == 0
    )


def funded(lines: int = 300) -> FundsView:
    return FundsView(
        1, f"S1E1 {MARKUP * 3}", tuple(fund(n) for n in range(lines)), usd(MOST), usd(MOST), usd(MOST), 5_000,
        usd(MOST), usd(MOST),
    )  # fmt: skip


def earned(count: int = 300) -> EarningsView:
    one = EarningView(MARKUP, f"S1E1 {MARKUP}", 3, usd(MOST), AllocationState.CARRIED)
    return EarningsView(artist(1), (one,) * count, tuple((MARKUP, usd(MOST)) for _ in range(60)))


ANSWERED = concern(
    7,
    answer="\n".join("*" for _ in range(500)),
    answered_by=10**18,
    state=ConcernState.ACCEPTED,
    text="\n" * 9 + "*" * 991,
)
FINAL = round_(phase=RoundPhase.FINAL)
ALL = {
    "proposal": messages.proposal(round_(), SITE, NOW),
    "proposal, closed": messages.proposal(round_(), SITE, LATER),
    "proposal, final": messages.proposal(FINAL, SITE, NOW),
    "proposal, one artist": messages.proposal(round_(1, 0), SITE, NOW),
    "concern": messages.concern_raised(round_(), concern(1)),
    "concern, many lines": messages.concern_raised(round_(), concern(1, "*\n" * 500)),
    "concern, many words": messages.concern_to_answer(round_(), concern(1, "* " * 500), 10**18),
    "answer": messages.concern_answered(ANSWERED, [change(n) for n in range(426)], round_()),
    "answer, markup": messages.concern_answered(replace(ANSWERED, answer="*" * 1000), [change(1)] * 15, round_()),
    "answer, declined": messages.concern_answered(replace(ANSWERED, state=ConcernState.DECLINED), [], round_()),
    "ready": messages.ready(round_()),
    "final": messages.final(FINAL, SITE),
    "settled": messages.settled(FINAL),
    "status": messages.status(round_(), SITE, NOW),
    "status, final": messages.status(FINAL, SITE, NOW),
    "explanation": shares.explanation(explained(), own=True, site_url=SITE, now=NOW),
    "explanation, somebody's": shares.explanation(explained(), own=False, site_url=SITE, now=LATER),
    "explanation, nothing": shares.explanation(explained(0, amount=usd(0)), own=True, site_url=SITE, now=NOW),
    "explanation, not in it": shares.explanation(explained(0, amount=None), own=False, site_url=SITE, now=NOW),
    "allocation": shares.allocation(explained(), SITE),
    "allocation in public": mentioning(shares.allocation(explained(), SITE), 10**18),
    "allocation, nothing": shares.allocation(explained(0, amount=usd(0)), SITE),
    "earnings": earnings(earned()),
    "earnings, proposed only": earnings(replace(earned(1), balances=())),
    "earnings, none": earnings(earned(0)),
    "funds": fund_messages.funds(funded(), "Entered: a budget line."),
    "funds, none": fund_messages.funds(funded(0)),
}


def words(message: Outgoing) -> str:
    assert message.view is not None
    return "\n".join(item.content for item in message.view.walk_children() if hasattr(item, "content"))


@pytest.mark.parametrize("name", ALL)
def test_it_stays_within_what_discord_takes(name: str) -> None:
    assert problems(ALL[name]) == []
    assert ALL[name].view is not None
    for item in ALL[name].view.walk_children():
        for text, most in (("label", 80), ("custom_id", 100), ("url", 512)):
            assert len(getattr(item, text, None) or "") <= most


@pytest.mark.parametrize("name", ALL)
def test_nobodys_words_ping_or_become_markup(name: str) -> None:
    assert "@everyone" not in words(ALL[name])
    assert len(ALL[name].mention_users) <= messages.CHANGES_SHOWN + 1
    shouting = messages.concern_raised(small_round(), concern(1, "@everyone **now** <@1>"))
    assert "@everyone" not in words(shouting)
    assert "\\*\\*now" in words(shouting)


def test_a_concern_is_quoted_whole_and_so_is_its_answer() -> None:
    text = "\n".join(f"{n} *x*" for n in range(140))[:1000]
    raised = words(messages.concern_raised(round_(), concern(1, text)))
    assert raised.count("\n> ") == len(text.splitlines())
    answered = concern(1, "Why?", answer=text, answered_by=1, state=ConcernState.ACCEPTED)
    said = words(messages.concern_answered(answered, [change(n) for n in range(426)], round_()))
    assert said.count("\n> ") == len(text.splitlines()) + 1
    assert "more, changed by less." in said


def test_changes_are_counted_whole_however_many_fit() -> None:
    for count in (1, 15, 16, 426):
        said = words(messages.concern_answered(ANSWERED, [change(n) for n in range(count)], round_()))
        named = said.count("→")
        rest = next((int(part.split()[0]) for part in said.split("…and ")[1:]), 0)
        assert named + rest == count


def test_a_proposal_names_the_largest_and_describes_the_rest() -> None:
    said = words(messages.proposal(small_round(), SITE, NOW))
    assert "**$100.00** for **3 artists**, from 2 works in the cut. All of them weigh the same" in said
    assert "of what a remix earns, 20% goes to what it was made from" in said
    assert "more" not in said
    said = words(messages.proposal(round_(12), SITE, NOW))
    assert "…and 2 more. From" in said
    assert "more" not in words(messages.proposal(round_(11, 0), SITE, NOW)).replace("any more", "")


def test_a_proposal_says_where_it_leaves_the_deal() -> None:
    assert "limits" not in words(messages.proposal(small_round(), SITE, NOW))
    said = words(messages.proposal(small_round(floor=usd(50), deal_floor=usd(500)), SITE, NOW))
    assert "The deal's limits cannot hold for this pool, so it has a floor of $0.50 instead of $5.00." in said


def test_a_proposal_takes_concerns_only_while_it_can() -> None:
    def labels(view: RoundView, now=NOW) -> list[str]:
        message = messages.proposal(view, SITE, now).view
        assert message is not None
        return [item.label for item in message.walk_children() if getattr(item, "label", None)]

    assert labels(small_round()) == ["My share, explained", "Raise a concern", "Every line"]
    assert labels(small_round(), LATER) == ["My share, explained", "Every line"]
    assert "Comments are closed. No concerns." in words(messages.proposal(small_round(), SITE, LATER))
    assert labels(small_round(phase=RoundPhase.FINAL)) == ["My share, explained", "Every line"]


def test_the_threads_name_keeps_its_ending() -> None:
    thread = messages.proposal(round_(), SITE, NOW).thread
    assert thread is not None
    assert len(thread) == 100
    assert thread.endswith("… payout: questions and concerns")


@pytest.mark.parametrize(
    ("kind", "amount", "says"),
    [
        ("own", 100, "**$1.00** for #1 Dawn"),
        ("floor", 100, "**$1.00** to lift it to $5.00, the least that anyone in it gets"),
        ("floor", -100, "**-$1.00** so that everyone in it gets at least $5.00"),
        ("cap", 100, "**$1.00** from what others would get above 10% of the pool"),
        ("cap", -100, "**-$1.00** above 10% of the pool, the most that one artist gets; it goes to the others"),
        ("adjustment", 1, "**$0.01** by rounding"),
    ],
)
def test_every_kind_of_line_is_a_sentence(kind: str, amount: int, says: str) -> None:
    work = ref(1, "Dawn") if kind == "own" else None
    view = explained(
        0, round=small_round(floor=usd(500), cap_bp=1_000), lines=(LineView(kind, work, None, usd(amount)),)
    )
    assert says in words(shares.explanation(view, own=True, site_url=SITE, now=NOW))


def test_a_part_of_a_work_is_named() -> None:
    part = LineView("own", ref(1, "Dawn"), None, usd(100), 3_333)
    passed = LineView("lineage", ref(1, "Dawn"), ref(2, "Dusk"), usd(50), 3_333)
    said = words(shares.allocation(explained(0, round=small_round(), lines=(part, passed)), SITE))
    assert "**$1.00** for 33.33% of #1 Dawn" in said
    assert "**$0.50** because #2 Dusk was made from #1 Dawn (33.33% of it)" in said


def test_a_share_of_nothing_has_words_of_its_own() -> None:
    view = explained(0, round=small_round(pool=usd(1)), amount=usd(0))
    assert "Your part of $0.01 comes to less than $0.01." in words(shares.allocation(view, SITE))
    assert "You get $0.00" in words(shares.explanation(view, own=True, site_url=SITE, now=NOW))
    outside = replace(view, amount=None)
    said = words(shares.explanation(outside, own=True, site_url=SITE, now=NOW))
    assert "You are not in the payout" in said
    assert "say so" in said
    assert "say so" not in words(shares.explanation(outside, own=True, site_url=SITE, now=LATER))


def test_the_end_counts_who_is_paid_and_who_waits() -> None:
    paid, kept, nothing = (
        AllocationView(artist(1), usd(100), AllocationState.PAID),
        AllocationView(artist(2), usd(50), AllocationState.CARRIED),
        AllocationView(artist(3), usd(0), AllocationState.CARRIED),
    )
    said = words(messages.settled(small_round(allocations=(paid, kept, nothing))))
    assert "1 artist has been paid $1.00." in said
    assert "1 share is not sent in full yet; what is left stays on the artists' balances." in said


def test_the_producer_is_told_what_the_answer_did() -> None:
    answer = AnswerView(small_round(), replace(ANSWERED, number=3), (change(1),), window_restarts=True)
    assert messages.answered(answer).startswith("Concern 3 is accepted, and your answer is posted. 1 amount changed.")
    assert "$1.00 to Ann" in messages.paid(PaymentView(artist(1, "Ann"), usd(100), usd(0)))


def test_money_is_listed_newest_first_with_a_word_about_the_rest() -> None:
    said = words(fund_messages.funds(funded()))
    assert said.index("`299`") < said.index("`298`")
    assert " earlier" in said
