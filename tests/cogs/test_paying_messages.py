"""What is said about being paid, at its longest: within Discord's limits, and nobody's words become markup."""

from dataclasses import replace

import pytest

from bot.limits import problems
from cogs.common.outgoing import Outgoing
from cogs.paying import figures, messages, notes
from cogs.paying.earnings import earnings
from cogs.payouts import shares
from domain.payments import Destination, PaymentFile
from services.kinds import HoldState, PayBy, PaymentState, RunMethod, RunState, Unclaimed, Wish
from services.paying.claims import ClaimsOver, ClaimView
from services.paying.people import BalanceView
from services.paying.totals import TotalsView, YearTotal
from services.paying.trends import EpisodeTrend, Trends
from services.paying.views import (
    ExportView,
    GiftView,
    GivenPart,
    HoldView,
    ImportView,
    LeftOut,
    PaymentLineView,
    PayView,
    RunView,
)
from services.payouts.views import EarningsView, HeldView
from tests.cogs.test_money_messages import LATER, MARKUP, MOST, NOW, SITE, artist, explained, ref, usd

LONG = (MARKUP * 40)[:1000]


def line(number: int, state: PaymentState) -> PaymentLineView:
    return PaymentLineView(number, artist(number), usd(MOST), f"SR{number}-999999-{number}", state, LONG[:200])


def run(count: int = 5_000, **changes: object) -> RunView:
    states = list(PaymentState)
    lines = tuple(line(n, states[n % len(states)]) for n in range(1, count + 1))
    view = RunView(10**9, 1, MARKUP, 999, RunMethod.PAYPAL, RunState.OPEN, NOW, None, 10**18, lines, usd(MOST))
    return replace(view, **changes)  # type: ignore[arg-type]  # fields by name


def hold(**changes: object) -> HoldView:
    view = HoldView(
        10**9, 1, 1, f"S1E1 {MARKUP}", ref(10**6), "\n".join("*" * 20 for _ in range(24)), HoldState.HELD, usd(MOST), 9,
        "", final=True,
    )  # fmt: skip
    return replace(view, **changes)  # type: ignore[arg-type]  # fields by name


def trend(number: int) -> EpisodeTrend:
    return EpisodeTrend(
        f"S99E{number}", MARKUP, NOW, usd(MOST - number), 10**6, usd(MOST), usd(MOST), usd(MOST), 10**6, 9_999, 9_999
    )


def gift(count: int = 900) -> GiftView:
    return GiftView(1, MARKUP, usd(MOST), usd(MOST), tuple(GivenPart(artist(n), usd(MOST)) for n in range(count)))


