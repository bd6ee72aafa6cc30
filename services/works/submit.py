"""Taking works in because somebody asked: by a form, or by pointing at a message."""

from dataclasses import dataclass
from datetime import datetime

from db.models import (
    Episode,
    Show,
)
from domain.errors import UserError
from domain.filekinds import named_kinds
from domain.licences import Licence
from services.access import Actor, find_show, is_producer
from services.store import Transaction, reads, writes
from services.works import grants, limits, sources, words
from services.works.naming import Fresh, link_fresh
from services.works.records import hold
from services.works.storing import Attachment, Collected, Draft, Posting, draft, known_message, store
from services.works.taking import refusal, taking_episode


@dataclass(frozen=True, slots=True)
class Form:
    """A filled-in /submit. `channel_id` is where the card goes, `asked_by` the interaction's id.

    `sources` holds one source a line (#12, a link, or a title); `licence` None takes the show's.
    """

    channel_id: int
    asked_by: int
    title: str
    note: str
    sources: str = ""
    licence: Licence | None = None
    attachments: tuple[Attachment, ...] = ()
    show: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a form would be taken: the show, its episode, its usual licence, its channel. All in one read.

    What files it takes: how many, how large in MB (None: as large as is kept at all), of which kinds (none: all).
    """

    show_id: int
    show_name: str
    works_channel_id: int
    episode_code: str
    episode_title: str
    closes_at: datetime | None
    licence: Licence
    max_files: int
    max_file_mb: int | None
    file_kinds: tuple[str, ...]


@reads
async def desk(tx: Transaction, guild_id: int, *, show: str | None, channel_id: int | None, at: datetime) -> Desk:
    """What a form needs to know before it is shown; UserError when nothing is open."""
    found = await find_show(tx, guild_id, name=show, channel_id=channel_id)
    episode = await taking_episode(tx, [found.id], at)
    if episode is None:
        raise UserError(await refusal(tx, found))
    return Desk(
        show_id=found.id, show_name=found.name, works_channel_id=found.works_channel_id,
        episode_code=f"S{episode.season}E{episode.number}", episode_title=episode.title,
        closes_at=episode.closes_at, licence=found.licence, max_files=found.max_files, max_file_mb=found.max_file_mb,
        file_kinds=named_kinds(found.file_kinds),
    )  # fmt: skip


@writes
async def submit(tx: Transaction, actor: Actor, form: Form, *, at: datetime, site_url: str, now: datetime) -> Collected:
    """Take in a form; the interaction's id makes it one work however often it arrives.

    UserError, and nothing stored, when submissions are closed or a source cannot be one.
    """
    seen = await known_message(tx, form.asked_by)
    if seen is not None:
        return seen
    show = await find_show(tx, actor.guild_id, name=form.show, channel_id=form.channel_id)
    title = words.cut_title(form.title)
    if not title:
        raise UserError("A work needs a title.")
    limits.require(show, form.attachments)
    episode = await taking_episode(tx, [show.id], at)
    if episode is None:
        raise UserError(await refusal(tx, show))
    return await _store_form(tx, actor, show, episode, form, title, at=at, site_url=site_url, now=now)


@writes
async def submit_message(
    tx: Transaction, actor: Actor, posting: Posting, *, at: datetime, site_url: str, now: datetime
) -> Collected:
    """Take in a message because somebody asked for it, from any channel; `at`, the asking, is what counts.

    Only its author or a producer may ask. UserError when it cannot be taken.
    """
    seen = await known_message(tx, posting.message_id)
    if seen is not None:
        return seen
    show = await find_show(tx, actor.guild_id, channel_id=posting.parent_id or posting.channel_id)
    if actor.user_id != posting.author_id and not is_producer(show, actor):
        raise UserError(f"Only {posting.author_name}, who posted this message, or a producer can submit it.")
    reading = words.read_text(posting.text, guild_id=posting.guild_id, site_url=site_url)
    if not (posting.attachments or reading.links or reading.title):
        raise UserError("There is nothing in this message to submit: no file, no link and no text.")
    limits.require(show, posting.attachments)
    episode = await taking_episode(tx, [show.id], at)
    if episode is None:
        raise UserError(await refusal(tx, show))
    made = draft(show, episode, posting, reading, at=at, asked_by=actor.user_id)
    (stored,) = await store(tx, [made], now=now)
    await link_fresh(tx, [Fresh(stored.work_id, show, posting, reading)], now=now)
    await grants.record_new(tx, [grants.Given(stored.work_id, actor.user_id)], now=now)
    return stored.collected


async def _store_form(
    tx: Transaction,
    actor: Actor,
    show: Show,
    episode: Episode,
    form: Form,
    title: str,
    *,
    at: datetime,
    site_url: str,
    now: datetime,
) -> Collected:
    lines = words.source_lines(form.sources)
    demanded = await sources.licences_named(tx, show, lines, site_url=site_url)
    licence = form.licence or sources.fitting_licence(show.licence, demanded)
    links = words.read_text(form.note, guild_id=actor.guild_id, site_url=site_url).links
    made = Draft(
        show=show, episode=episode, author=actor, title=title, note=form.note.strip()[: words.NOTE], licence=licence,
        channel_id=form.channel_id, message_id=form.asked_by, at=at, attachments=form.attachments, links=links,
        by_form=True,
    )  # fmt: skip
    (stored,) = await store(tx, [made], now=now)
    await grants.record_new(tx, [grants.Given(stored.work_id, actor.user_id)], now=now)
    if lines:
        held = await hold(tx, stored.work_id)
        await sources.add_lines(tx, held, lines, by=actor, site_url=site_url, now=now)
    return stored.collected
