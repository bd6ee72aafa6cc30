"""The queue of themes."""

import asyncio

import pytest

from domain.errors import UserError
from services import episodes, themes
from services.shows import ShowView
from services.store import Database
from services.themes import ThemeView
from tests.support.studio import NOW, PRODUCER, actor, elsewhere, rng


async def add(db: Database, title: str, prompt: str = "") -> ThemeView:
    return await themes.queue_theme(db, PRODUCER, show=None, title=title, prompt=prompt, now=NOW)


async def titles(db: Database) -> list[str]:
    return [theme.title for theme in (await themes.queue_view(db, PRODUCER)).themes]


async def test_themes_wait_in_the_order_they_came(studio_db: Database, show: ShowView) -> None:
    views = [await add(studio_db, title) for title in ("One", "  Two \n words ", "Three")]
    assert [view.place for view in views] == [1, 2, 3]
    queue = await themes.queue_view(studio_db, PRODUCER)
    assert [(theme.place, theme.title) for theme in queue.themes] == [(1, "One"), (2, "Two words"), (3, "Three")]
    assert queue.next_theme_at == show.next_theme_at


@pytest.mark.parametrize(
    ("title", "prompt", "sentence"),
    [
        ("", "", "^A theme needs a title.$"),
        (" \n ", "", "^A theme needs a title.$"),
        ("x" * 101, "", "101 characters"),
        ("Fine", "x" * 1501, "1501 characters"),
        ("one", "", "already in the queue, at place 1"),
    ],
)
async def test_a_bad_theme_is_not_taken(
    studio_db: Database, show: ShowView, title: str, prompt: str, sentence: str
) -> None:
    await add(studio_db, "One")
    with pytest.raises(UserError, match=sentence):
        await add(studio_db, title, prompt)
    assert await titles(studio_db) == ["One"]


async def test_a_theme_sent_twice_is_queued_once(studio_db: Database, show: ShowView) -> None:
    results = await asyncio.gather(*(add(studio_db, "One") for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(result, ThemeView) for result in results) == 1
    assert await titles(studio_db) == ["One"]


@pytest.mark.parametrize(
    ("place", "order"), [(1, ["Three", "One", "Two"]), (2, ["One", "Three", "Two"]), (99, ["One", "Two", "Three"])]
)
async def test_a_theme_moves(studio_db: Database, show: ShowView, place: int, order: list[str]) -> None:
    third = [await add(studio_db, title) for title in ("One", "Two", "Three")][-1]
    await themes.move_theme(studio_db, PRODUCER, theme_id=third.id, place=place)
    assert await titles(studio_db) == order
    assert (await add(studio_db, "Last")).place == 4


async def test_a_theme_is_edited_and_removed(studio_db: Database, show: ShowView) -> None:
    view = await add(studio_db, "One")
    await add(studio_db, "Two")
    edited = await themes.edit_theme(studio_db, PRODUCER, theme_id=view.id, title="ONE", prompt="New")
    assert (edited.title, edited.prompt, edited.place) == ("ONE", "New", 1)
    with pytest.raises(UserError, match="already in the queue"):
        await themes.edit_theme(studio_db, PRODUCER, theme_id=view.id, title="two")
    for _ in range(2):
        await themes.remove_theme(studio_db, PRODUCER, theme_id=view.id)
    assert await titles(studio_db) == ["Two"]
    with pytest.raises(UserError, match="taken out of the queue"):
        await themes.edit_theme(studio_db, PRODUCER, theme_id=view.id, title="Back")


async def test_a_theme_that_became_an_episode_stays(studio_db: Database, show: ShowView) -> None:
    view = await add(studio_db, "One")
    await episodes.open_episode(studio_db, PRODUCER, now=NOW, rng=rng())
    with pytest.raises(UserError, match="became an episode"):
        await themes.remove_theme(studio_db, PRODUCER, theme_id=view.id)
    assert (await add(studio_db, "One")).place == 1, "the same theme may come back"


async def test_the_queue_is_a_secret_of_the_producers(studio_db: Database, show: ShowView) -> None:
    view = await add(studio_db, "One")
    for who in (actor("Mira"), elsewhere(PRODUCER)):
        for call in (
            themes.queue_view(studio_db, who),
            themes.theme_view(studio_db, who, view.id),
            themes.queue_theme(studio_db, who, show=None, title="Mine", prompt="", now=NOW),
            themes.move_theme(studio_db, who, theme_id=view.id, place=1),
            themes.remove_theme(studio_db, who, theme_id=view.id),
        ):
            with pytest.raises(UserError):
                await call
    assert await titles(studio_db) == ["One"]
