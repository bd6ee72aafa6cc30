"""The double-entry, append-only ledger of a show: a constructor for every business event, and invariants.

Sign convention: a posting says how much an account gains (positive) or gives (negative), in minor units,
and the postings of an entry sum to zero: money only ever moves. So a balance is the plain sum of an
account's postings, and
- `outside` is the rest of the world: minus all that ever came in, plus the costs that went out to it;
- `revenue` holds what came in and was not shared yet (never below zero);
- `costs` is zero or negative: what was spent and not yet taken off a profit;
- `house`, `reserve`, `pool:<episode>` and `artist:<artist>` hold money (never below zero);
- `transit:<artist>` is what a payment run is sending to an artist, until it is known whether it got there;
- `held:<round>` is what waits for a decision on a work, apart from the rest of the round;
- `paid` is all that artists were sent.
An unpaid balance stays in the artist's account, so carrying it to the next episode is no entry.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.errors import UserError
from domain.exchange import Exchange, converted
from domain.money import currency

REVENUE: Final = "revenue"
COSTS: Final = "costs"
HOUSE: Final = "house"
RESERVE: Final = "reserve"
PAID: Final = "paid"
OUTSIDE: Final = "outside"

_ACCOUNT: Final = re.compile(r"revenue|costs|house|reserve|paid|outside|(?:pool|artist|transit|held):[0-9]+")
_ALL_BP: Final = 10_000


class EntryKind(StrEnum):
    """The business events that move money."""

    REVENUE = "revenue"
    COST = "cost"
    BUDGET_LINE = "budget_line"
    FROM_RESERVE = "from_reserve"
    TO_RESERVE = "to_reserve"
    PROFIT_SHARE = "profit_share"
    ALLOCATION = "allocation"
    PAYMENT = "payment"
    SENDING = "sending"
    NOT_SENT = "not_sent"
    RETURNED = "returned"
    HOLD_DECISION = "hold_decision"
    UNCLAIMED = "unclaimed"
    DONATION = "donation"
    PASS_ON = "pass_on"  # noqa: S105 - what an artist does with a balance, no password
    CANCELED = "canceled"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry: what the account gains (positive) or gives (negative), in minor units."""

    account: str
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One business event in one currency (ISO 4217 code); its postings sum to zero.

    Money that came in another currency is entered converted, with what it was and the rate: currencies never mix.
    """

    kind: EntryKind
    currency: str
    postings: tuple[Posting, ...]
    note: str = ""
    exchange: Exchange | None = None


def pool_account(episode_id: int) -> str:
    """Name the account of an episode's pool."""
    return f"pool:{episode_id}"


def artist_account(artist_id: int) -> str:
    """Name the account of an artist's balance."""
    return f"artist:{artist_id}"


def transit_account(artist_id: int) -> str:
    """Name the account of what is on its way to an artist."""
    return f"transit:{artist_id}"


def held_account(round_id: int) -> str:
    """Name the account of what of a round waits for a decision."""
    return f"held:{round_id}"


def revenue(currency: str, amount: int, note: str = "") -> Entry:
    """Record revenue from outside; `amount` is in minor units and above zero, as everywhere here."""
    return _move(EntryKind.REVENUE, currency, (OUTSIDE, REVENUE), amount, note)


def cost(currency: str, amount: int, note: str = "") -> Entry:
    """Record a cost that was paid to the outside."""
    return _move(EntryKind.COST, currency, (COSTS, OUTSIDE), amount, note)


def budget_line(currency: str, episode_id: int, amount: int, note: str = "") -> Entry:
    """Put money from outside straight into an episode's pool."""
    return _move(EntryKind.BUDGET_LINE, currency, (OUTSIDE, pool_account(episode_id)), amount, note)


def from_reserve(currency: str, episode_id: int, amount: int, note: str = "") -> Entry:
    """Fund an episode's pool from the show's reserve."""
    return _move(EntryKind.FROM_RESERVE, currency, (RESERVE, pool_account(episode_id)), amount, note)


def to_reserve(currency: str, source: str, amount: int, note: str = "") -> Entry:
    """Put money aside in the reserve from another account: a pool, the house, revenue, or from outside."""
    return _move(EntryKind.TO_RESERVE, currency, (source, RESERVE), amount, note)


def give_back(
    currency: str, episode_id: int, *, pool: int, revenue_total: int, costs_total: int, note: str = ""
) -> Entry | None:
    """Put what a canceled episode holds into the reserve; None when it holds nothing.

    `pool` is what its pool holds, `revenue_total` and `costs_total` what no profit share has cleared yet. Costs are
    paid from the revenue first and then from the pool; those that neither covers stay on the books as they are.
    """
    covered = min(costs_total, revenue_total + pool)
    moves = (
        (REVENUE, -revenue_total),
        (pool_account(episode_id), -pool),
        (COSTS, covered),
        (RESERVE, revenue_total + pool - covered),
    )
    entry = _entry(EntryKind.CANCELED, currency, moves, note)
    return entry if entry.postings else None


