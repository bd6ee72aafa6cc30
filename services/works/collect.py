"""Taking works in from the messages of a show's channel. Asked twice, a work is still one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Collecting, Show
from domain.episode import snowflake_time
from services import outbox
from services.store import Transaction, writes
from services.works import grants, limits, words
from services.works.naming import Fresh, link_fresh
from services.works.records import TAKING
from services.works.storing import Attachment, Collected, Draft, Posting, Took, draft, known_messages, store
from services.works.taking import last_episode, refusal, still_taking, taking_at

__all__ = ["Attachment", "Collected", "Posting", "Took", "collect", "collect_many", "take"]


@dataclass(frozen=True, slots=True)
class _Message:
    """A message that may be a work: of the shows that collect in its channel, made at `at`."""

    posting: Posting
    reading: words.Reading
    shows: Sequence[Show]
    at: datetime


@writes
async def collect(tx: Transaction, posting: Posting, *, site_url: str, now: datetime) -> Collected:
    """Take in a message of a show's channel if it is a work.

    By the show's way of collecting; into the episode whose time its message was made in. After the deadline it
    is refused with a kind answer and nothing is stored. The second time it is KNOWN.
    """
    return (await take(tx, [posting], site_url=site_url, now=now))[0]


@writes
async def collect_many(
    tx: Transaction, postings: Sequence[Posting], *, site_url: str, now: datetime
) -> list[Collected]:
    """Take in several messages, in order, with one commit."""
    return await take(tx, postings, site_url=site_url, now=now)


async def take(
    tx: Transaction, postings: Sequence[Posting], *, site_url: str, now: datetime, by_edit: bool = False
) -> list[Collected]:
    """collect_many() inside a transaction. What does not depend on the single message is asked for once.

    `by_edit`: the messages were none before they were edited, so it is the edit that has to be in time.
    """
    found = await _candidates(tx, postings, site_url, by_edit=by_edit)
    known = await known_messages(tx, found.keys())
    new = [message for message_id, message in found.items() if message_id not in known]
    took = known | await _take_new(tx, new, now)
    answers, seen = [], set(known)
    for posting in postings:
        one = took.get(posting.message_id, Collected(Took.IGNORED))
        again = posting.message_id in seen and one.took is Took.COLLECTED
        answers.append(Collected(Took.KNOWN, one.work_id, one.number) if again else one)
        seen.add(posting.message_id)
    return answers


async def _candidates(
    tx: Transaction, postings: Sequence[Posting], site_url: str, *, by_edit: bool
) -> dict[int, _Message]:
    """The messages that may be works, by their ids, in order."""
    places = {place for posting in postings for place in _places(posting)}
    rows = await tx.scalars(select(Show).where(Show.works_channel_id.in_(places)).order_by(Show.id))
    collecting = [show for show in rows if show.collecting is Collecting.EVERYTHING]
    found: dict[int, _Message] = {}
    for posting in postings:
        here = _places(posting)
        shows = [s for s in collecting if s.works_channel_id in here and s.guild_id == posting.guild_id]
        if not shows:
            continue
        reading = words.read_text(posting.text, guild_id=posting.guild_id, site_url=site_url)
        if posting.attachments or reading.links:
            made = snowflake_time(posting.message_id)
            at = max(made, posting.edited_at) if by_edit and posting.edited_at is not None else made
            found.setdefault(posting.message_id, _Message(posting, reading, shows, at))
    return found


async def _take_new(tx: Transaction, messages: Sequence[_Message], now: datetime) -> dict[int, Collected]:
    """Store the messages that an episode takes; refuse those that come too late."""
    shows = {show.id: show for message in messages for show in message.shows}
    episodes = await still_taking(tx, shows.keys()) if shows else ()
    took: dict[int, Collected] = {}
    taken: list[tuple[_Message, Draft]] = []
    for message in messages:
        posting, episode = message.posting, taking_at(episodes, {show.id for show in message.shows}, message.at)
        if episode is None:
            took[posting.message_id] = await _refuse_late(tx, message, now)
            continue
        show = shows[episode.show_id]
        problem = limits.refusal(show, posting.attachments)
        if problem:
            took[posting.message_id] = await _refuse(tx, show, posting, problem, episode.id, now)
            continue
        taken.append((message, draft(show, episode, posting, message.reading, at=message.at)))
    stored = await store(tx, [made for _, made in taken], now=now)
    fresh = []
    for (message, made), one in zip(taken, stored, strict=True):
        took[message.posting.message_id] = one.collected
        fresh.append(Fresh(one.work_id, made.show, message.posting, message.reading))
    await link_fresh(tx, fresh, now=now)
    await grants.record_new(tx, [grants.Given(one.work_id, one.posting.author_id) for one in fresh], now=now)
    return took


async def _refuse_late(tx: Transaction, message: _Message, now: datetime) -> Collected:
    """Answer kindly if the deadline of the last episode has passed; between episodes the channel is for talk."""
    show, posting = message.shows[0], message.posting
    last = await last_episode(tx, show.id)
    if last is None or last.phase not in TAKING or last.closes_at is None or message.at < last.closes_at:
        return Collected(Took.IGNORED)
    return await _refuse(tx, show, posting, await refusal(tx, show), last.id, now, late=True)


async def _refuse(
    tx: Transaction, show: Show, posting: Posting, reason: str, episode_id: int, now: datetime, *, late: bool = False
) -> Collected:
    await outbox.say(
        tx, key=f"work_refused:{posting.message_id}", kind="work_refused", show_id=show.id,
        subject={"reason": reason, "episode": episode_id, "late": late}, channel_id=posting.channel_id,
        reply_to=posting.message_id, now=now,
    )  # fmt: skip
    return Collected(Took.REFUSED)


def _places(posting: Posting) -> tuple[int, ...]:
    """Where a message was posted: its channel, and the one that its thread hangs under."""
    return (posting.channel_id,) if posting.parent_id is None else (posting.channel_id, posting.parent_id)
