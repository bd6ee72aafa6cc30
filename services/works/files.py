"""The files of works on their way into the media store: which wait, and what became of each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from db.models import FileState, Show, Work, WorkFile
from domain.filekinds import named_kinds
from services.store import Transaction, reads, writes
from services.works import grants, lookalikes
from services.works.records import note, refresh_card


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file to fetch. `attempts` counts the tries that failed; channel and message are where it was posted.

    `by_form`: no message could be read again for it. `kinds` are those the show takes (none: every kind).
    """

    id: int
    work_id: int
    position: int
    name: str
    content_type: str
    size: int
    url: str
    attempts: int
    channel_id: int
    message_id: int | None
    by_form: bool
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What can be fetched now, and when to look again if nothing happens before (None: never)."""

    files: tuple[WaitingFile, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """What is known of a sound: its length in milliseconds, and how loud it is, 0 to 100, from beginning to end."""

    duration_ms: int
    peaks: tuple[int, ...]


@reads
async def waiting(tx: Transaction, *, now: datetime, limit: int, without: Collection[int] = ()) -> Waiting:
    """The files to fetch, oldest first, leaving out those under way (`without`)."""
    state = WorkFile.state == FileState.WAITING
    rows = await tx.execute(
        select(WorkFile, Work.channel_id, Work.message_id, Work.by_form, Show.file_kinds)
        .join(Work, Work.id == WorkFile.work_id)
        .join(Show, Show.id == Work.show_id)
        .where(state, WorkFile.next_try_at <= now, WorkFile.id.not_in(without))
        .order_by(WorkFile.next_try_at, WorkFile.id)
        .limit(limit)
    )
    found = tuple(
        WaitingFile(
            id=file.id, work_id=file.work_id, position=file.position, name=file.name, content_type=file.content_type,
            size=file.size, url=file.url, attempts=file.attempts, channel_id=channel_id, message_id=message_id,
            by_form=file.by_form or by_form, kinds=named_kinds(kinds),
        )
        for file, channel_id, message_id, by_form, kinds in rows
    )  # fmt: skip
    later = select(func.min(WorkFile.next_try_at)).where(state, WorkFile.next_try_at > now)
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
    """The bytes are ours, under `sha256`; what they are is what their content says, not their name.

    `dhash` says what a picture looks like: see domain.lookalike. `fetched` is the address that the bytes came from,
    here as below: of a file that was replaced meanwhile nothing is kept.
    """
    file = await _still(tx, file_id, fetched)
    if file is None or file.state is FileState.KEPT:
        return
    work = await tx.get_one(Work, file.work_id)
    changed = (
        file.content_type != content_type
        or file.state is FileState.FAILED
        or file.by_form
        or work.by_form
        or work.message_gone
    )
    file.state, file.sha256, file.size, file.preview, file.error = FileState.KEPT, sha256, size, preview, ""
    file.content_type = content_type
    if sound is not None:
        file.duration_ms, file.peaks = sound.duration_ms, list(sound.peaks) or None
    await tx.flush()
    note(tx, work, "file_kept", None, now, file=file.name, position=file.position, sha256=sha256, size=size)
    await grants.file_kept(tx, work.id, name=file.name, sha256=sha256, size=size)
    work.medium = await _medium(tx, work)
    await lookalikes.consider(tx, work, file, dhash=dhash, now=now)
    if changed:
        await refresh_card(tx, work, now)


@writes
async def postponed(
    tx: Transaction, file_id: int, *, error: str, at: datetime, url: str | None = None, fetched: str = ""
) -> None:
    """The try failed and the next is at `at`, from `url` if a fresh address was found."""
    file = await _still(tx, file_id, fetched)
    if file is not None and file.state is FileState.WAITING:
        file.attempts, file.next_try_at, file.error = file.attempts + 1, at, error
        file.url = url or file.url


@writes
async def failed(tx: Transaction, file_id: int, *, sentence: str, now: datetime, fetched: str = "") -> None:
    """The file cannot be kept; `sentence` says why, on the work's card."""
    file = await _still(tx, file_id, fetched)
    if file is None or file.state is not FileState.WAITING:
        return
    file.state, file.error = FileState.FAILED, sentence
    work = await tx.get_one(Work, file.work_id)
    note(tx, work, "file_failed", None, now, file=file.name, position=file.position, sentence=sentence)
    await refresh_card(tx, work, now)


async def _still(tx: Transaction, file_id: int, fetched: str) -> WorkFile | None:
    """The file, if it is still the one that was fetched: SQLite gives the id of a row that went to the next."""
    file = await tx.get(WorkFile, file_id)
    return file if file is None or not fetched or file.url == fetched else None


async def _medium(tx: Transaction, work: Work) -> str:
    kinds = await tx.scalars(select(WorkFile.content_type).where(WorkFile.work_id == work.id))
    return medium_of_types(list(kinds)) or work.medium


def medium_of_types(content_types: Collection[str]) -> str | None:
    """The medium that files of these types make; mixed when they differ, None without files."""
    names = {"image": "picture", "audio": "sound", "video": "video"}
    found = {names.get(kind.split("/")[0].lower(), "text") for kind in content_types}
    if len(found) > 1:
        return "mixed"
    return found.pop() if found else None
