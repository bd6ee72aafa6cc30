"""What becomes of a work after it was posted: by its message, its files, what was agreed to, what was missed."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.models import OutboxRow, Show, Work, WorkFile, WorkGrant, WorkLink, WorkState
from domain.episode import Phase
from domain.errors import UserError
from domain.licences import Licence
from domain.terms import CURRENT
from services.shows import ShowView
from services.store import Database
from services.works import edit, files, following, grants, history, limits, links, missed, read, replacing
from services.works.collect import Posting, Took, collect
from services.works.grants import Cause
from services.works.submit import Form, submit, submit_message
from tests.support.studio import NOW, PRODUCER, WORKS_CHANNEL, actor, after, elsewhere
from tests.support.works import SITE, into, opened, picture, posting, rules, snowflake

MIA, LEO = actor("Mia"), actor("Leo")
CLOSES, GRACE = after(days=7), timedelta(minutes=10)
HASH = "a" * 64


@pytest.fixture
async def episode(studio_db: Database, show: ShowView) -> int:
    return (await opened(studio_db)).id


async def take(db: Database, message: Posting) -> int:
    took = await collect(db, message, site_url=SITE, now=NOW)
    assert took.work_id is not None
    return took.work_id


async def keep(db: Database, work: int, sha256: str = HASH, place: int = 0) -> None:
    file = (await read.view(db, work)).files[place]
    await files.kept(db, file.id, sha256=sha256, size=5, content_type="image/png", preview=None, now=NOW)


async def said(db: Database, kind: str) -> list[int | None]:
    async with db.reading() as tx:
        return list(await tx.scalars(select(OutboxRow.user_id).where(OutboxRow.kind == kind)))


# ---------------------------------------------------------------------------------- its message


async def test_an_edit_counts_by_when_it_was_made(studio_db: Database, episode: int) -> None:
    message = posting(MIA, "Dawn")
    work = await take(studio_db, message)
    in_time = replace(message, text="Daybreak", edited_at=CLOSES + GRACE - timedelta(milliseconds=1))
    late = replace(message, text="Too late", edited_at=CLOSES + GRACE)
    # The bot was away, and reads both of them after the deadline.
    for edited in (in_time, late):
        await following.message_edited(studio_db, edited, site_url=SITE, now=after(days=8))
    assert (await read.view(studio_db, work)).title == "Daybreak"


async def test_the_same_edit_twice_changes_nothing(studio_db: Database, episode: int) -> None:
    message = posting(MIA, "Dawn")
    work = await take(studio_db, message)
    edited = replace(message, text="Daybreak", edited_at=after(hours=1))
    await following.message_edited(studio_db, edited, site_url=SITE, now=after(hours=1))
    version = (await read.view(studio_db, work)).version
    older = replace(message, text="Before", edited_at=after(minutes=30))
    for again in (edited, older):
        await following.message_edited(studio_db, again, site_url=SITE, now=after(hours=2))
    found = await read.view(studio_db, work)
    assert (found.title, found.version) == ("Daybreak", version)


async def test_a_message_becomes_a_work_by_an_edit_in_time_only(studio_db: Database, episode: int) -> None:
    message = posting(MIA, "My place is taken", attachments=())
    assert (await collect(studio_db, message, site_url=SITE, now=NOW)).took is Took.IGNORED
    song = "My song: https://a.example/song"
    late = replace(message, text=song, edited_at=CLOSES + GRACE)
    took = await following.message_edited(studio_db, late, site_url=SITE, now=CLOSES + GRACE)
    assert took.took is Took.REFUSED
    in_time = replace(message, text=song, edited_at=after(days=1))
    took = await following.message_edited(studio_db, in_time, site_url=SITE, now=after(days=8))
    assert took.took is Took.COLLECTED
    assert (await read.view(studio_db, took.work_id)).submitted_at == after(days=1)


async def test_words_that_were_changed_by_hand_stay_however_often_the_message_is_edited(
    studio_db: Database, episode: int
) -> None:
    message = posting(MIA, "Dawn\na note")
    work = await take(studio_db, message)
    await edit.edit(studio_db, MIA, work, edit.Change(title="By hand"), at=NOW, now=NOW)
    for number, text in enumerate(("Second\nnew note", "Third\nnewer note"), start=1):
        edited = replace(message, text=text, edited_at=after(hours=number))
        await following.message_edited(studio_db, edited, site_url=SITE, now=after(hours=number))
    found = await read.view(studio_db, work)
    assert (found.title, found.note) == ("By hand", "newer note")


async def test_files_that_were_taken_off_the_message_go(studio_db: Database, episode: int) -> None:
    message = posting(MIA, "Dawn", attachments=(picture("a.png"), picture("b.png")))
    work = await take(studio_db, message)
    await keep(studio_db, work)
    fresh = replace(picture("b.png"), url=picture("b.png").url + "?ex=1&hm=2")
    less = replace(message, attachments=(fresh,), edited_at=after(hours=1))
    await following.message_edited(studio_db, less, site_url=SITE, now=after(hours=1))
    assert [file.name for file in (await read.view(studio_db, work)).files] == ["b.png"]
    await replacing.add_file(studio_db, MIA, work, picture("form.png"), at=NOW, now=NOW)
    none = replace(message, text="Dawn, only words", attachments=(), edited_at=after(hours=2))
    await following.message_edited(studio_db, none, site_url=SITE, now=after(hours=2))
    found = await read.view(studio_db, work)
    assert ([file.name for file in found.files], found.state) == (["form.png"], WorkState.IN)


async def test_a_work_whose_last_file_was_taken_off_is_out_until_it_is_brought_back(
    studio_db: Database, episode: int
) -> None:
    message = posting(MIA, "Dawn")
    work = await take(studio_db, message)
    bare = replace(message, text="Just words", attachments=(), edited_at=after(hours=1))
    await following.message_edited(studio_db, bare, site_url=SITE, now=after(hours=1))
    found = await read.view(studio_db, work)
    assert (found.state, found.reason) == (WorkState.WITHDRAWN, "What it was made of was taken off the message.")


async def test_links_follow_the_message(studio_db: Database, episode: int) -> None:
    message = posting(MIA, "Song https://a.example https://b.example", attachments=())
    work = await take(studio_db, message)
    other = replace(message, text="Song https://b.example https://c.example", edited_at=after(hours=1))
    await following.message_edited(studio_db, other, site_url=SITE, now=after(hours=1))
    assert (await read.view(studio_db, work)).links == ("https://b.example", "https://c.example")
    assert await history.unexplained(studio_db) == []
    async with studio_db.reading() as tx:
        looked_at = await tx.scalar(select(WorkLink.id).where(WorkLink.url == "https://c.example"))
    await links.known(studio_db, looked_at, url="https://a.example", title="A", site="", preview=None, now=NOW)
    assert {link.title for link in (await read.view(studio_db, work)).link_previews} == {""}
    bare = replace(message, text="Only words", edited_at=after(hours=2))
    await following.message_edited(studio_db, bare, site_url=SITE, now=after(hours=2))
    assert (await read.view(studio_db, work)).state is WorkState.WITHDRAWN


async def test_a_deleted_message_withdraws_its_work_once_and_tells_its_artist(
    studio_db: Database, episode: int
) -> None:
    message = posting(MIA, "Dawn")
    work = await take(studio_db, message)
    for _ in range(2):
        await following.message_deleted(studio_db, (message.message_id,), now=after(hours=1))
    found = await read.view(studio_db, work)
    assert (found.state, found.message_gone, found.version) == (WorkState.WITHDRAWN, True, 2)
    assert await said(studio_db, "work_gone") == [MIA.user_id]
    with pytest.raises(UserError, match="Only Mia"):
        await edit.bring_back(studio_db, LEO.user_id, work, at=after(hours=2), now=after(hours=2))
    with pytest.raises(UserError, match="they have"):
        await edit.bring_back(studio_db, MIA.user_id, work, at=CLOSES + GRACE, now=CLOSES + GRACE)
    back = await edit.bring_back(studio_db, MIA.user_id, work, at=after(hours=2), now=after(hours=2))
    assert back.state is WorkState.IN


async def test_after_the_deadline_a_deletion_only_leaves_the_card_alone_with_it(
    studio_db: Database, episode: int
) -> None:
    message = posting(MIA, "Dawn")
    work = await take(studio_db, message)
    assert await following.message_deleted(studio_db, (message.message_id,), now=CLOSES + GRACE) == ()
    found = await read.view(studio_db, work)
    assert (found.state, found.message_gone) == (WorkState.IN, True)
    assert await said(studio_db, "work_gone") == []


async def test_a_forum_post(studio_db: Database, episode: int) -> None:
    post = snowflake(NOW)
    message = posting(MIA, "I got up at five.", message_id=post, channel_id=post, parent_id=WORKS_CHANNEL,
                      post_name="  Dawn\nover the bay ")  # fmt: skip
    work = await take(studio_db, message)
    reply = posting(LEO, "Noon", channel_id=post, parent_id=WORKS_CHANNEL)
    remix = await take(studio_db, reply)
    found = await read.view(studio_db, work)
    assert (found.title, found.note) == ("Dawn over the bay", "I got up at five.")
    assert [ref.number for ref in found.used_in] == [2]
    await following.post_renamed(studio_db, post, "Dawn", now=after(hours=1))
    await following.post_renamed(studio_db, post, "   ", now=after(hours=1))
    assert (await read.view(studio_db, work)).title == "Dawn"
    assert (await read.view(studio_db, remix)).title == "Noon"
    await edit.edit(studio_db, MIA, work, edit.Change(title="Mine"), at=NOW, now=NOW)
    await following.post_renamed(studio_db, post, "Another", now=after(hours=2))
    assert (await read.view(studio_db, work)).title == "Mine"
    assert sorted(await following.thread_deleted(studio_db, post, now=after(hours=3))) == sorted([work, remix])


# ---------------------------------------------------------------------------------- its files


async def test_a_file_is_replaced_once_however_often_it_is_asked(studio_db: Database, episode: int) -> None:
    work = await take(studio_db, posting(MIA, "Dawn"))
    await keep(studio_db, work)
    old, new = (await read.view(studio_db, work)).files[0].id, picture("new.png")
    await asyncio.gather(*(replacing.replace_file(studio_db, MIA, work, old, new, at=NOW, now=NOW) for _ in range(5)))
    found = await read.view(studio_db, work)
    assert [(file.name, file.by_form, file.sha256) for file in found.files] == [("new.png", True, None)]
    assert found.files[0].id != old
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(WorkGrant)) == 2
    # What is fetched of the old one meanwhile is not taken for the new one.
    await files.kept(studio_db, found.files[0].id, fetched="https://old", sha256=HASH, size=1, content_type="image/png",
                     preview=None, now=NOW)  # fmt: skip
    assert (await read.view(studio_db, work)).files[0].sha256 is None


async def test_who_may_change_files_and_until_when(studio_db: Database, episode: int) -> None:
    work = await take(studio_db, posting(MIA, "Dawn"))
    late = CLOSES + GRACE
    for who, at in ((LEO, NOW), (MIA, late), (elsewhere(MIA), NOW)):
        with pytest.raises(UserError, match=r"Only Mia|they have"):
            await replacing.add_file(studio_db, who, work, picture("b.png"), at=at, now=at)
    await replacing.add_file(studio_db, PRODUCER, work, picture("b.png"), at=late, now=late)
    await edit.allow_changes(studio_db, PRODUCER, work, hours=2, now=late)
    await replacing.add_file(studio_db, MIA, work, picture("c.png"), at=late, now=late)
    with pytest.raises(UserError, match="they have"):
        await replacing.add_file(studio_db, MIA, work, picture("d.png"), at=late + timedelta(hours=2), now=late)
    await into(studio_db, episode, Phase.RELEASED)
    with pytest.raises(UserError, match="they have"):
        await replacing.add_file(studio_db, MIA, work, picture("d.png"), at=late, now=late)
    with pytest.raises(UserError, match="not taking changes"):
        await edit.allow_changes(studio_db, PRODUCER, work, hours=2, now=late)
    await into(studio_db, episode, Phase.OPEN)
    with pytest.raises(UserError, match="does not have this file"):
        await replacing.remove_file(studio_db, MIA, work, 999, at=NOW, now=NOW)


async def test_limits_are_held_whichever_way_a_work_comes(studio_db: Database, episode: int) -> None:
    await rules(studio_db, max_files=1, max_file_mb=1, file_kinds="pictures")
    big, song = picture(size=1024 * 1024 + 1), picture("a.mp3", kind="audio/mpeg")
    for wrong in ((big,), (song,), (picture("a.png"), picture("b.png"))):
        message = posting(MIA, "Dawn", attachments=wrong)
        assert (await collect(studio_db, message, site_url=SITE, now=NOW)).took is Took.REFUSED
        with pytest.raises(UserError):
            await submit_message(studio_db, MIA, message, at=NOW, site_url=SITE, now=NOW)
        form = Form(channel_id=WORKS_CHANNEL, asked_by=snowflake(NOW), title="Dawn", note="", attachments=wrong)
        with pytest.raises(UserError):
            await submit(studio_db, MIA, form, at=NOW, site_url=SITE, now=NOW)
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Work)) == 0
        show = (await tx.scalars(select(Show))).one()
    assert limits.refusal(show, [picture(size=1024 * 1024)]) is None
    assert "has 1.1 MB; files in Night Shift can have 1 MB" in limits.refusal(show, [big])
    fixed = replace(message, attachments=(picture(),), edited_at=after(hours=1))
    took = await following.message_edited(studio_db, fixed, site_url=SITE, now=after(hours=1))
    assert took.took is Took.COLLECTED


# ---------------------------------------------------------------------------------- what was agreed to


async def test_grants_are_recorded_with_licence_terms_files_and_who(studio_db: Database, episode: int) -> None:
    work = await take(studio_db, posting(MIA, "Dawn"))
    await keep(studio_db, work)
    await edit.edit(studio_db, MIA, work, edit.Change(licence=Licence.CC0, title="Day"), at=NOW, now=after(hours=1))
    await edit.edit(studio_db, MIA, work, edit.Change(title="Night"), at=NOW, now=after(hours=1))
    await replacing.add_file(studio_db, MIA, work, picture("b.png"), at=NOW, now=after(hours=2))
    await keep(studio_db, work, "b" * 64, place=1)
    agreed = await grants.agreed(studio_db, MIA, work)
    assert [(one.cause, one.licence, one.terms, one.at, one.by_user) for one in agreed.grants] == [
        (Cause.FILES, Licence.CC0, CURRENT.version, after(hours=2), MIA.user_id),
        (Cause.LICENCE, Licence.CC0, CURRENT.version, after(hours=1), MIA.user_id),
        (Cause.SUBMITTED, Licence.CC_BY, CURRENT.version, NOW, MIA.user_id),
    ]
    assert [[file.sha256[0] for file in one.files] for one in agreed.grants] == [["a", "b"], ["a"], ["a"]]
    assert (await grants.agreed(studio_db, PRODUCER, work)).grants == agreed.grants
    for stranger in (LEO, elsewhere(MIA), elsewhere(PRODUCER)):
        with pytest.raises(UserError, match="Only Mia"):
            await grants.agreed(studio_db, stranger, work)


async def test_what_a_producer_submits_for_an_artist_is_no_act_of_the_artists(
    studio_db: Database, episode: int
) -> None:
    took = await submit_message(studio_db, PRODUCER, posting(MIA, "Dawn"), at=NOW, site_url=SITE, now=NOW)
    [one] = (await grants.agreed(studio_db, MIA, took.work_id)).grants
    assert one.by_user == PRODUCER.user_id


async def test_a_remix_is_given_under_the_licence_that_its_source_asks_for(studio_db: Database, episode: int) -> None:
    first = await take(studio_db, posting(MIA, "Dawn"))
    await edit.edit(studio_db, MIA, first, edit.Change(licence=Licence.CC_BY_SA), at=NOW, now=NOW)
    remix = await take(studio_db, posting(LEO, "Dusk, from #1"))
    [one] = (await grants.agreed(studio_db, LEO, remix)).grants
    assert one.licence is Licence.CC_BY_SA


# ---------------------------------------------------------------------------------- what was missed


async def test_what_is_looked_at_again(studio_db: Database, episode: int) -> None:
    edited = posting(MIA, "Dawn", edited_at=after(minutes=1))
    thread = posting(MIA, "Noon", channel_id=77, parent_id=WORKS_CHANNEL)
    gone, out = posting(MIA, "Dusk"), posting(MIA, "Out")
    works = [await take(studio_db, message) for message in (edited, thread, gone, out)]
    form = Form(channel_id=WORKS_CHANNEL, asked_by=snowflake(NOW), title="Form", note="")
    await submit(studio_db, MIA, form, at=NOW, site_url=SITE, now=NOW)
    await following.message_deleted(studio_db, (gone.message_id,), now=NOW)
    await edit.disqualify(studio_db, PRODUCER, works[3], reason="No", now=NOW)
    found = {place.channel_id: place for place in await missed.watched(studio_db, now=NOW)}
    assert {channel: (place.own, dict(place.messages)) for channel, place in found.items()} == {
        WORKS_CHANNEL: (True, {edited.message_id: after(minutes=1)}),
        77: (False, {thread.message_id: None}),
    }
    await into(studio_db, episode, Phase.CUTTING)
    assert await missed.watched(studio_db, now=NOW) == ()
    await edit.allow_changes(studio_db, PRODUCER, works[1], hours=1, now=NOW)
    assert [place.channel_id for place in await missed.watched(studio_db, now=NOW)] == [77]
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(WorkFile)) == 4
