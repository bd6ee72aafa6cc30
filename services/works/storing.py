"""How works get into the tables, whichever way they came: their rows, files, first credit, card. Many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select

from db.models import (
    Credit,
    CreditState,
    Episode,
    FileState,
    Show,
    Work,
    WorkEvent,
    WorkFile,
    WorkLink,
    WorkState,
)
from domain.licences import Licence
from services import outbox
from services.access import Actor, remember_artists, remember_guild
from services.episodes.notices import keep_current
from services.store import Transaction
from services.works import words
from services.works.files import medium_of_types
from services.works.records import write_rows

FILES = 10
"""Files a work can have: what one message can carry."""

_LINKS = 10


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as Discord describes it; size in bytes, `url` good for about a day."""

    name: str
    content_type: str
    size: int
    url: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A message as it arrived. Ids are Discord's; `parent_id` is the channel that a thread hangs under.

    `reply_to` is the message it answers, `post_name` what the forum post is called that it opens, `edited_at` when it
    was last edited. The instant it counts by is the one in its id.
    """

    guild_id: int
    guild_name: str
    channel_id: int
    parent_id: int | None
    message_id: int
    author_id: int
    author_name: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: int | None = None
    post_name: str = ""
    edited_at: datetime | None = None


class Took(StrEnum):
    """What became of a message."""

    COLLECTED = "collected"
    KNOWN = "known"
    REFUSED = "refused"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of a message, and the work it is (its row id and its number)."""

    took: Took
    work_id: int | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A work that is about to be stored. `message_id` is its message, or the interaction of a form (`by_form`).

    `at` is when that was made, `reply_to` the message that its card answers, `asked_by` the Discord user by whose act
    it is submitted if not its author's, `edited_at` when its message was last edited.
    """

    show: Show
    episode: Episode
    author: Actor
    title: str
    note: str
    licence: Licence
    channel_id: int
    message_id: int
    at: datetime
    attachments: Sequence[Attachment] = ()
    links: Sequence[str] = ()
    by_form: bool = False
    reply_to: int | None = None
    asked_by: int | None = None
    edited_at: datetime | None = None

    @property
    def medium(self) -> str:
        """The medium: of its files, else link, else text; mixed when the files differ."""
        kinds = [file.content_type for file in self.attachments]
        return medium_of_types(kinds) or ("link" if self.links else "text")


@dataclass(frozen=True, slots=True)
class Stored:
    """A new work: its row id and its number."""

    work_id: int
    number: int

    @property
    def collected(self) -> Collected:
        """The answer to whoever brought it."""
        return Collected(Took.COLLECTED, self.work_id, self.number)


def draft(
    show: Show,
    episode: Episode,
    posting: Posting,
    reading: words.Reading,
    *,
    at: datetime,
    asked_by: int | None = None,
) -> Draft:
    """The work that a message makes, under the show's licence."""
    title, note = words_of(posting, reading)
    author = Actor(
        guild_id=posting.guild_id, guild_name=posting.guild_name, user_id=posting.author_id,
        name=posting.author_name, role_ids=frozenset(), manages_guild=False,
    )  # fmt: skip
    return Draft(
        show=show, episode=episode, author=author, title=title, note=note,
        licence=show.licence, channel_id=posting.channel_id, message_id=posting.message_id, at=at,
        attachments=posting.attachments, links=reading.links, reply_to=posting.message_id, asked_by=asked_by,
        edited_at=posting.edited_at,
    )  # fmt: skip


async def known_messages(tx: Transaction, message_ids: Collection[int]) -> dict[int, Collected]:
    """The works that messages or interactions have already become."""
    rows = await tx.execute(select(Work.message_id, Work.id, Work.number).where(Work.message_id.in_(message_ids)))
    return {
        message_id: Collected(Took.KNOWN, work_id, number)
        for message_id, work_id, number in rows
        if message_id is not None
    }


async def known_message(tx: Transaction, message_id: int) -> Collected | None:
    """The work that a message or interaction has already become, or None."""
    return (await known_messages(tx, [message_id])).get(message_id)


async def store(tx: Transaction, drafts: Sequence[Draft], *, now: datetime) -> list[Stored]:
    """Write works with their show's next numbers, and have their cards said.

    Each belongs wholly to who posted it. The number of statements does not grow with the number of works.
    """
    if not drafts:
        return []
    works = await _works(tx, drafts, now)
    ids = list(await tx.scalars(insert(Work).returning(Work.id, sort_by_parameter_order=True), works))
    await write_rows(tx, Credit, [_whole(work_id, work["artist_id"]) for work_id, work in zip(ids, works, strict=True)])
    stored = list(zip(ids, drafts, strict=True))
    await write_rows(tx, WorkFile, [row for work_id, draft in stored for row in _files(work_id, draft, now)])
    await write_rows(tx, WorkLink, [row for work_id, draft in stored for row in _links(work_id, draft)])
    await write_rows(tx, WorkEvent, [_collected(work_id, draft, now) for work_id, draft in stored])
    await outbox.say_new(tx, [_card(work_id, draft) for work_id, draft in stored], now=now)
    for episode_id in dict.fromkeys(draft.episode.id for draft in drafts):
        await keep_current(tx, episode_id, now)
    return [Stored(work_id, work["number"]) for work_id, work in zip(ids, works, strict=True)]


