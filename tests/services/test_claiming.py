"""An artist of a back catalogue turns out to be somebody: works, parts and money become theirs, and sums stay."""

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select, update

from db.models import Artist, Credit, CreditState, Episode, LedgerEntry, LedgerPosting, Work, WorkEvent
from domain.episode import Phase
from domain.errors import UserError
from services import imports, invariants
from services.imports import Into, read_catalogue
from services.imports.claiming import Claimed, claim, claim_here, unclaimed
from services.shows import ShowView
from services.store import Database, Transaction, reads, writes
from services.works import lists
from services.works.read import view
from tests.support import money
from tests.support.finished import Finished, finish_episode
from tests.support.imports import csv_of, row
from tests.support.studio import GUILD, NOW, PRODUCER, actor, rng
from tests.support.works import collected, into, opened, work_id

ADA, MIA = actor("Ada"), actor("Mia")
CATALOGUE = (
    row("1", artists="Ada Lovelace"), row("2", artists="Bo|Ada Lovelace:40%"), row("3", artists="Bo"),
    row("4", artists="Ada Lovelace", sources="1"),
)  # fmt: skip


async def imported(db: Database, *rows: Mapping[str, str]) -> None:
    catalogue = read_catalogue(csv_of(*(rows or CATALOGUE)), "old.csv")
    await imports.import_works(db, catalogue, show="night-shift", into=Into(None, "Before"), now=NOW, rng=rng())


async def claimed(db: Database, name: str = "Ada Lovelace", user: int = ADA.user_id) -> Claimed:
    return await claim(db, show="night-shift", name=name, user_id=user, now=NOW)


async def mine(db: Database, user: int = ADA.user_id) -> list[tuple[str, int]]:
    parts = await lists.my_credits(db, GUILD, user)
    return sorted((part.work.title, part.share_bp) for part in parts)


@reads
async def sums(tx: Transaction) -> tuple[int, int]:
    """All postings, and how much the artists hold together."""
    everything = await tx.scalar(select(func.sum(LedgerPosting.amount)))
    held = select(func.sum(LedgerPosting.amount)).where(LedgerPosting.account.like("artist:%"))
    return int(everything or 0), int(await tx.scalar(held) or 0)


@reads
async def rows_of(tx: Transaction) -> list[tuple[object, ...]]:
    query = select(
        Credit.work_id, Credit.artist_id, Credit.share_bp, Credit.state, Artist.user_id, Artist.claimed_by_id
    )
    found = [tuple(one) for one in await tx.execute(query.join(Artist).order_by(Credit.id))]
    return [*found, (await tx.scalar(select(func.count()).select_from(LedgerEntry)),)]


async def test_somebody_new_gets_the_account_and_all_that_hangs_on_it(studio_db: Database, show: ShowView) -> None:
    await imported(studio_db)
    assert await mine(studio_db) == []
    found = await claimed(studio_db)
    assert (found.works, found.parts, found.again) == (2, 1, False)
    assert await mine(studio_db) == [("Title 1", 10_000), ("Title 2", 4000), ("Title 4", 10_000)]
    assert (await claimed(studio_db)).again
    await opened(studio_db)
    assert (await collected(studio_db, ADA, "New")).number == 5  # the same person goes on under the same row
    await imported(studio_db, row("9", artists="Ada Lovelace"))
    assert ("Title 9", 10_000) in await mine(studio_db)
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(func.count()).select_from(Artist).where(Artist.user_id == ADA.user_id)) == 1
        lines = await tx.scalars(select(WorkEvent.detail).where(WorkEvent.kind == "artist_claimed"))
        assert [line["user"] for line in lines] == [ADA.user_id] * 3


async def test_somebody_who_is_here_gets_works_and_parts(studio_db: Database, show: ShowView) -> None:
    await imported(studio_db)
    await opened(studio_db)
    own = await work_id(studio_db, ADA, "New")
    found = await claimed(studio_db)
    assert (found.works, found.parts) == (2, 1)
    posted = await lists.my_works(studio_db, GUILD, ADA.user_id)
    assert {part.work.title for part in posted} == {"New", "Title 1", "Title 4"}
    assert (await view(studio_db, own)).artist.user_id == ADA.user_id
    assert (await claimed(studio_db)).again
    await imported(studio_db, row("9", artists="Ada Lovelace:50%|Cy:50%"))
    assert ("Title 9", 5000) in await mine(studio_db)
    assert await unclaimed(studio_db, GUILD, "") == ("Bo", "Cy")


async def test_two_parts_in_one_work_become_one(studio_db: Database, show: ShowView) -> None:
    named = f"Ada <{ADA.user_id}>"
    await imported(
        studio_db, row("1", artists=f"{named}:50%|Old Ada:30%|Bo:20%"), row("2", artists=f"Old Ada|{named}:25%")
    )
    await claimed(studio_db, "Old Ada")
    assert await mine(studio_db) == [("Title 1", 8000), ("Title 2", 10_000)]
    await imported(studio_db, row("3", artists=f"Old Ada:50%|{named}:50%"))
    assert ("Title 3", 10_000) in await mine(studio_db)


