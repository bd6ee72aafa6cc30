"""The ledger: every constructor balances, and check names whatever is off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import ledger
from domain.errors import UserError
from domain.ledger import Entry, EntryKind, Posting

positive = st.integers(1, 10**15)
CONSTRUCTORS = [
    lambda n: ledger.revenue("USD", n),
    lambda n: ledger.cost("USD", n),
    lambda n: ledger.budget_line("USD", 1, n),
    lambda n: ledger.from_reserve("USD", 1, n),
    lambda n: ledger.to_reserve("USD", ledger.OUTSIDE, n),
    lambda n: ledger.to_reserve("USD", ledger.pool_account(1), n),
    lambda n: ledger.profit_share("USD", 1, revenue_total=n, costs_total=n // 3, house_bp=5000),
    lambda n: ledger.allocation("USD", 1, {7: n, 8: n // 2, 9: 0}),
    lambda n: ledger.payment("USD", 7, n),
    lambda n: ledger.donate("USD", 7, n),
    lambda n: ledger.pass_on("USD", 7, {8: n, 9: n}),
]


@given(positive, st.sampled_from(CONSTRUCTORS))
def test_every_entry_sums_to_zero_and_its_reversal_undoes_it(amount, build):
    entry = build(amount)
    assert sum(posting.amount for posting in entry.postings) == 0
    assert all(posting.amount for posting in entry.postings)
    undone = ledger.reversal(entry)
    assert set(ledger.balances([entry, undone]).values()) == {0}
    assert ledger.check([entry, undone]) == []
    assert undone.kind is EntryKind.REVERSAL


@pytest.mark.parametrize("build", CONSTRUCTORS)
@pytest.mark.parametrize("amount", [0, -5])
def test_amounts_are_above_zero(build, amount):
    with pytest.raises(UserError):
        build(amount)


def test_nobody_is_allocated_less_than_nothing():
    with pytest.raises(UserError):
        ledger.allocation("USD", 1, {7: 10, 8: -1})
    with pytest.raises(UserError):
        ledger.pass_on("USD", 7, {8: 10, 9: -1})


def test_a_whole_episode():
    entries = [
        ledger.budget_line("USD", 1, 5_000_000, "HitRecord's first"),
        ledger.revenue("USD", 100_000),
        ledger.cost("USD", 40_001),
        ledger.profit_share("USD", 1, revenue_total=100_000, costs_total=40_001, house_bp=5000),
        ledger.to_reserve("USD", ledger.OUTSIDE, 500),
        ledger.from_reserve("USD", 1, 500),
        ledger.allocation("USD", 1, {7: 5_000_000, 8: 30_500}),
        ledger.payment("USD", 7, 4_000_000),
        ledger.donate("USD", 8, 500),
        ledger.pass_on("USD", 8, {9: 10_000, 7: 1}),
    ]
    assert ledger.check(entries) == []
    assert ledger.balances(entries) == {
        ("USD", "outside"): -5_000_000 - 100_000 + 40_001 - 500,
        ("USD", "revenue"): 0,
        ("USD", "costs"): 0,
        ("USD", "house"): 29_999,
        ("USD", "reserve"): 500,
        ("USD", "pool:1"): 0,
        ("USD", "artist:7"): 1_000_001,
        ("USD", "artist:8"): 19_999,
        ("USD", "artist:9"): 10_000,
        ("USD", "paid"): 4_000_000,
    }


@given(positive, st.integers(0, 10**15), st.integers(0, 10_000))
def test_profit_is_split_without_loss(revenue_total, costs_total, house_bp):
    profit = revenue_total - costs_total
    if profit <= 0:
        with pytest.raises(UserError, match="no profit"):
            ledger.split_profit(revenue_total, costs_total, house_bp)
        return
    house, pool = ledger.split_profit(revenue_total, costs_total, house_bp)
    assert house + pool == profit
    assert house <= profit * house_bp / 10_000 + 1
    assert house * 10_000 <= profit * house_bp < (house + 1) * 10_000


def test_a_share_of_the_house_above_everything_is_refused():
    with pytest.raises(UserError, match="between 0% and 100%"):
        ledger.split_profit(10, 0, 10_001)


def test_check_names_what_is_off():
    entries = [
        Entry(EntryKind.REVENUE, "USD", (Posting("outside", -5), Posting("revenue", 6))),
        Entry(EntryKind.COST, "USD", (Posting("sweets", 0),)),
        Entry(EntryKind.COST, "EUR", (Posting("outside", -3), Posting("costs", 3))),
        ledger.payment("USD", 7, 10),
    ]
    assert ledger.check(entries) == [
        "Entry 1 (revenue) does not sum to zero: it is off by 1 minor units of USD.",
        "Entry 2 (cost) has an account that does not exist: sweets.",
        "Entry 2 (cost) has fewer than two postings.",
        "More costs were taken off than were spent: 3 minor units of EUR.",
        "Account artist:7 is overdrawn by 10 minor units of USD.",
    ]


def test_currencies_are_kept_apart():
    entries = [ledger.budget_line("USD", 1, 10), ledger.allocation("EUR", 1, {7: 10})]
    assert ledger.check(entries) == ["Account pool:1 is overdrawn by 10 minor units of EUR."]


@given(st.lists(st.tuples(st.integers(0, 10), positive), max_size=15))
def test_what_is_in_the_house_is_what_came_from_outside(events):
    entries = [CONSTRUCTORS[which](amount) for which, amount in events]
    sums = ledger.balances(entries)
    assert sum(sums.values()) == 0
    inside = sum(balance for (_, account), balance in sums.items() if account != "outside")
    assert inside == -sums.get(("USD", "outside"), 0)


def test_a_reversal_says_what_it_reverses():
    assert ledger.reversal(ledger.revenue("USD", 5, "tickets")).note == "reversal of: tickets"
    assert ledger.reversal(ledger.revenue("USD", 5)).note == "reversal of: revenue"
    assert ledger.reversal(ledger.revenue("USD", 5), "typed twice").note == "typed twice"
