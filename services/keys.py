"""Exchanging the keys that payment details are encrypted with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import select

from db.models import PaymentLine, PayTo
from services.store import Database, Transaction, writes
from services.vault import LockedError, Vault

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many secrets there are, how many came under the first key now, and how many no key opens."""

    secrets: int
    moved: int
    locked: int


async def rotate(db: Database, vault: Vault) -> Rotation:
    """Bring everything encrypted under the first key. Safe while the bot runs, and to run again after a kill."""
    vault.require()
    total = Rotation(0, 0, 0)
    for batch in (_rotate_details, _rotate_lines):
        total = await _all(db, vault, batch, total)
    return total


Batch = Callable[[Database, Vault, int], Awaitable[tuple[int | None, Rotation]]]


async def _all(db: Database, vault: Vault, batch: Batch, total: Rotation) -> Rotation:
    after: int | None = 0
    while after is not None:
        after, part = await batch(db, vault, after)
        total = Rotation(total.secrets + part.secrets, total.moved + part.moved, total.locked + part.locked)
    return total


@writes
async def _rotate_details(tx: Transaction, vault: Vault, after: int) -> tuple[int | None, Rotation]:
    query = select(PayTo).where(PayTo.artist_id > after).order_by(PayTo.artist_id).limit(_AT_ONCE)
    rows = list(await tx.scalars(query.with_for_update()))
    return (rows[-1].artist_id if rows else None), _move(rows, vault)


@writes
async def _rotate_lines(tx: Transaction, vault: Vault, after: int) -> tuple[int | None, Rotation]:
    query = select(PaymentLine).where(PaymentLine.id > after, PaymentLine.secret != "").order_by(PaymentLine.id)
    rows = list(await tx.scalars(query.limit(_AT_ONCE).with_for_update()))
    return (rows[-1].id if rows else None), _move(rows, vault)


def _move(rows: list[PayTo] | list[PaymentLine], vault: Vault) -> Rotation:
    moved = locked = 0
    for row in rows:
        try:
            if not vault.current(row.secret):
                row.secret = vault.rotated(row.secret)
                moved += 1
        except LockedError:
            locked += 1
    return Rotation(len(rows), moved, locked)