async def _works(tx: Transaction, drafts: Sequence[Draft], now: datetime) -> list[dict[str, Any]]:
    """The rows of the works; each takes the next number of its show."""
    artists = await _artists(tx, drafts, now)
    rows = []
    for draft in drafts:
        rows.append({
            "show_id": draft.show.id, "episode_id": draft.episode.id, "number": draft.show.next_work,
            "artist_id": artists[draft.author.guild_id, draft.author.user_id], "title": draft.title,
            "note": draft.note, "medium": draft.medium, "licence": draft.licence, "state": WorkState.IN,
            "reason": "", "channel_id": draft.channel_id, "message_id": draft.message_id, "by_form": draft.by_form,
            "submitted_at": draft.at, "collected_at": now, "message_edited_at": draft.edited_at, "version": 1,
        })  # fmt: skip
        draft.show.next_work += 1
    return rows


async def _artists(tx: Transaction, drafts: Sequence[Draft], now: datetime) -> dict[tuple[int, int], int]:
    """The row ids of everybody who posted, by guild and user."""
    guilds: dict[int, dict[int, str]] = {}
    for draft in drafts:
        guilds.setdefault(draft.author.guild_id, {})[draft.author.user_id] = draft.author.name
    names = {draft.author.guild_id: draft.author.guild_name for draft in drafts}
    found = {}
    for guild_id, people in guilds.items():
        await remember_guild(tx, guild_id, names[guild_id], now)
        for user_id, artist_id in (await remember_artists(tx, guild_id, people, now)).items():
            found[guild_id, user_id] = artist_id
    return found


def _whole(work_id: int, artist_id: int) -> dict[str, Any]:
    return {
        "work_id": work_id, "artist_id": artist_id, "role": "", "share_bp": 10_000, "state": CreditState.CONFIRMED,
    }  # fmt: skip


def _files(work_id: int, draft: Draft, now: datetime) -> list[dict[str, Any]]:
    """The files, to be fetched."""
    return [
        {
            "work_id": work_id, "position": position, "name": file.name[:260] or "file",
            "content_type": file.content_type[:100], "size": max(0, file.size), "url": file.url,
            "state": FileState.WAITING, "attempts": 0, "next_try_at": now, "error": "", "by_form": draft.by_form,
        }
        for position, file in enumerate(draft.attachments[:FILES])
    ]  # fmt: skip


def _links(work_id: int, draft: Draft) -> list[dict[str, Any]]:
    return [
        {"work_id": work_id, "position": position, "url": address}
        for position, address in enumerate(draft.links[:_LINKS])
    ]


def _collected(work_id: int, draft: Draft, now: datetime) -> dict[str, Any]:
    """The first line of a work's history: all that later lines change (domain.history)."""
    detail = {
        "title": draft.title, "note": draft.note, "licence": draft.licence.value, "artist": draft.author.user_id,
        "files": [file.name[:260] or "file" for file in draft.attachments[:FILES]],
        "links": list(draft.links[:_LINKS]),
    }  # fmt: skip
    by = draft.asked_by or draft.author.user_id
    return {"work_id": work_id, "at": now, "by_user": by, "kind": "collected", "detail": detail}


def _card(work_id: int, draft: Draft) -> outbox.Saying:
    return outbox.Saying(
        key=f"work:{work_id}:card", kind="work_card", show_id=draft.show.id, subject={"work": work_id},
        channel_id=draft.channel_id, reply_to=draft.reply_to, post_key=f"work:{work_id}",
    )  # fmt: skip


def words_of(posting: Posting, reading: words.Reading) -> tuple[str, str]:
    """The title and note that a message gives; a forum post has a name, and then all its text is the note."""
    if posting.post_name:
        return words.cut_title(posting.post_name) or "Untitled", posting.text.strip()[: words.NOTE]
    return _title(posting, reading), reading.note


def _title(posting: Posting, reading: words.Reading) -> str:
    if reading.title:
        return reading.title
    if posting.attachments:
        return words.title_of_file(posting.attachments[0].name)
    return words.title_of_link(reading.links[0]) if reading.links else "Untitled"
