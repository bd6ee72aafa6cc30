"""Themes that artists suggest: approved once a person, chosen when the queue is empty, vetoed in the open."""

import asyncio
from datetime import datetime
from random import Random

import pytest
from sqlalchemy import func, select

from db.models import Episode, OutboxRow, Suggestion, SuggestionApproval, SuggestionState, Theme
from domain.errors import UserError
from services import clock, episodes, suggestions, themes
from services.access import Actor
from services.shows import ShowView
from services.store import Database
from services.suggestions import SuggestionView
from tests.support.studio import NOW, PRODUCER, actor, after, elsewhere, rng

MIRA, JO = actor("Mira"), actor("Jo")


def fan(number: int) -> Actor:
    return actor(f"Fan {number}", user_id=400_000_000_000_000_000 + number)


async def suggest(db: Database, title: str, who: Actor = MIRA, now: datetime = NOW) -> SuggestionView:
    return await suggestions.suggest(db, who, show=None, channel_id=None, title=title, prompt="Why?", now=now)


async def approve(db: Database, one: SuggestionView, *people: Actor, approves: bool = True) -> SuggestionView:
    for who in people:
        one = await suggestions.approve(db, who, suggestion_id=one.id, approves=approves, now=NOW)
    return one


async def kinds(db: Database, kind: str) -> list[OutboxRow]:
    async with db.reading() as tx:
        return list(await tx.scalars(select(OutboxRow).where(OutboxRow.kind == kind).order_by(OutboxRow.id)))


async def state_of(db: Database, one: SuggestionView) -> SuggestionState:
    return (await suggestions.suggestion_view(db, suggestion_id=one.id)).state


async def test_a_suggestion_is_posted_and_counts_each_person_once(studio_db: Database, show: ShowView) -> None:
    one = await suggest(studio_db, " Rain \n on tin ")
    assert (one.title, one.approvals, one.needed, one.state) == ("Rain on tin", 0, 3, SuggestionState.OPEN)
    assert [row.channel_id for row in await kinds(studio_db, "suggestion")] == [show.news_channel_id]
    assert (await approve(studio_db, one, JO, JO, fan(1))).approvals == 2
    assert (await approve(studio_db, one, JO, JO, approves=False)).approvals == 1
    with pytest.raises(UserError, match="come from others"):
        await approve(studio_db, one, MIRA)
    listed = await suggestions.suggestions(studio_db, fan(1))
    assert [(line.view.approvals, line.mine, line.approved) for line in listed.lines] == [(1, False, True)]


async def test_many_people_approve_at_once(studio_db: Database, show: ShowView) -> None:
    one = await suggest(studio_db, "Rain")
    await asyncio.gather(*(approve(studio_db, one, fan(n)) for n in (*range(8), *range(8))))
    assert (await suggestions.suggestion_view(studio_db, suggestion_id=one.id)).approvals == 8
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(SuggestionApproval)) == 8


async def test_the_same_suggestion_again_is_one(studio_db: Database, show: ShowView) -> None:
    views = await asyncio.gather(*(suggest(studio_db, "Rain") for _ in range(3)))
    assert len({view.id for view in views}) == 1
    with pytest.raises(UserError, match="suggested already"):
        await suggest(studio_db, "RAIN", JO)


async def test_one_person_may_have_three_up_and_takes_one_back_to_make_room(
    studio_db: Database, show: ShowView
) -> None:
    first = await suggest(studio_db, "One")
    await suggest(studio_db, "Two")
    await suggest(studio_db, "Three")
    with pytest.raises(UserError, match="3 suggestions up"):
        await suggest(studio_db, "Four")
    with pytest.raises(UserError, match="3 suggestions up"):
        await suggestions.require_suggesting(studio_db, MIRA, show=None, channel_id=None)
    with pytest.raises(UserError, match="Only who suggested"):
        await suggestions.withdraw(studio_db, JO, suggestion_id=first.id, now=NOW)
    for _ in range(2):
        await suggestions.withdraw(studio_db, MIRA, suggestion_id=first.id, now=NOW)
    with pytest.raises(UserError, match="was taken back"):
        await approve(studio_db, first, JO)
    assert await suggestions.require_suggesting(studio_db, MIRA, show=None, channel_id=None) == show.name
    await suggest(studio_db, "Four")


async def test_the_rules_are_the_producers(studio_db: Database, show: ShowView) -> None:
    async def change(who: Actor, **values: int) -> None:
        await suggestions.set_rules(studio_db, who, show=None, channel_id=None, **values)

    for who, values in ((MIRA, {"each": 1}), (PRODUCER, {}), (PRODUCER, {"each": 21}), (PRODUCER, {"approvals": -1})):
        with pytest.raises(UserError):
            await change(who, **values)
    await change(PRODUCER, each=0, approvals=5)
    with pytest.raises(UserError, match="takes no suggestions"):
        await suggest(studio_db, "Rain")
    assert (await suggestions.suggestions(studio_db, MIRA)).needed == 5


