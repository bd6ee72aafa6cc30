"""Giving a balance away: to the show's reserve, or on to the artists whose works it came from; once or as a wish."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from db.models import Allocation, AllocationState, Artist, Episode, LedgerEntry, PayoutRound, PayWish, Show, Wish
from domain import ledger
from domain.errors import UserError
from domain.money import Money, currency
from services.access import Actor
from services.ledger import balance, load_entry, write_entry
from services.paying.balances import FINAL, restate
from services.paying.lineage import shares_of_sources
from services.paying.notices import tell_received
from services.paying.people import artist_of, artist_view
from services.paying.views import GiftView, GivenPart
from services.store import Transaction, reads, writes

_NO_SOURCES = (
    "None of what is on your balance was earned by a remix of somebody's work here, so there is nobody to pass it "
    "on to. You can still donate it to the show's reserve."
)


@reads
async def gift(tx: Transaction, actor: Actor, *, show_id: int, wish: Wish) -> GiftView:
    """What giving a balance away would do: nothing happens yet. UserError where there is nothing to give."""
    artist, show, held = await _held(tx, actor, show_id)
    if not held:
        raise UserError(f"Your balance with {show.name} is empty; there is nothing to give.")
    if wish is Wish.DONATE:
        return _view(show, held, 0, ())
    parts, kept = await _passable(tx, artist.id, show, held)
    if not parts:
        raise UserError(_NO_SOURCES)
    return _view(show, held - kept, kept, await _parts(tx, parts, show.currency))


@writes
async def give(
    tx: Transaction, actor: Actor, *, show_id: int, wish: Wish, amount: int, asked_by: int, now: datetime
) -> GiftView:
    """Give away what gift() showed. `asked_by` is where it was shown: confirmed twice, it is given once.

    `amount` is what was shown, in minor units; UserError when the balance has changed since.
    """
    artist, show, held = await _held(tx, actor, show_id)
    key = f"gift:{artist.id}:{asked_by}"
    done = await tx.scalar(select(LedgerEntry).where(LedgerEntry.key == key))
    if done is not None:
        return await _given(tx, done, show, held)
    parts: Mapping[int, int] = {}
    kept = 0
    if wish is Wish.PASS_ON:
        parts, kept = await _passable(tx, artist.id, show, held)
    if not held or held - kept != amount:
        raise UserError("Your balance has changed since. Look again with /my earnings.")
    entry = (
        ledger.pass_on(show.currency, artist.id, parts) if parts else ledger.donate(show.currency, artist.id, amount)
    )
    row = await write_entry(tx, entry, key=key, show_id=show.id, by_user=actor.user_id, now=now)
    await restate(tx, show.id, show.currency, [artist.id])
    await tell_received(tx, row, show, parts, now)
    return await _given(tx, row, show, await balance(tx, show.id, show.currency, ledger.artist_account(artist.id)))


async def fulfil_wishes(
    tx: Transaction, row: PayoutRound, show: Show, amounts: Mapping[int, int], now: datetime
) -> None:
    """Do with a round's money, once it is on the balances, what artists wished for; `amounts` by artist id."""
    wishes = await tx.scalars(
        select(PayWish).where(PayWish.artist_id.in_(amounts), PayWish.wish != Wish.PAY).order_by(PayWish.artist_id)
    )
    touched = []
    for wish in wishes:
        amount = amounts[wish.artist_id]
        if not amount:
            continue
        parts: Mapping[int, int] = {}
        if wish.wish is Wish.PASS_ON:
            parts, _ = await shares_of_sources(tx, wish.artist_id, [row.id], amount)
            if not parts:
                continue
        note = f"standing wish, round {row.number}"
        entry = (
            ledger.pass_on(row.currency, wish.artist_id, parts, note)
            if parts
            else ledger.donate(row.currency, wish.artist_id, amount, note)
        )
        key = f"round:{row.id}:wish:{wish.artist_id}"
        written = await write_entry(tx, entry, key=key, show_id=show.id, episode_id=row.episode_id, now=now)
        await tell_received(tx, written, show, parts, now)
        touched.append(wish.artist_id)
    if touched:
        await restate(tx, show.id, row.currency, touched)


async def _held(tx: Transaction, actor: Actor, show_id: int) -> tuple[Artist, Show, int]:
    show = await tx.get(Show, show_id)
    if show is None or show.guild_id != actor.guild_id:
        raise UserError("That show belongs to another server.")
    artist = await artist_of(tx, actor.guild_id, actor.user_id)
    return artist, show, await balance(tx, show.id, show.currency, ledger.artist_account(artist.id))


async def _passable(tx: Transaction, artist_id: int, show: Show, held: int) -> tuple[Mapping[int, int], int]:
    """How a balance would be passed on, by what earned the money that is still on it."""
    rounds = await tx.scalars(
        select(Allocation.round_id)
        .join(PayoutRound, PayoutRound.id == Allocation.round_id)
        .join(Episode, Episode.id == PayoutRound.episode_id)
        .where(
            Episode.show_id == show.id,
            Allocation.artist_id == artist_id,
            Allocation.state == AllocationState.CARRIED,
            PayoutRound.currency == show.currency,
            PayoutRound.phase.in_(FINAL),
        )
    )
    return await shares_of_sources(tx, artist_id, list(rounds), held)


async def _given(tx: Transaction, row: LedgerEntry, show: Show, left: int) -> GiftView:
    """What an entry gave away."""
    entry = await load_entry(tx, row)
    given = -sum(line.amount for line in entry.postings if line.amount < 0)
    takers = {
        int(line.account.split(":")[1]): line.amount
        for line in entry.postings
        if line.amount > 0 and line.account.startswith("artist:")
    }
    return _view(show, given, left, await _parts(tx, takers, row.currency))


async def _parts(tx: Transaction, parts: Mapping[int, int], code: str) -> tuple[GivenPart, ...]:
    people = {artist.id: artist for artist in await tx.scalars(select(Artist).where(Artist.id.in_(parts)))}
    unit = currency(code)
    ranked = sorted(parts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(GivenPart(artist_view(people[artist]), Money(amount, unit)) for artist, amount in ranked)


def _view(show: Show, amount: int, left: int, parts: tuple[GivenPart, ...]) -> GiftView:
    unit = currency(show.currency)
    return GiftView(show.id, show.name, Money(amount, unit), Money(left, unit), parts)
