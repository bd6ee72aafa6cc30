"""Receipts of fund entries: files that prove them, fetched like the files of works, shown as the deal says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import Deal, Episode, FileState, FundEntry, Receipt, Show
from domain.errors import UserError
from services.access import Actor, is_producer
from services.store import Transaction, reads, writes
from services.works.files import SoundFacts, Waiting, WaitingFile

MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    """A file as Discord has it, attached to a command: its name, type, size in bytes and address."""

    name: str
    content_type: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt; `sha256` is a media key once the bytes are kept, `error` says why they never will be."""

    fund_id: int
    name: str
    content_type: str
    size: int
    state: FileState
    sha256: str | None
    error: str


async def attach(tx: Transaction, fund_id: int, file: ReceiptFile, now: datetime) -> None:
    """Remember a fund entry's receipt; its bytes are fetched afterwards."""
    tx.add(
        Receipt(
            fund_id=fund_id, name=file.name[:MAX_NAME], content_type=file.content_type[:100], size=file.size,
            url=file.url, state=FileState.WAITING, error="", attempts=0, next_try_at=now,
        )
    )  # fmt: skip
    await tx.flush()


async def receipts_of(tx: Transaction, episode_id: int) -> dict[int, ReceiptView]:
    """The receipts of an episode's fund entries, by the entry's id."""
    rows = await tx.scalars(
        select(Receipt).join(FundEntry, FundEntry.id == Receipt.fund_id).where(FundEntry.episode_id == episode_id)
    )
    return {row.fund_id: _view(row) for row in rows}


@reads
async def receipt(tx: Transaction, actor: Actor, *, fund_id: int) -> ReceiptView:
    """A fund entry's receipt, for producers and, where the deal says so, everyone in the server.

    UserError when there is none, when it is not kept (yet), and for those who may not see it.
    """
    found = (
        await tx.execute(
            select(Receipt, Deal, Show)
            .join(FundEntry, FundEntry.id == Receipt.fund_id)
            .join(Episode, Episode.id == FundEntry.episode_id)
            .join(Deal, Deal.episode_id == Episode.id)
            .join(Show, Show.id == Episode.show_id)
            .where(Receipt.fund_id == fund_id, Show.guild_id == actor.guild_id)
        )
    ).one_or_none()
    if found is None:
        raise UserError("There is no receipt with that entry. /fund show lists entries and their receipts.")
    row, deal, show = found
    if not deal.receipts_public and not is_producer(show, actor):
        raise UserError("By this episode's deal only its producers see receipts.")
    if row.state is FileState.FAILED:
        raise UserError(row.error)
    if row.state is FileState.WAITING:
        raise UserError("The receipt is still being fetched from Discord. Try again in a minute.")
    return _view(row)


@reads
async def waiting(tx: Transaction, *, now: datetime, limit: int, without: Collection[int] = ()) -> Waiting:
    """The receipts to fetch, oldest first, leaving out those under way (`without`)."""
    state = Receipt.state == FileState.WAITING
    rows = await tx.scalars(
        select(Receipt)
        .where(state, Receipt.next_try_at <= now, Receipt.id.not_in(without))
        .order_by(Receipt.next_try_at, Receipt.id)
        .limit(limit)
    )
    found = tuple(
        WaitingFile(
            id=row.id, work_id=0, position=0, name=row.name, content_type=row.content_type, size=row.size,
            url=row.url, attempts=row.attempts, channel_id=0, message_id=None, by_form=True,
        )
        for row in rows
    )  # fmt: skip
    later = select(func.min(Receipt.next_try_at)).where(state, Receipt.next_try_at > now)
    return Waiting(found, await tx.scalar(later))


@writes
async def kept(
    tx: Transaction,
    file_id: int,
    *,
    sha256: str,
    size: int,
    content_type: str,
    preview: str | None,
    now: datetime,
    sound: SoundFacts | None = None,
    dhash: int | None = None,
    fetched: str = "",
) -> None:
    """The bytes are ours, under `sha256`. Like services.works.files.kept(), of which a receipt needs less."""
    del preview, sound, now, dhash, fetched
    row = await tx.get(Receipt, file_id)
    if row is not None and row.state is not FileState.KEPT:
        row.state, row.sha256, row.size, row.content_type = FileState.KEPT, sha256, size, content_type
        row.error, row.next_try_at = "", None


@writes
async def postponed(
    tx: Transaction, file_id: int, *, error: str, at: datetime, url: str | None = None, fetched: str = ""
) -> None:
    """The try failed and the next is at `at`."""
    del fetched
    row = await tx.get(Receipt, file_id)
    if row is not None and row.state is FileState.WAITING:
        row.attempts, row.next_try_at, row.error = row.attempts + 1, at, error
        row.url = url or row.url


@writes
async def failed(tx: Transaction, file_id: int, *, sentence: str, now: datetime, fetched: str = "") -> None:
    """The file cannot be kept; `sentence` says why."""
    del now, fetched
    row = await tx.get(Receipt, file_id)
    if row is not None and row.state is FileState.WAITING:
        row.state, row.error, row.next_try_at = FileState.FAILED, sentence, None


def _view(row: Receipt) -> ReceiptView:
    return ReceiptView(row.fund_id, row.name, row.content_type, row.size, row.state, row.sha256, row.error)