async def test_the_empty_queue_takes_the_most_approved_before_producers_are_warned(
    studio_db: Database, show: ShowView
) -> None:
    await approve(studio_db, await suggest(studio_db, "Rain"), JO, fan(1))
    snow = await approve(studio_db, await suggest(studio_db, "Snow", JO), MIRA, fan(1), fan(2))
    await clock.run_due(studio_db, after(days=6), Random(1))
    queue = await themes.queue_view(studio_db, PRODUCER)
    assert [(theme.title, theme.prompt, theme.added_by) for theme in queue.themes] == [("Snow", "Why?", JO.user_id)]
    assert await kinds(studio_db, "queue_empty") == []
    assert [row.user_id for row in await kinds(studio_db, "suggestion_decided")] == [JO.user_id]
    assert [row.channel_id for row in await kinds(studio_db, "suggestion_chosen_producers")] == [
        show.producers_channel_id
    ]
    await clock.run_due(studio_db, after(days=7), Random(1))
    assert (await suggestions.suggestion_view(studio_db, suggestion_id=snow.id)).used
    async with studio_db.reading() as tx:
        (episode,) = await tx.scalars(select(Episode))
    assert episode.title == "Snow"
    assert (await episodes.get_episode(studio_db, episode.id)).suggested_by == JO.user_id


async def test_without_enough_approvals_the_producers_are_warned(studio_db: Database, show: ShowView) -> None:
    await approve(studio_db, await suggest(studio_db, "Rain"), JO, fan(1))
    await clock.run_due(studio_db, after(days=6), Random(1))
    assert len(await kinds(studio_db, "queue_empty")) == 1
    assert (await themes.queue_view(studio_db, PRODUCER)).themes == ()


async def test_what_the_producers_queued_goes_first(studio_db: Database, show: ShowView) -> None:
    rain = await approve(studio_db, await suggest(studio_db, "Rain"), JO, fan(1), fan(2))
    await themes.queue_theme(studio_db, PRODUCER, show=None, title="Ours", prompt="", now=NOW)
    opened = await episodes.open_episode(studio_db, PRODUCER, now=NOW, rng=rng())
    assert (opened.title, await state_of(studio_db, rain)) == ("Ours", SuggestionState.OPEN)


async def test_two_processes_choose_once(studio_db: Database, show: ShowView) -> None:
    await approve(studio_db, await suggest(studio_db, "Rain"), JO, fan(1), fan(2))
    await approve(studio_db, await suggest(studio_db, "Snow", JO), MIRA, fan(1), fan(2))
    await asyncio.gather(*(clock.run_due(studio_db, after(days=6), Random(n)) for n in range(4)))
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Theme)) == 1
    assert len(await kinds(studio_db, "suggestion_decided")) == 1


async def test_a_veto_takes_a_public_reason_and_is_told(studio_db: Database, show: ShowView) -> None:
    one = await suggest(studio_db, "Rain")

    async def veto(who: Actor = PRODUCER, reason: str = "We had rain in March") -> SuggestionView:
        return await suggestions.veto(studio_db, who, suggestion_id=one.id, reason=reason, now=NOW)

    for who, reason in (
        (MIRA, "We had rain"),
        (elsewhere(PRODUCER), "We had rain"),
        (PRODUCER, "No"),
        (PRODUCER, "x" * 501),
    ):
        with pytest.raises(UserError):
            await veto(who, reason)
    assert await state_of(studio_db, one) is SuggestionState.OPEN
    await asyncio.gather(veto(), veto())
    view = await suggestions.suggestion_view(studio_db, suggestion_id=one.id)
    assert (view.state, view.reason) == (SuggestionState.VETOED, "We had rain in March")
    assert [row.user_id for row in await kinds(studio_db, "suggestion_decided")] == [MIRA.user_id]
    with pytest.raises(UserError, match="vetoed by the producers"):
        await approve(studio_db, one, JO)


async def test_a_chosen_theme_leaves_the_queue_by_a_veto_only(studio_db: Database, show: ShowView) -> None:
    one = await approve(studio_db, await suggest(studio_db, "Rain"), JO, fan(1), fan(2))
    await clock.run_due(studio_db, after(days=6), Random(1))
    (waiting,) = (await themes.queue_view(studio_db, PRODUCER)).themes
    with pytest.raises(UserError, match="/theme veto"):
        await themes.remove_theme(studio_db, PRODUCER, theme_id=waiting.id)
    assert [view.title for view in await suggestions.to_veto(studio_db, PRODUCER)] == ["Rain"]
    assert await suggestions.to_veto(studio_db, MIRA) == []
    await suggestions.veto(studio_db, PRODUCER, suggestion_id=one.id, reason="We had rain in March", now=NOW)
    assert (await themes.queue_view(studio_db, PRODUCER)).themes == ()
    assert await suggestions.to_veto(studio_db, PRODUCER) == []


async def test_what_became_an_episode_cannot_be_vetoed(studio_db: Database, show: ShowView) -> None:
    one = await approve(studio_db, await suggest(studio_db, "Rain"), JO, fan(1), fan(2))
    await episodes.open_episode(studio_db, PRODUCER, now=NOW, rng=rng())
    with pytest.raises(UserError, match="became an episode"):
        await suggestions.vetoable(studio_db, PRODUCER, suggestion_id=one.id)
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(Suggestion.state)) is SuggestionState.CHOSEN
