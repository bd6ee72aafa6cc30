"""Messages become works: which, where, when, and only once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.models import Artist, Collecting, Credit, CreditState, OutboxRow, Post, Show, Work, WorkState
from domain.episode import Phase
from domain.errors import UserError
from domain.licences import Licence
from services.shows import ShowView
from services.store import Database
from services.works import edit, following, read
from services.works.collect import Attachment, Took, collect, collect_many
from services.works.submit import Form, desk, submit, submit_message
from tests.support.studio import NEWS_CHANNEL, NOW, PRODUCER, WORKS_CHANNEL, actor, after
from tests.support.works import SITE, collected, into, opened, picture, posting, rules, snowflake, work_id

MIA, LEO = actor("Mia"), actor("Leo")


async def test_a_message_with_a_file_is_a_work(studio_db: Database, show: ShowView) -> None:
    episode = await opened(studio_db)
    message = posting(MIA, "Dawn\nfor the early birds https://a.example/x")
    took = await collect(studio_db, message, site_url=SITE, now=NOW)
    assert took.took is Took.COLLECTED
    work = await read.view(studio_db, took.work_id)
    assert (work.number, work.title, work.medium) == (1, "Dawn", "picture")
    assert work.note == "for the early birds https://a.example/x"
    assert work.episode_id == episode.id
    assert work.licence is Licence.CC_BY
    assert work.links == ("https://a.example/x",)
    assert [(file.name, file.size) for file in work.files] == [("dawn.png", 1000)]
    assert [(part.artist.name, part.share_bp, part.state) for part in work.credits] == [
        ("Mia", 10_000, CreditState.CONFIRMED)
    ]
    assert work.submitted_at == NOW
    async with studio_db.reading() as tx:
        card = await tx.scalar(select(OutboxRow).where(OutboxRow.kind == "work_card"))
    assert (card.channel_id, card.reply_to, card.post_key) == (WORKS_CHANNEL, message.message_id, f"work:{work.id}")


@pytest.mark.parametrize(
    ("changes", "took", "medium"),
    [
        ({"attachments": (), "text": "just talk about #1"}, Took.IGNORED, None),
        ({"attachments": (), "text": "https://tenor.com/view/cat"}, Took.IGNORED, None),
        ({"attachments": (), "text": "https://soundcloud.example/x"}, Took.COLLECTED, "link"),
        ({"attachments": (picture("a.mp3", kind="audio/mpeg"),)}, Took.COLLECTED, "sound"),
        ({"attachments": (picture(), picture("a.mp4", kind="video/mp4"))}, Took.COLLECTED, "mixed"),
        ({"channel_id": NEWS_CHANNEL}, Took.IGNORED, None),
        ({"channel_id": 77, "parent_id": WORKS_CHANNEL}, Took.COLLECTED, "picture"),
        ({"guild_id": 5}, Took.IGNORED, None),
    ],
)
async def test_what_is_a_work(studio_db: Database, show: ShowView, changes, took: Took, medium: str | None) -> None:
    await opened(studio_db)
    found = await collect(studio_db, posting(MIA, **changes), site_url=SITE, now=NOW)
    assert found.took is took
    if medium:
        assert (await read.view(studio_db, found.work_id)).medium == medium
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Work)) == (1 if medium else 0)


async def test_only_when_asked(studio_db: Database, show: ShowView) -> None:
    await rules(studio_db, collecting=Collecting.ASKED)
    await opened(studio_db)
    message = posting(MIA, "Dawn")
    assert (await collect(studio_db, message, site_url=SITE, now=NOW)).took is Took.IGNORED
    first = await submit_message(studio_db, MIA, message, at=NOW, site_url=SITE, now=NOW)
    again = await submit_message(studio_db, MIA, message, at=NOW, site_url=SITE, now=NOW)
    assert (first.took, again.took, again.work_id) == (Took.COLLECTED, Took.KNOWN, first.work_id)


async def test_only_the_author_or_a_producer_asks(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    message = posting(MIA, "Dawn", channel_id=999)
    with pytest.raises(UserError, match="Only Mia"):
        await submit_message(studio_db, LEO, message, at=NOW, site_url=SITE, now=NOW)
    took = await submit_message(studio_db, PRODUCER, message, at=NOW, site_url=SITE, now=NOW)
    assert (await read.view(studio_db, took.work_id)).artist.name == "Mia"


async def test_a_poem_can_be_submitted_but_not_an_empty_message(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    poem = posting(MIA, "Dawn\nwe wake", attachments=())
    took = await submit_message(studio_db, MIA, poem, at=NOW, site_url=SITE, now=NOW)
    work = await read.view(studio_db, took.work_id)
    assert (work.medium, work.note) == ("text", "we wake")
    with pytest.raises(UserError, match="nothing in this message"):
        await submit_message(studio_db, MIA, posting(MIA, "", attachments=()), at=NOW, site_url=SITE, now=NOW)


async def test_twenty_at_once_are_one_work(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    message = posting(MIA, "Dawn")
    took = await asyncio.gather(*(collect(studio_db, message, site_url=SITE, now=NOW) for _ in range(20)))
    assert sorted(found.took for found in took) == [Took.COLLECTED] + [Took.KNOWN] * 19
    assert len({found.work_id for found in took}) == 1
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(Show.next_work)) == 2
        assert await tx.scalar(select(func.count()).select_from(Credit)) == 1


async def test_numbers_have_no_gaps_and_no_doubles(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    messages = [posting(actor(f"{i % 5} artist"), f"work {i}") for i in range(10)]
    await asyncio.gather(*(collect(studio_db, message, site_url=SITE, now=NOW) for message in messages))
    async with studio_db.reading() as tx:
        assert sorted(await tx.scalars(select(Work.number))) == list(range(1, 11))
        assert await tx.scalar(select(func.count()).select_from(Artist)) == 5


async def test_a_batch_is_taken_in_order(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    messages = [posting(MIA, f"work {i}") for i in range(10)]
    took = await collect_many(studio_db, [*messages, messages[0]], site_url=SITE, now=NOW)
    assert [found.number for found in took] == [*range(1, 11), 1]
    assert took[-1].took is Took.KNOWN


async def test_a_batch_is_as_if_taken_one_by_one(studio_db: Database, show: ShowView) -> None:
    await rules(studio_db, licence=Licence.CC_BY_SA)
    await opened(studio_db)
    await collected(studio_db, MIA, "Alike")
    await rules(studio_db, licence=Licence.CC_BY)
    first = posting(MIA, "Remix of #1, not of #4")
    batch = [
        first,
        posting(LEO, "Answers the first", reply_to=first.message_id),
        posting(actor("Mia Two", user_id=MIA.user_id), "Of both, #2 #3"),
        posting(MIA, "talk about #1", attachments=()),
        posting(MIA, "Too late", at=CLOSES + GRACE),
        first,
    ]
    took = await collect_many(studio_db, batch, site_url=SITE, now=NOW)
    stored, ignored, refused, known = [Took.COLLECTED] * 3, Took.IGNORED, Took.REFUSED, Took.KNOWN
    assert [found.took for found in took] == [*stored, ignored, refused, known]
    works = [await read.view(studio_db, found.work_id) for found in took[:3]]
    assert [[edge.work.number for edge in work.sources] for work in works] == [[1], [2], [2, 3]]
    assert {work.licence for work in works} == {Licence.CC_BY_SA}, "what the first source demands goes on"
    assert {work.artist.name for work in works} == {"Mia Two", "Leo"}
    async with studio_db.reading() as tx:
        edits = await tx.scalars(
            select(OutboxRow.key).where(OutboxRow.kind == "work_card", OutboxRow.key.like("edit:%"))
        )
        assert sorted(edits) == sorted(
            f"edit:work:{work_id}" for work_id in (works[0].id - 1, works[0].id, works[1].id)
        )


MILLISECOND = timedelta(milliseconds=1)
CLOSES = after(days=7)
GRACE = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("at", "took"),
    [
        (NOW - MILLISECOND, Took.IGNORED),
        (NOW, Took.COLLECTED),
        (CLOSES + GRACE - MILLISECOND, Took.COLLECTED),
        (CLOSES + GRACE, Took.REFUSED),
    ],
)
@pytest.mark.parametrize("in_voting", [False, True])
async def test_the_deadline_is_exact(studio_db: Database, show: ShowView, at, took: Took, in_voting: bool) -> None:
    episode = await opened(studio_db)
    assert episode.closes_at == CLOSES
    if in_voting:  # the bot was away: the episode went on, and the message is seen late
        await into(studio_db, episode.id, Phase.VOTING)
    message = posting(MIA, "Late", at=at)
    found = await collect(studio_db, message, site_url=SITE, now=CLOSES + timedelta(hours=1))
    assert found.took is took
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Work)) == (took is Took.COLLECTED)
        refusal = await tx.scalar(select(OutboxRow).where(OutboxRow.kind == "work_refused"))
    assert (refusal is not None) == (took is Took.REFUSED)
    if refusal is not None:
        assert refusal.reply_to == message.message_id
        assert f"S1E1 Dawn closed <t:{int(CLOSES.timestamp())}:R>" in refusal.subject["reason"]


async def test_a_refusal_is_said_once(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    message = posting(MIA, at=CLOSES + GRACE)
    for _ in range(3):
        await collect(studio_db, message, site_url=SITE, now=CLOSES)
    async with studio_db.reading() as tx:
        count = select(func.count()).select_from(OutboxRow).where(OutboxRow.kind == "work_refused")
        assert await tx.scalar(count) == 1


async def test_sources_by_answer_card_thread_link_and_number(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    messages = [posting(MIA, f"Part {i}") for i in range(1, 7)]
    ids = [(await collect(studio_db, m, site_url=SITE, now=NOW)).work_id for m in messages]
    card = snowflake(NOW)

    async def remember_card(tx) -> None:
        tx.add(Post(key=f"work:{ids[1]}", channel_id=WORKS_CHANNEL, message_id=card, posted_at=NOW))

    await studio_db.write(remember_card)
    link = f"https://discord.com/channels/{messages[3].guild_id}/{WORKS_CHANNEL}/{messages[3].message_id}"
    remix = await work_id(
        studio_db,
        LEO,
        f"All of it, {link} and {SITE}/works/{ids[4]} and #6, not #99 nor `#1`",
        reply_to=card,
        channel_id=messages[2].message_id,
        parent_id=WORKS_CHANNEL,
    )
    work = await read.view(studio_db, remix)
    assert [source.work.number for source in work.sources] == [2, 3, 4, 5, 6]
    assert [ref.number for ref in (await read.view(studio_db, ids[1])).used_in] == [7]
    assert work.links == ()
    answer = await work_id(studio_db, LEO, "Answer", reply_to=messages[0].message_id)
    assert [source.work.number for source in (await read.view(studio_db, answer)).sources] == [1]


async def test_a_remix_takes_the_licence_its_source_demands(studio_db: Database, show: ShowView) -> None:
    await rules(studio_db, licence=Licence.CC_BY_SA)
    await opened(studio_db)
    await collected(studio_db, MIA, "Alike")
    await rules(studio_db, licence=Licence.CC_BY)
    remix = await read.view(studio_db, await work_id(studio_db, LEO, "Remix of #1"))
    assert remix.licence is Licence.CC_BY_SA
    assert [source.work.number for source in remix.sources] == [1]


async def test_a_source_that_allows_no_remix_is_not_credited_and_the_artist_reads_why(
    studio_db: Database, show: ShowView
) -> None:
    await rules(studio_db, licence=Licence.CC_BY_ND)
    await opened(studio_db)
    await collected(studio_db, MIA, "Untouchable")
    remix = await read.view(studio_db, await work_id(studio_db, LEO, "Remix of #1"))
    assert remix.sources == ()
    assert remix.state is WorkState.IN
    assert len(remix.notices) == 1
    assert "does not allow remixes" in remix.notices[0]


async def test_a_form(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    await collected(studio_db, MIA, "Dawn")
    where = await desk(studio_db, MIA.guild_id, show=None, channel_id=WORKS_CHANNEL, at=NOW)
    assert (where.episode_code, where.works_channel_id) == ("S1E1", WORKS_CHANNEL)
    form = Form(
        WORKS_CHANNEL,
        snowflake(NOW),
        " Dusk ",
        "see https://a.example",
        "#1\nA waltz https://w.example",
        attachments=(Attachment("dusk.wav", "audio/wav", 5, "https://cdn.discordapp.com/x"),),
    )
    took = await asyncio.gather(*(submit(studio_db, LEO, form, at=NOW, site_url=SITE, now=NOW) for _ in range(4)))
    assert sorted(found.took for found in took) == [Took.COLLECTED] + [Took.KNOWN] * 3
    work = await read.view(studio_db, took[0].work_id)
    assert (work.title, work.medium, work.by_form, work.links) == ("Dusk", "sound", True, ("https://a.example",))
    assert [(s.work.number if s.work else s.outside_title, s.outside_url) for s in work.sources] == [
        (1, None),
        ("A waltz", "https://w.example"),
    ]
    async with studio_db.reading() as tx:
        card = await tx.scalar(select(OutboxRow).where(OutboxRow.key == f"work:{work.id}:card"))
    assert card.reply_to is None


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"title": " \n"}, "needs a title"),
        ({"sources": "#99"}, "no work #99"),
        ({"sources": "https://discord.com/channels/900000000000000001/1/2"}, "does not lead to a work"),
    ],
)
async def test_a_form_that_cannot_be_taken_changes_nothing(studio_db, show: ShowView, form, sentence: str) -> None:
    await opened(studio_db)
    fields = {"title": "Dusk", "note": "", **form}
    with pytest.raises(UserError, match=sentence):
        await submit(studio_db, LEO, Form(WORKS_CHANNEL, 1, **fields), at=NOW, site_url=SITE, now=NOW)
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Work)) == 0
        assert await tx.scalar(select(Show.next_work)) == 1


async def test_a_form_after_the_deadline(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    with pytest.raises(UserError, match="S1E1 Dawn closed"):
        await submit(studio_db, LEO, Form(WORKS_CHANNEL, 1, "Late", ""), at=CLOSES + GRACE, site_url=SITE, now=CLOSES)


async def test_an_edited_message_updates_what_the_artist_has_not_changed_by_hand(studio_db, show: ShowView) -> None:
    await opened(studio_db)
    await collected(studio_db, MIA, "Dawn")
    message = posting(LEO, "Dusk\nfirst")
    took = await collect(studio_db, message, site_url=SITE, now=NOW)
    from dataclasses import replace

    changed = replace(message, text="Dusk, again\nsecond #1 https://a.example")
    for _ in range(2):
        await following.message_edited(studio_db, changed, site_url=SITE, now=after(hours=1))
    work = await read.view(studio_db, took.work_id)
    assert (work.title, work.note) == ("Dusk, again", "second #1 https://a.example")
    assert work.links == ("https://a.example",)
    assert [source.work.number for source in work.sources] == [1]
    version = work.version
    await edit.edit(studio_db, LEO, work.id, edit.Change(title="By hand"), at=NOW, now=after(hours=2))
    await following.message_edited(studio_db, replace(message, text="Third\nthird"), site_url=SITE, now=after(hours=3))
    work = await read.view(studio_db, took.work_id)
    assert (work.title, work.note) == ("By hand", "third")
    assert work.version == version + 2
    await following.message_edited(studio_db, replace(message, text="Too late"), site_url=SITE, now=CLOSES + GRACE)
    assert (await read.view(studio_db, took.work_id)).note == "third"


async def test_an_edit_can_make_a_work(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    message = posting(MIA, "soon: https://a.example", attachments=())
    took = await following.message_edited(studio_db, message, site_url=SITE, now=NOW)
    assert took.took is Took.COLLECTED


async def test_deleting_the_message_withdraws_until_the_deadline(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    first, second = posting(MIA, "One"), posting(MIA, "Two")
    one, two = [(await collect(studio_db, m, site_url=SITE, now=NOW)).work_id for m in (first, second)]
    gone = await following.message_deleted(studio_db, (first.message_id, 123), now=after(hours=1))
    assert gone == (one,)
    assert (await read.view(studio_db, one)).state is WorkState.WITHDRAWN
    await edit.restore(studio_db, MIA, one, at=after(hours=2), now=after(hours=2))
    assert (await read.view(studio_db, one)).state is WorkState.IN
    assert await following.message_deleted(studio_db, (second.message_id,), now=CLOSES + GRACE) == ()
    assert (await read.view(studio_db, two)).state is WorkState.IN