def split_profit(revenue_total: int, costs_total: int, house_bp: int) -> tuple[int, int]:
    """Split the profit, revenue minus costs, into (house, pool) by the house's basis points.

    All in minor units, zero or more; one that does not divide goes to the pool. UserError when there is no profit.
    """
    profit = revenue_total - costs_total
    if profit <= 0:
        raise UserError("There is no profit to share yet: the costs are as high as the revenue or higher.")
    if not 0 <= house_bp <= _ALL_BP:
        raise UserError("The house's share must be between 0% and 100%.")
    house = profit * house_bp // _ALL_BP
    return house, profit - house


def profit_share(
    currency: str, episode_id: int, *, revenue_total: int, costs_total: int, house_bp: int, note: str = ""
) -> Entry:
    """Share the profit between house and pool, clearing the revenue and costs (minor units) that made it."""
    house, pool = split_profit(revenue_total, costs_total, house_bp)
    moves = (
        (REVENUE, -revenue_total),
        (COSTS, costs_total),
        (HOUSE, house),
        (pool_account(episode_id), pool),
    )
    return _entry(EntryKind.PROFIT_SHARE, currency, moves, note)


def allocation(
    currency: str, episode_id: int, amounts: Mapping[int, int], note: str = "", *, held: tuple[int, int] = (0, 0)
) -> Entry:
    """Book a final round: from the episode's pool to the artists' balances, by artist id.

    Artists with an amount of zero get no posting. `held` is the round's id and what of it waits for a decision on
    a work; it comes on top of the amounts.
    """
    round_id, waiting = held
    moves = _moves_out(pool_account(episode_id), amounts, (held_account(round_id), waiting))
    return _entry(EntryKind.ALLOCATION, currency, moves, note)


def payment(currency: str, artist_id: int, amount: int, note: str = "") -> Entry:
    """Record that an artist was sent money from their balance."""
    return _move(EntryKind.PAYMENT, currency, (artist_account(artist_id), PAID), amount, note)


def sending(currency: str, amounts: Mapping[int, int], note: str = "") -> Entry:
    """Set money apart that a payment run sends, by artist id: nobody can spend it twice."""
    return _pairs(EntryKind.SENDING, currency, amounts, (artist_account, transit_account), note)


def sent(currency: str, artist_id: int, amount: int, note: str = "") -> Entry:
    """Record that money which was on its way got to the artist."""
    return _move(EntryKind.PAYMENT, currency, (transit_account(artist_id), PAID), amount, note)


def not_sent(currency: str, amounts: Mapping[int, int], note: str = "") -> Entry:
    """Put money that did not get through, or was not sent after all, back on its artists' balances."""
    return _pairs(EntryKind.NOT_SENT, currency, amounts, (transit_account, artist_account), note)


def returned(currency: str, artist_id: int, amount: int, note: str = "") -> Entry:
    """Put a payment that came back on its artist's balance again."""
    return _move(EntryKind.RETURNED, currency, (PAID, artist_account(artist_id)), amount, note)


def hold_decision(
    currency: str, round_id: int, amounts: Mapping[int, int], note: str = "", *, pool: tuple[int, int] = (0, 0)
) -> Entry:
    """Let money go that was held: to artists, by id, or back to the pool of an episode (its id, the amount)."""
    episode_id, back = pool
    moves = _moves_out(held_account(round_id), amounts, (pool_account(episode_id), back))
    return _entry(EntryKind.HOLD_DECISION, currency, moves, note)


def unclaimed(currency: str, artist_id: int, taker: str, amount: int, note: str = "") -> Entry:
    """Let money that nobody claimed in time go where the deal says: reserve, house or an episode's pool."""
    return _move(EntryKind.UNCLAIMED, currency, (artist_account(artist_id), taker), amount, note)


def unclaimed_to_sources(currency: str, artist_id: int, amounts: Mapping[int, int], note: str = "") -> Entry:
    """Let money that nobody claimed in time go to the artists of what it was earned from, by artist id."""
    return _share_out(EntryKind.UNCLAIMED, currency, artist_account(artist_id), amounts, note)


def donate(currency: str, artist_id: int, amount: int, note: str = "") -> Entry:
    """Give an artist's balance, or a part of it, to the reserve."""
    return _move(EntryKind.DONATION, currency, (artist_account(artist_id), RESERVE), amount, note)


def pass_on(currency: str, artist_id: int, amounts: Mapping[int, int], note: str = "") -> Entry:
    """Pass an artist's balance, or a part of it, to the artists of their sources, by artist id."""
    return _share_out(EntryKind.PASS_ON, currency, artist_account(artist_id), amounts, note)


