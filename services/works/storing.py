"""How a work gets into the tables, whichever way it came: its episode, its row, its files, its card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from db.models import (
    Credit,
    CreditState,
    Deal,
    Episode,
    FileState,
    Show,
    Work,
    WorkFile,
    WorkLink,
    WorkState,
)
from domain.episode import Phase, counts_for
from domain.errors import UserError
from domain.licences import Licence
from services import outbox
from services.access import Actor, remember_artist, remember_guild
from services.episodes.notices import keep_current
from services.store import Transaction
from services.works import sources, words
from services.works.files import medium_of_types
from services.works.records import TAKING, Held, note

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

    `reply_to` is the message it answers. The instant it counts by is the one in its id.
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


async def known_message(tx: Transaction, message_id: int) -> Collected | None:
    """The work that a message or interaction has already become, or None."""
    row = (await tx.execute(select(Work.id, Work.number).where(Work.message_id == message_id))).one_or_none()
    return None if row is None else Collected(Took.KNOWN, row.id, row.number)


async def taking_episode(tx: Transaction, show_ids: Sequence[int], at: datetime) -> Episode | None:
    """The episode that a work made at `at` counts for: the newest of those whose time it falls into.

    An episode that has moved on (the bot was away) still takes what was made in its time, until it is out.
    """
    rows = await tx.execute(
        select(Episode, Deal.grace_seconds)
        .join(Deal, Deal.episode_id == Episode.id)
        .where(Episode.show_id.in_(show_ids), Episode.phase.in_(TAKING), Episode.opens_at <= at)
        .order_by(Episode.opens_at.desc(), Episode.id.desc())
    )
    for episode, grace in rows:
        if episode.opens_at is not None and counts_for(at, episode.opens_at, episode.closes_at, grace):
            return episode
    return None


async def last_episode(tx: Transaction, show_id: int) -> Episode | None:
    """The show's episode that opened last."""
    return await tx.scalar(
        select(Episode)
        .where(Episode.show_id == show_id, Episode.opens_at.is_not(None), Episode.phase != Phase.PLANNED)
        .order_by(Episode.opens_at.desc(), Episode.id.desc())
        .limit(1)
    )


async def refusal(tx: Transaction, show: Show) -> str:
    """The sentence for a work that no episode takes."""
    last = await last_episode(tx, show.id)
    later = "The next theme will be posted here." if not show.paused else "The next theme is not set yet."
    if last is None or last.phase not in TAKING or last.closes_at is None:
        return f"No episode of {show.name} is open for submissions right now. {later}"
    code = f"S{last.season}E{last.number} {last.title}"
    return f"Submissions for {code} closed <t:{int(last.closes_at.timestamp())}:R>. {later}"


async def store(
    tx: Transaction,
    show: Show,
    episode: Episode,
    posting: Posting,
    reading: words.Reading,
    *,
    at: datetime,
    now: datetime,
) -> Collected:
    """Store a message as a work, with the sources that it names."""
    author = Actor(
        guild_id=posting.guild_id, guild_name=posting.guild_name, user_id=posting.author_id,
        name=posting.author_name, role_ids=frozenset(), manages_guild=False,
    )  # fmt: skip
    made_from = await named_sources(tx, show, posting, reading)
    licence = sources.fitting_licence(show.licence, [source.licence for source in made_from])
    held = await insert(
        tx, show, episode, author, title=_title(posting, reading), note_text=reading.note, licence=licence,
        medium=medium_of(posting.attachments, reading.links), channel_id=posting.channel_id,
        message_id=posting.message_id, by_form=False, at=at, now=now,
    )  # fmt: skip
    await attach(tx, held.work, posting.attachments, reading.links, now)
    note(tx, held.work, "collected", posting.author_id, now, title=held.work.title, note=held.work.note)
    await link_named(tx, held, made_from, by=posting.author_id, now=now)
    return await announce(tx, held, reply_to=posting.message_id, now=now)