LEFT = LeftOut(10**6, usd(MOST), 10**6, 10**6, usd(MOST), 10**6)
FILES = tuple(PaymentFile(f"{'x' * 60}-run-999-paypal-{n}of25.csv", b"x") for n in range(25))
PAID_BY = PayView(PayBy.OTHER, Destination(words="*\n" * 250), Wish.PASS_ON, NOW, on_its_way=99)
CLAIM = ClaimView(MARKUP, f"S1E1 {MARKUP}", 10**9, usd(MOST), LATER, Unclaimed.SOURCES, claimed=False)
OVER = ClaimsOver(MARKUP, f"S1E1 {MARKUP}", usd(MOST), 10**6, Unclaimed.SOURCES)
TRENDS = Trends(1, MARKUP, "x" * 100, "USD", tuple(trend(n) for n in range(900, 960)))
YEAR = YearTotal(MARKUP, 10**18, usd(MOST), 10**6, usd(1))
HELD = tuple(HeldView(ref(n), LONG[:500], usd(MOST)) for n in range(40))
ALL: dict[str, Outgoing | None] = {
    "payment": messages.payment(PAID_BY, can_keep=True),
    "payment, by Wise": messages.payment(
        replace(PAID_BY, by=PayBy.WISE, to=Destination("_" * 254, "*" * 100)), can_keep=True
    ),
    "payment, no key": messages.payment(PAID_BY, can_keep=False),
    "payment, locked": messages.payment(replace(PAID_BY, to=None, locked=True), can_keep=True),
    "payment, nothing yet": messages.payment(PayView(None, None, None, None), can_keep=True),
    "gifts": messages.gifts([BalanceView(n, MARKUP, usd(MOST)) for n in range(30)]),
    "gifts, none": messages.gifts([]),
    "gift": messages.gift(gift(), Wish.PASS_ON, 10**18),
    "gift, donated": messages.gift(gift(0), Wish.DONATE, 10**18),
    "given": messages.given(gift()),
    "paid": messages.payment_result(line(1, PaymentState.PAID), MARKUP, public=False),
    "failed": messages.payment_result(line(1, PaymentState.FAILED), MARKUP, public=False),
    "received": messages.received(MARKUP, usd(MOST), public=False),
    "reminder": messages.claim_reminder(CLAIM, public=False),
    "unclaimed": messages.unclaimed(OVER, own=True, public=False),
    "unclaimed, in all": messages.unclaimed(OVER, own=False, public=False),
    "exported": notes.exported(ExportView(run(), again=True, left_out=LEFT, files=FILES))[0],
    "exported, more files": notes.exported(ExportView(run(), again=True, left_out=LEFT, files=FILES))[2],
    "run": notes.run_card(run()),
    "run, done": notes.run_card(run(state=RunState.DONE, closed_at=NOW)),
    "runs": notes.run_list([run(6)] * 25),
    "runs, none": notes.run_list([]),
    "run made": notes.run_made(run()),
    "sure": notes.asking(run(), "cancel"),
    "imported": notes.imported(ImportView(9, 9, 9, 9, 9, (LONG,) * 900, (run(6),) * 9)),
    "hold": notes.hold(hold()),
    "hold, decided": notes.hold(hold(state=HoldState.CREDITED, decision="*\n" * 240)),
    "trends": figures.trends(TRENDS, SITE),
    "trends, none": figures.trends(replace(TRENDS, episodes=()), SITE),
    "trends, own": figures.trends(replace(TRENDS, artist=MARKUP), SITE),
    "totals": figures.totals(TotalsView(MARKUP, "x" * 100, 2026, (YEAR,) * 900, b"x")),
    "earnings": earnings(
        EarningsView(artist(1), (), ((MARKUP, usd(MOST)),) * 60, ((2026, usd(MOST)),) * 60, (usd(MOST),) * 3)
    ),
    "explained, held": shares.explanation(explained(held=HELD), own=True, site_url=SITE, now=NOW),
    "proposed": shares.proposed_share(explained(held=HELD), SITE, NOW),
    "allocation, held": shares.allocation(explained(held=HELD), SITE),
}


def words(message: Outgoing) -> str:
    assert message.view is not None
    return "\n".join(item.content for item in message.view.walk_children() if hasattr(item, "content"))


@pytest.mark.parametrize("name", ALL)
def test_it_stays_within_what_discord_takes(name: str) -> None:
    message = ALL[name]
    assert message is not None
    assert problems(message) == []
    assert message.view is not None
    for item in message.view.walk_children():
        for text, most in (("label", 80), ("custom_id", 100), ("url", 512)):
            assert len(getattr(item, text, None) or "") <= most


@pytest.mark.parametrize("name", ALL)
def test_nobodys_words_ping_or_become_markup(name: str) -> None:
    message = ALL[name]
    assert message is not None
    assert "@everyone" not in words(message)
    assert message.mention_users == ()


def test_what_others_read_names_no_sum() -> None:
    for public in (
        messages.payment_result(line(1, PaymentState.PAID), "Night Shift", public=True),
        messages.received("Night Shift", usd(MOST), public=True),
        messages.claim_reminder(CLAIM, public=True),
        messages.unclaimed(OVER, own=True, public=True),
    ):
        assert public is None or "$" not in (public.content or "$")


def test_what_is_claimed_or_too_late_is_not_said() -> None:
    assert messages.claim_reminder(replace(CLAIM, claimed=True), public=False) is None
    assert shares.proposed_share(explained(), SITE, LATER) is None
    hidden = notes.hold(hold(hidden=True))
    assert "$" not in words(hidden)