@pytest.mark.parametrize(("state", "share"), [(CreditState.OFFERED, 4000), (CreditState.DECLINED, 4000)])
async def test_a_part_that_was_not_agreed_to_gives_way(
    studio_db: Database, show: ShowView, state: CreditState, share: int
) -> None:
    await imported(studio_db, row("1", artists=f"Bo|Old Ada:40%|Ada <{ADA.user_id}>:10%"))

    @writes
    async def unsettle(tx: Transaction) -> None:
        ada = select(Artist.id).where(Artist.user_id == ADA.user_id).scalar_subquery()
        await tx.execute(update(Credit).where(Credit.artist_id == ada).values(state=state))

    await unsettle(studio_db)
    await claimed(studio_db, "Old Ada")
    assert await mine(studio_db) == [("Title 1", share)]


@pytest.mark.parametrize(
    ("name", "user", "sentence"),
    [
        ("Nobody", ADA.user_id, "No import brought an artist called “Nobody”.$"),
        ("ada lovelace", ADA.user_id, "Did you mean “Ada Lovelace”"),
        ("Bo", 0, "no Discord user"),
        ("Bo", 2**63, "no Discord user"),
    ],
)
async def test_what_cannot_be_changes_nothing(
    studio_db: Database, show: ShowView, name: str, user: int, sentence: str
) -> None:
    await imported(studio_db)
    before = await rows_of(studio_db)
    with pytest.raises(UserError, match=sentence):
        await claimed(studio_db, name, user)
    assert await rows_of(studio_db) == before


@pytest.mark.parametrize("here", [False, True])
async def test_a_name_is_one_persons(studio_db: Database, show: ShowView, here: bool) -> None:
    await imported(studio_db)
    if here:
        await opened(studio_db)
        await work_id(studio_db, ADA, "New")
    await claimed(studio_db)
    before = await rows_of(studio_db)
    with pytest.raises(UserError, match=r"is Ada.* already"):
        await claimed(studio_db, user=MIA.user_id)
    assert await rows_of(studio_db) == before


async def test_two_names_can_be_one_person(studio_db: Database, show: ShowView) -> None:
    await imported(studio_db, row("1", artists="Ada L."), row("2", artists="A. Lovelace"))
    await claimed(studio_db, "Ada L.")
    await claimed(studio_db, "A. Lovelace")
    assert await mine(studio_db) == [("Title 1", 10_000), ("Title 2", 10_000)]


async def test_during_a_vote_nothing_becomes_anybodys_own(studio_db: Database, show: ShowView) -> None:
    await imported(studio_db)
    async with studio_db.reading() as tx:
        episode = await tx.scalar(select(Episode.id))
    await into(studio_db, episode or 0, Phase.VOTING)
    with pytest.raises(UserError, match="is in the vote of “Before”"):
        await claimed(studio_db)


async def test_only_producers_say_who_is_who(studio_db: Database, show: ShowView) -> None:
    await imported(studio_db)
    options = {"name": "Ada Lovelace", "user_id": ADA.user_id, "shown": "Ada", "channel_id": None, "now": NOW}
    with pytest.raises(UserError, match="Only producers"):
        await claim_here(studio_db, ADA, **options)
    assert (await claim_here(studio_db, PRODUCER, **options)).works == 2
    async with studio_db.reading() as tx:
        assert await tx.scalar(select(Artist.name).where(Artist.user_id == ADA.user_id)) == "Ada"


async def paid_out(db: Database, show: ShowView) -> Finished:
    """An episode of Ann, who is known by name only, and Mia; each has $50 on the balance."""
    done = await finish_episode(db, show.id, artists=["Ann", "Mia"], works={"a": "Ann", "b": "Mia"}, cut=["a", "b"])
    await by_name_only(db, done.artists["Ann"])
    return done


@writes
async def by_name_only(tx: Transaction, artist_id: int) -> None:
    artist = await tx.get_one(Artist, artist_id)
    artist.user_id, artist.imported_name = None, "Ann"


@pytest.mark.parametrize("here", [False, True])
async def test_balances_go_along_and_the_books_hold(studio_db: Database, show: ShowView, here: bool) -> None:
    done = await paid_out(studio_db, show)
    view_ = await money.propose(studio_db, done)
    await money.finalise(studio_db, view_)
    before = await sums(studio_db)
    user = MIA.user_id if here else ADA.user_id
    found = await claimed(studio_db, "Ann", user)
    assert [amount.amount for amount in found.balances] == [5000]
    assert await sums(studio_db) == before
    assert await invariants.check_books(studio_db) == []
    async with studio_db.reading() as tx:
        owner = await tx.scalar(select(Artist.id).where(Artist.user_id == user))
        query = select(func.sum(LedgerPosting.amount)).where(LedgerPosting.account == f"artist:{owner}")
        assert await tx.scalar(query) == (10_000 if here else 5000)
        assert {work.artist_id for work in await tx.scalars(select(Work))} >= {owner}
    assert (await claimed(studio_db, "Ann", user)).again
    assert await sums(studio_db) == before


async def test_a_payout_that_is_being_discussed_comes_first(studio_db: Database, show: ShowView) -> None:
    done = await paid_out(studio_db, show)
    view_ = await money.propose(studio_db, done)
    before = await rows_of(studio_db)
    with pytest.raises(UserError, match="is being discussed"):
        await claimed(studio_db, "Ann", MIA.user_id)
    assert await rows_of(studio_db) == before
    await money.finalise(studio_db, view_)
    assert (await claimed(studio_db, "Ann", MIA.user_id)).works == 1
    assert await invariants.check_books(studio_db) == []