async def insert(
    tx: Transaction,
    show: Show,
    episode: Episode,
    author: Actor,
    *,
    title: str,
    note_text: str,
    licence: Licence,
    medium: str,
    channel_id: int,
    message_id: int,
    by_form: bool,
    at: datetime,
    now: datetime,
) -> Held:
    """Write a work with the show's next number, and its artist's credit for all of it."""
    await remember_guild(tx, author.guild_id, author.guild_name, now)
    artist = await remember_artist(tx, author.guild_id, author.user_id, author.name, now)
    work = Work(
        show_id=show.id, episode_id=episode.id, number=show.next_work, artist_id=artist.id, title=title,
        note=note_text, medium=medium, licence=licence, state=WorkState.IN, reason="", channel_id=channel_id,
        message_id=message_id, by_form=by_form, submitted_at=at, collected_at=now, version=1,
    )  # fmt: skip
    show.next_work += 1
    tx.add(work)
    await tx.flush()
    tx.add(Credit(work_id=work.id, artist_id=artist.id, role="", share_bp=10_000, state=CreditState.CONFIRMED))
    deal = await tx.get_one(Deal, episode.id)
    return Held(work, episode, deal, show, artist)


async def attach(
    tx: Transaction, work: Work, attachments: Sequence[Attachment], links: Sequence[str], now: datetime
) -> None:
    """Write down the files to fetch and the links."""
    for position, file in enumerate(attachments[:FILES]):
        tx.add(
            WorkFile(
                work_id=work.id, position=position, name=file.name[:260] or "file",
                content_type=file.content_type[:100], size=max(0, file.size), url=file.url, state=FileState.WAITING,
                attempts=0, next_try_at=now, error="",
            )
        )  # fmt: skip
    for position, address in enumerate(links[:_LINKS]):
        tx.add(WorkLink(work_id=work.id, position=position, url=address))


async def announce(tx: Transaction, held: Held, *, reply_to: int | None, now: datetime) -> Collected:
    """Have the card said, and the work counted in its episode's own post."""
    work = held.work
    await outbox.say(
        tx, key=f"work:{work.id}:card", kind="work_card", show_id=work.show_id, subject={"work": work.id},
        channel_id=work.channel_id, reply_to=reply_to, post_key=f"work:{work.id}", now=now,
    )  # fmt: skip
    await keep_current(tx, work.episode_id, now)
    return Collected(Took.COLLECTED, work.id, work.number)


async def named_sources(tx: Transaction, show: Show, posting: Posting, reading: words.Reading) -> list[Work]:
    """The works of this show that a message names: by answering, by its thread, by link or by number."""
    messages = [*reading.messages]
    if posting.reply_to is not None:
        messages.append(posting.reply_to)
    if posting.parent_id is not None:
        messages.append(posting.channel_id)  # a thread has the id of the message it was started on
    found = await sources.referred(
        tx, messages=messages, gallery=reading.gallery, show_id=show.id, numbers=reading.numbers
    )
    return [
        work
        for work in found
        if work.show_id == show.id and work.message_id != posting.message_id and work.state is WorkState.IN
    ][: sources.MOST]


async def link_named(tx: Transaction, held: Held, made_from: Sequence[Work], *, by: int, now: datetime) -> None:
    """Link what a message names; what cannot be a source is written into the history, and the work is kept."""
    for source in made_from:
        try:
            await sources.link(tx, held, source, by=by, thanks="", now=now)
        except UserError as error:
            note(tx, held.work, "source_refused", by, now, source=source.id, sentence=str(error))


def medium_of(attachments: Sequence[Attachment], links: Sequence[str]) -> str:
    """The medium: of its files, else link, else text; mixed when the files differ."""
    return medium_of_types([file.content_type for file in attachments]) or ("link" if links else "text")


def _title(posting: Posting, reading: words.Reading) -> str:
    if reading.title:
        return reading.title
    if posting.attachments:
        return words.title_of_file(posting.attachments[0].name)
    return words.title_of_link(reading.links[0]) if reading.links else "Untitled"
