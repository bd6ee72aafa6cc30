"""Where the deal keeps names from amounts, nothing that others can read has both; each artist knows their own."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from db.models import PayoutRound, ShownAs
from domain import allocation
from domain.errors import UserError
from services import gallery, invariants
from services.payouts import adjusting, concerns, read, rounds
from services.payouts.adjusting import Side
from services.payouts.views import RoundView
from services.shows import ShowView
from services.store import Database
from tests.support import money
from tests.support.finished import Finished, finish_episode
from tests.support.studio import GUILD, PRODUCER, actor, after, make_show, rng

NAMES = ["Annika", "Borislav", "Cyprian"]


async def start(db: Database, show_id: int) -> tuple[Finished, RoundView]:
    done = await finish_episode(
        db, show_id, artists=NAMES, works={"one": "Annika", "two": "Borislav", "three": "Cyprian"},
        cut=["two", "three"], sources=[("two", "one")], shown_as=ShownAs.PSEUDONYMS,
        user_ids={name: actor(name).user_id for name in NAMES},
    )  # fmt: skip
    return done, await money.propose(db, done)


async def explained(db: Database, view: RoundView, name: str, asker: Any = None) -> Any:
    return await read.explain(db, guild_id=GUILD, round_id=view.id, user_id=actor(name).user_id, name=name, asker=asker)


async def test_each_finds_their_own_and_nobody_elses(studio_db: Database, show: ShowView) -> None:
    _, view = await start(studio_db, show.id)
    assert view.hidden
    listed = {share.artist.name: share for share in view.allocations}
    assert not set(NAMES) & set(listed)
    assert {share.artist.user_id for share in view.allocations} == {None}
    for name, amount in zip(NAMES, (1_000, 4_000, 5_000), strict=True):
        mine = await explained(studio_db, view, name)
        assert mine.amount is not None
        assert (mine.amount.amount, mine.artist.name) == (amount, name)
        assert listed[mine.called].amount == mine.amount
    with pytest.raises(UserError, match="not shown by name"):
        await explained(studio_db, view, "Annika", asker=actor("Borislav"))
    assert (await explained(studio_db, view, "Annika", asker=PRODUCER)).amount is not None


async def test_the_statement_has_no_name_number_or_title_and_recomputes(db: Database) -> None:
    show = await make_show(db)
    _, view = await start(db, show.id)
    await money.finalise(db, view)
    statement = await read.statement(db, round_id=view.id)
    text = json.dumps(statement.document)
    for told in (*NAMES, "one", "two", "three", "w1", "w2", "w3", "a1", "a2", "a3"):
        assert f'"{told}"' not in text
    assert allocation.difference(json.loads(text)) is None
    assert await invariants.check_books(db) == []
    page = await gallery.payout_page(db, episode_id=view.episode_id)
    assert page.rounds[0].lines == {}


async def test_another_round_has_other_pseudonyms(db: Database) -> None:
    show = await make_show(db)
    done, first = await start(db, show.id)
    await money.finalise(db, first)
    await money.put_in(db, done.episode, "$50", 2)
    second = await rounds.propose(db, PRODUCER, episode_id=done.episode, now=after(days=20), rng=rng(2))
    names = [{share.artist.name for share in view.allocations} for view in (first, second)]
    assert not names[0] & names[1]
    async with db.reading() as tx:
        secrets = list(await tx.scalars(select(PayoutRound.secret)))
    assert len(set(secrets)) == 2


async def test_before_and_after_are_told_under_pseudonyms(db: Database) -> None:
    show = await make_show(db)
    _, view = await start(db, show.id)
    moved = await adjusting.adjust(
        db, PRODUCER, round_id=view.id, giver=Side(work=2), taker=Side(user_id=actor("Annika").user_id, name="Annika"),
        amount="5", reason="Half of the loop is hers.", asked_by=9, now=after(days=1),
    )  # fmt: skip
    told = [moved.adjustment.giver, moved.adjustment.taker, *(change.artist.name for change in moved.changes)]
    assert not any(name in text for name in (*NAMES, "one", "two") for text in told)
    changes = [[change.artist.id, change.before.amount, change.after.amount] for change in moved.changes]
    shown = await concerns.changes_view(db, round_id=view.id, changes=changes)
    assert {change.artist.user_id for change in shown} == {None}
    assert await invariants.check_books(db) == []