def reversal(entry: Entry, note: str = "") -> Entry:
    """Undo an entry by its mirror image; nothing is ever edited or deleted."""
    mirrored = tuple(Posting(posting.account, -posting.amount) for posting in entry.postings)
    words = note or f"reversal of: {entry.note or entry.kind}"
    return Entry(EntryKind.REVERSAL, entry.currency, mirrored, words, entry.exchange)


def balances(entries: Iterable[Entry]) -> dict[tuple[str, str], int]:
    """Sum the postings by (currency, account), in minor units."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            sums[entry.currency, posting.account] += posting.amount
    return dict(sums)


def check(entries: Iterable[Entry]) -> list[str]:
    """Return a sentence for everything that is off in a ledger; an empty list when it holds.

    Entries: at least two postings, known accounts, sum zero. Balances: nobody holds less than nothing
    (`costs` never more).
    """
    kept = list(entries)
    problems = [problem for number, entry in enumerate(kept, start=1) for problem in _entry_problems(number, entry)]
    for (code, account), balance in sorted(balances(kept).items()):
        if account == COSTS and balance > 0:
            problems.append(f"More costs were taken off than were spent: {balance} minor units of {code}.")
        if account not in (COSTS, OUTSIDE) and balance < 0:
            problems.append(f"Account {account} is overdrawn by {-balance} minor units of {code}.")
    return problems


def _entry_problems(number: int, entry: Entry) -> list[str]:
    name = f"Entry {number} ({entry.kind})"
    problems = [
        f"{name} has an account that does not exist: {posting.account}."
        for posting in entry.postings
        if not _ACCOUNT.fullmatch(posting.account)
    ]
    if len(entry.postings) < 2:  # noqa: PLR2004 - double entry
        problems.append(f"{name} has fewer than two postings.")
    off = sum(posting.amount for posting in entry.postings)
    problems += _exchange_problems(name, entry)
    if off:
        problems.append(f"{name} does not sum to zero: it is off by {off} minor units of {entry.currency}.")
    return problems


def _exchange_problems(name: str, entry: Entry) -> list[str]:
    """Whether an entry's foreign amount comes to what was entered."""
    if entry.exchange is None:
        return []
    if entry.exchange.foreign.currency.code == entry.currency:
        return [f"{name} is converted from {entry.currency} into {entry.currency}."]
    try:
        wanted = converted(entry.exchange, currency(entry.currency)).amount
    except UserError as error:
        return [f"{name}: {error}"]
    entered = sum(posting.amount for posting in entry.postings if posting.amount > 0)
    if wanted == entered:
        return []
    says = f"{entry.exchange.foreign} at {entry.exchange.rate} comes to {wanted}"
    return [f"{name} has {entered} minor units of {entry.currency}, but {says}."]


def _move(kind: EntryKind, currency: str, way: tuple[str, str], amount: int, note: str) -> Entry:
    """Move an amount from the first account of the way to the second."""
    giver, taker = way
    _positive(amount)
    return _entry(kind, currency, ((giver, -amount), (taker, amount)), note)


def _share_out(kind: EntryKind, currency: str, giver: str, amounts: Mapping[int, int], note: str) -> Entry:
    """Move money from one account to several artists, by artist id."""
    return _entry(kind, currency, _moves_out(giver, amounts, (giver, 0)), note)


def _moves_out(giver: str, amounts: Mapping[int, int], more: tuple[str, int]) -> list[tuple[str, int]]:
    """What one account gives to several artists, by id, and to one more account."""
    taker, rest = more
    if rest < 0 or any(amount < 0 for amount in amounts.values()):
        raise UserError("No artist's amount can be below zero.")
    total = sum(amounts.values()) + rest
    _positive(total)
    to_artists = [(artist_account(artist), amount) for artist, amount in sorted(amounts.items())]
    return [(giver, -total), *to_artists, (taker, rest)]


def _pairs(
    kind: EntryKind,
    currency: str,
    amounts: Mapping[int, int],
    way: tuple[Callable[[int], str], Callable[[int], str]],
    note: str,
) -> Entry:
    """Move several artists' money, each from one account of their own to another."""
    giver, taker = way
    moves: list[tuple[str, int]] = []
    for artist, amount in sorted(amounts.items()):
        _positive(amount)
        moves += [(giver(artist), -amount), (taker(artist), amount)]
    return _entry(kind, currency, moves, note)


def _entry(kind: EntryKind, currency: str, moves: Iterable[tuple[str, int]], note: str) -> Entry:
    return Entry(kind, currency, tuple(Posting(account, amount) for account, amount in moves if amount), note)


def _positive(amount: int) -> None:
    if amount <= 0:
        raise UserError("The amount must be above zero.")
