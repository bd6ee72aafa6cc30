"""A back catalogue from a file: every row is imported or refused with its reason, once, whatever the order."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from db.models import Artist, Credit, CreditState, Episode, OutboxAction, OutboxRow, Source, Tally, Work
from domain.episode import Phase
from domain.errors import UserError
from domain.licences import Licence
from domain.lineage import cycle_sentence
from services import imports
from services.episodes import history, move
from services.gallery.episodes import episode_page
from services.imports import Into, Report, read_catalogue
from services.imports.judging import Known, judge
from services.shows import ShowView
from services.store import Database, Transaction, reads, writes
from services.works import edit
from services.works.read import view
from tests.support import money
from tests.support.finished import finish_episode
from tests.support.imports import csv_of, row, sentences
from tests.support.studio import GUILD, NOW, PRODUCER, actor, after, rng
from tests.support.works import collected, into, opened, work_id

REAL = Path(__file__).parents[3] / "shared" / "data" / "remixes.csv"
_NO_KEY = update(Work).values(import_key=None)
NEW = Into(None, "Back catalogue")
MIA = actor("Mia")


async def imported(db: Database, *rows: Mapping[str, str], where: Into = NEW, **options: Any) -> Report:
    return await from_bytes(db, csv_of(*rows), where=where, **options)


async def from_bytes(db: Database, data: bytes, name: str = "old.csv", *, where: Into = NEW, **options: Any) -> Report:
    options = {"show": "night-shift", "now": NOW, "rng": rng()} | options
    return await imports.import_works(db, read_catalogue(data, name), into=where, **options)


@reads
async def works(tx: Transaction) -> dict[str | None, Work]:
    return {work.import_key: work for work in await tx.scalars(select(Work))}


@reads
async def lineage(tx: Transaction) -> set[tuple[Any, ...]]:
    """Every edge, by the ids of the file."""
    names = dict((await tx.execute(select(Work.id, Work.import_key))).all())
    return {
        (names[edge.work_id], names.get(edge.source_work_id), edge.outside_title, edge.outside_url, edge.share_bp)
        for edge in await tx.scalars(select(Source))
    }


@reads
async def count(tx: Transaction, table: type[Any]) -> int:
    return int(await tx.scalar(select(func.count()).select_from(table)) or 0)


async def test_the_smallest_form(studio_db: Database, show: ShowView) -> None:
    data = b"work,title,made_from,artists,has_lyrics\n2,Prehistoric,Bonk,djpretzel,0\n4,Duo,Tetris,Ada|Bo|Cy,1\n"
    report = await from_bytes(studio_db, data)
    assert (report.imported, report.refused, report.ignored) == (2, (), ("has_lyrics",))
    duo = await view(studio_db, (await works(studio_db))["4"].id)
    assert [(part.artist.name, part.artist.user_id, part.share_bp, part.state) for part in duo.credits] == [
        ("Ada", None, 3334, CreditState.CONFIRMED),
        ("Bo", None, 3333, CreditState.CONFIRMED),
        ("Cy", None, 3333, CreditState.CONFIRMED),
    ]
    assert (duo.artist.name, duo.message_id, duo.medium, duo.title) == ("Ada", None, "text", "Duo")
    assert [(source.work, source.outside_title) for source in duo.sources] == [(None, "Tetris")]


async def test_all_that_a_row_can_say(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    there = (await collected(studio_db, MIA)).number
    await imported(
        studio_db,
        row(
            "b", title="B", made_from="Tetris | https://example.org/t", sources=f"a:50|#{there}:20.5",
            artists="Bo <500000000000000077>:60%|J:/Drive", licence="cc-by-4.0", note="one\ntwo",
            links="https://example.org/b", date="2019-05-30",
        ),
        row("a", licence="CC0-1.0"),
    )  # fmt: skip
    stored = await works(studio_db)
    b = await view(studio_db, stored["b"].id)
    assert (b.licence, b.note, b.links, b.medium) == (Licence.CC_BY, "one\ntwo", ("https://example.org/b",), "link")
    assert b.submitted_at == datetime(2019, 5, 30, tzinfo=UTC)
    assert [(part.artist.user_id, part.artist.name, part.share_bp) for part in b.credits] == [
        (500000000000000077, "Bo", 6000), (None, "J:/Drive", 4000),
    ]  # fmt: skip
    assert await lineage(studio_db) == {
        ("b", "a", None, None, 5000), ("b", None, None, None, 2050),
        ("b", None, "Tetris", "https://example.org/t", 2950),
    }  # fmt: skip
    assert stored["a"].number < stored["b"].number


async def test_json_and_csv_say_the_same(studio_db: Database, show: ShowView) -> None:
    entries = [
        {"work": 1, "title": "One", "artists": ["Ada", "Bo:25%"], "link": "https://example.org/1", "mood": "calm"},
        {"work": "2", "title": "Two", "artists": "Ada", "sources": [1]},
    ]
    report = await from_bytes(studio_db, json.dumps(entries).encode(), "old.json")
    assert (report.imported, report.unit, report.ignored) == (2, "entry", ("mood",))
    again = await imported(
        studio_db,
        {"work": "1", "title": "One", "artists": "Ada|Bo:25%", "links": "https://example.org/1", "sources": ""},
        {"work": "2", "title": "Two", "artists": "Ada", "links": "", "sources": "1"},
    )
    assert (again.imported, again.unchanged, again.changed) == (0, 2, ())


async def test_the_same_file_again_does_nothing_and_a_changed_row_is_told(studio_db: Database, show: ShowView) -> None:
    first = await imported(studio_db, row("a"), row("b", sources="a"))
    before = await lineage(studio_db)
    again = await imported(studio_db, row("a", title="Other", artists="Ada|Bo"), row("b", sources="a"))
    assert (first.imported, again.imported, again.unchanged) == (2, 0, 1)
    (change,) = again.changed
    assert (change.place, change.work) == (2, "a")
    assert change.sentence.startswith("Its title and artists differ from when it was imported. #1 is left as it is")
    assert (await works(studio_db))["a"].title == "Title a"
    assert await lineage(studio_db) == before
    assert await count(studio_db, Episode) == 1


async def test_a_file_that_grew_imports_what_is_new(studio_db: Database, show: ShowView) -> None:
    await imported(studio_db, row("a"))
    report = await imported(studio_db, row("a"), row("b", sources="a"))
    assert (report.imported, report.unchanged) == (1, 1)
    assert await lineage(studio_db) == {("b", "a", None, None, None)}


async def test_a_batch_that_is_written_twice_is_written_once(studio_db: Database, show: ShowView) -> None:
    catalogue = read_catalogue(csv_of(row("a"), row("b", sources="a")), "old.csv")
    found = judge(catalogue, Known(Licence.CC_BY, "UTC", {}, {}), NOW)
    for expected in (2, 0):
        assert await imports.write_batch(studio_db, show.id, NEW, found.ready, now=NOW, rng=rng()) == expected
    assert await count(studio_db, Work) == 2


async def test_a_dry_run_changes_nothing(studio_db: Database, show: ShowView) -> None:
    report = await imported(studio_db, row("a"), row("b", title=""), dry_run=True)
    assert (report.imported, len(report.refused), report.episode) == (1, 1, "a new episode “Back catalogue”")
    assert [await count(studio_db, table) for table in (Work, Artist, Episode, OutboxRow)] == [0, 0, 0, 0]


async def test_strict_imports_all_or_nothing(studio_db: Database, show: ShowView) -> None:
    report = await imported(studio_db, row("a"), row("b", title=""), strict=True)
    assert (report.imported, report.held_back, await count(studio_db, Work)) == (0, True, 0)
    assert (await imported(studio_db, row("a"), strict=True)).imported == 1


async def test_refused_rows_have_their_line_and_the_reason(studio_db: Database, show: ShowView) -> None:
    report = await imported(
        studio_db,
        row("ok", note="two\nlines"),
        row("t", title=""),
        row("l", title="x" * 101),
        row("a", artists=" "),
        row("s", artists="Ada:70%|Bo:40%"),
        row("d", date="2030-01-01"),
        row("c", licence="WTFPL"),
        row("u", sources="nowhere"),
        row("n", sources="#99"),
        row("twice"),
        row("twice"),
        row("w", links="javascript:alert(1)"),
        row("after", sources="u"),
        row("p", sources="ok:30"),
    )
    assert report.imported == 1
    assert [one.place for one in report.refused] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    said = sentences(report)
    assert said["t"] == "It has no title."
    assert said["l"] == "Its title has 101 characters; up to 100 fit."
    assert said["a"] == "It names no artist."
    assert said["s"] == "The shares of its artists are 110% together, not 100%."
    assert said["d"] == "The date 2030-01-01 is in the future."
    assert said["c"].startswith("“WTFPL” is not a licence we know.")
    assert said["u"] == "Its source “nowhere” is neither a row of this file nor a work of the show."
    assert said["n"] == "Its source “#99” is neither a row of this file nor a work of the show."
    assert said["twice"] == "The id “twice” is used more than once: see line 12."
    assert "is not a link" in said["w"]
    assert said["after"] == "Its source u “Title u” is in this file, and is refused."
    assert said["p"].startswith("The shares of its sources must be 100% together")


async def test_a_circle_is_refused_by_its_titles(studio_db: Database, show: ShowView) -> None:
    rows = [row("a", sources="b"), row("b", sources="c"), row("c", sources="a"), row("d", sources="a"), row("e")]
    report = await imported(studio_db, *rows, row("self", sources="self"))
    said = sentences(report)
    assert said["a"] == said["b"] == said["c"] == cycle_sentence(["“Title a”", "“Title b”", "“Title c”"])
    assert said["d"] == "Its source a “Title a” is in this file, and is refused."
    assert said["self"] == "“Title self” cannot be its own source."
    assert report.imported == 1


async def test_licences_of_sources_bind(studio_db: Database, show: ShowView) -> None:
    report = await imported(
        studio_db,
        row("sa", licence="CC-BY-SA-4.0"),
        row("silent", sources="sa"),
        row("loud", sources="sa", licence="CC-BY-4.0"),
        row("nd", licence="CC-BY-ND-4.0"),
        row("remix", sources="nd"),
    )
    assert sorted(sentences(report)) == ["loud", "remix"]
    assert sentences(report)["loud"].startswith("“Title sa”: The source is under CC BY-SA 4.0")
    assert (await works(studio_db))["silent"].licence is Licence.CC_BY_SA


async def test_nothing_is_announced(studio_db: Database, show: ShowView) -> None:
    episode = await opened(studio_db)
    there = await work_id(studio_db, MIA)
    before = await count(studio_db, OutboxRow)
    await imported(studio_db, row("a", sources="#1"), where=Into("S1E1", ""))
    await imported(studio_db, row("b", sources="a"))
    assert await _announced(studio_db) == before
    assert (await works(studio_db))["a"].episode_id == episode.id
    card = await view(studio_db, there)
    assert [ref.title for ref in card.used_in] == ["Title a"]


@reads
async def _announced(tx: Transaction) -> int:
    where = OutboxRow.action == OutboxAction.SEND
    return int(await tx.scalar(select(func.count()).select_from(OutboxRow).where(where)) or 0)


async def test_the_episode_of_an_import_went_the_legal_way_and_is_out(studio_db: Database, show: ShowView) -> None:
    current = await opened(studio_db)
    await imported(studio_db, row("a"))
    await imported(studio_db, row("b"))
    _, episodes = await history(studio_db, GUILD)
    assert [(one.title, one.phase, one.works) for one in episodes] == [
        ("Back catalogue", Phase.RELEASED, 2), ("Dawn", Phase.OPEN, 0),
    ]  # fmt: skip
    page = await episode_page(studio_db, episode_id=episodes[0].id)
    assert [move.to_phase for move in page.moves] == [
        Phase.PLANNED, Phase.OPEN, Phase.VOTING, Phase.CUTTING, Phase.RELEASED,
    ]  # fmt: skip
    assert await count(studio_db, Tally) == 0
    assert (await collected(studio_db, MIA, at=after(hours=1))).work_id is not None, current


@pytest.mark.parametrize("phase", [Phase.PLANNED, Phase.VOTING, Phase.CANCELED])
async def test_episodes_that_take_no_imports(studio_db: Database, show: ShowView, phase: Phase) -> None:
    await into(studio_db, (await opened(studio_db)).id, phase)
    with pytest.raises(UserError, match="import works into it"):
        await imported(studio_db, row("a"), where=Into("S1E1", ""))


async def test_shows_and_episodes_that_do_not_exist(studio_db: Database, show: ShowView) -> None:
    with pytest.raises(UserError, match=r"no show with the slug “nope”\. There is night-shift\."):
        await imported(studio_db, row("a"), show="nope")
    with pytest.raises(UserError, match="no episode “S9E9”"):
        await imported(studio_db, row("a"), where=Into("S9E9", ""))


async def test_artists_are_known_again_and_keep_their_names(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    await collected(studio_db, MIA)
    await imported(studio_db, row("a", artists=f"mia of old <{MIA.user_id}>|Ada"), row("b", artists="Ada|Bo"))
    await imported(studio_db, row("c", artists="Bo"))
    names = await _names(studio_db)
    assert sorted(names) == [("Ada", None), ("Bo", None), ("Mia", MIA.user_id)]


@reads
async def _names(tx: Transaction) -> list[tuple[str, int | None]]:
    return [(artist.name, artist.user_id) for artist in await tx.scalars(select(Artist))]


async def test_a_vote_with_an_imported_work_is_counted(studio_db: Database, show: ShowView) -> None:
    episode = await opened(studio_db)
    await collected(studio_db, MIA)
    await imported(studio_db, row("a", artists="Ada|Bo"), where=Into("S1E1", ""))
    await into(studio_db, episode.id, Phase.VOTING)
    await _count_now(studio_db, episode.id)
    (tally,) = await _tallies(studio_db)
    assert len(tally.election["works"]) == 2


@writes
async def _count_now(tx: Transaction, episode_id: int) -> None:
    await move(tx, await tx.get_one(Episode, episode_id), Phase.CUTTING, now=after(days=9), by=None)


@reads
async def _tallies(tx: Transaction) -> list[Tally]:
    return list(await tx.scalars(select(Tally)))


async def test_nobody_is_written_to_without_an_account(studio_db: Database, show: ShowView) -> None:
    await opened(studio_db)
    await imported(studio_db, row("a"), where=Into("S1E1", ""))
    await edit.disqualify(studio_db, PRODUCER, (await works(studio_db))["a"].id, reason="Not ours.", now=NOW)
    assert await _announced(studio_db) == 0
    finished = await finish_episode(studio_db, show.id, artists=["Ann", "Bo"], works={"x": "Ann"}, cut=["x"])
    await _without_account(studio_db, finished.artists["Ann"])
    final = await money.finalise(studio_db, await money.propose(studio_db, finished))
    assert [(share.artist.name, share.artist.user_id) for share in final.allocations] == [("Ann", None)]
    assert await _kinds(studio_db) == {"proposal", "round_final"}


@writes
async def _without_account(tx: Transaction, artist_id: int) -> None:
    artist = await tx.get_one(Artist, artist_id)
    artist.imported_name, artist.user_id = artist.name, None


@reads
async def _kinds(tx: Transaction) -> set[str]:
    return set(await tx.scalars(select(OutboxRow.kind).where(OutboxRow.action == OutboxAction.SEND)))


@pytest.mark.parametrize("missing", ["user_id", "message_id"])
async def test_the_tables_hold_nobody_and_nothing_without_an_origin(
    studio_db: Database, show: ShowView, missing: str
) -> None:
    await imported(studio_db, row("a"))
    with pytest.raises(IntegrityError):
        await _forget(studio_db, missing)


@writes
async def _forget(tx: Transaction, missing: str) -> None:
    await tx.execute(update(Artist).values(imported_name=None) if missing == "user_id" else _NO_KEY)


async def test_rows_in_another_order_are_the_same_works(studio_db: Database, show: ShowView) -> None:
    rows = [row(str(n), sources="|".join(str(m) for m in (n // 2, n // 3) if m and m != n)) for n in range(1, 30)]
    rows = [one | {"sources": "|".join(dict.fromkeys(one["sources"].split("|")))} for one in rows]
    await imported(studio_db, *reversed(rows))
    assert {(key, source) for key, source, *_ in await lineage(studio_db)} == {
        (one["work"], source) for one in rows for source in one["sources"].split("|") if source
    }
    assert (await imported(studio_db, *rows)).unchanged == len(rows)


@pytest.mark.skipif(not REAL.exists(), reason="The real catalogue, ../shared/data/remixes.csv, is not here.")
async def test_the_real_catalogue(studio_db: Database, show: ShowView) -> None:
    data = REAL.read_bytes()
    given_rows = list(csv.DictReader(io.StringIO(data.decode())))
    report = await from_bytes(studio_db, data)
    assert (report.imported, report.refused, report.ignored) == (len(given_rows), (), ("has_lyrics",))
    stored = await works(studio_db)
    assert {key: work.title for key, work in stored.items()} == {one["work"]: one["title"] for one in given_rows}
    assert await count(studio_db, Credit) == sum(len(one["artists"].split("|")) for one in given_rows)
    assert await _shares(studio_db) == {10_000}
    again = await from_bytes(studio_db, data)
    assert (again.imported, again.unchanged, again.changed) == (0, len(given_rows), ())


@reads
async def _shares(tx: Transaction) -> set[int]:
    return {int(total) for total in await tx.scalars(select(func.sum(Credit.share_bp)).group_by(Credit.work_id))}
