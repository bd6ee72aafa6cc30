"""The lineage of a work on the web: drawn, in words, and as large as a page can take."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.models import WorkState
from services.shows import ShowView
from services.store import Database
from services.views import WorkRef
from services.works import edit, sources
from services.works.collect import collect_many
from services.works.family import Family, Member, Outside
from tests.support.studio import NOW, actor
from tests.support.works import SITE, opened, posting
from tests.web.conftest import Gallery
from web.lineage import BOX, Picture, picture_of

MIA = actor("Mia")


def family(sources: dict[int, tuple[int, ...]], itself: int = 1) -> Family:
    works = sorted(sources)
    members = tuple(
        Member(WorkRef(i, i, f"Work {i}", "Ann", WorkState.IN), "sound", None, i - itself, 0) for i in works
    )
    named = {one for made_from in sources.values() for one in made_from if one < 0}
    outside = tuple(Outside(one, f"Old {-one}", None) for one in sorted(named, reverse=True))
    return Family(itself, members, outside, sources, frozenset({(2, 1)}), 0, len(works) - 1, more=False)


def drawn(found: Family) -> Picture:
    picture = picture_of(found)
    assert picture is not None
    return picture


@given(st.dictionaries(st.integers(2, 40), st.sets(st.integers(-4, 39).filter(bool), max_size=3), min_size=1))
def test_boxes_are_apart_and_all_of_them_are_in_the_list(found: dict[int, set[int]]) -> None:
    graph = {work: tuple(sorted(one for one in made_from if one < work)) for work, made_from in found.items()}
    graph |= {one: () for made_from in list(graph.values()) for one in made_from if one > 0 and one not in graph}
    picture = drawn(family(graph | {1: (-5,)}))
    corners = [(place.x, place.y) for place in picture.places]
    assert all(abs(a[0] - b[0]) >= BOX[0] or abs(a[1] - b[1]) >= BOX[1] for a, b in combinations(corners, 2))
    assert all(0 <= x <= picture.width - BOX[0] and 0 <= y <= picture.height - BOX[1] for x, y in corners)
    listed = [one for _, those in picture.steps for one in those]
    assert len(listed) == len(picture.family.members) + len(picture.family.outside)
    shown = [place.outside.id for place in picture.places if place.outside]
    beside = {one.id for several in picture.family.beside().values() for one in several}
    assert len(picture.places) == len(picture.family.members) + len(shown)
    assert (set(shown) | beside, set(shown) & beside) == ({one.id for one in picture.family.outside}, set())
    assert [place.look for place in picture.places].count("itself") == 1


def test_a_long_chain_runs_downward_as_pages_scroll() -> None:
    picture = drawn(family({work: (work - 1,) if work > 1 else () for work in range(1, 40)}, itself=20))
    assert picture.width < 2 * BOX[0]
    assert [place.y for place in picture.places] == sorted(place.y for place in picture.places)
    assert [heading for heading, _ in picture.steps][18:21] == ["Made from", "The work itself", "Made from it"]
    assert {line.look for line in picture.lines} == {"", "near", "doubted"}


async def works(db: Database, count: int) -> list[int]:
    await opened(db)
    postings = [posting(MIA, f"Part {place}") for place in range(count)]
    return [one.work_id or 0 for one in await collect_many(db, postings, site_url=SITE, now=NOW)]


async def made_from(db: Database, work: int, text: str) -> None:
    await sources.add(db, MIA, work, text=text, site_url=SITE, now=NOW)


async def test_a_works_page_draws_its_lineage_and_says_it(gallery: Gallery, show: ShowView) -> None:
    ids = await works(gallery.db, 4)
    await made_from(gallery.db, ids[1], "#1")
    await made_from(gallery.db, ids[1], "<b>A waltz</b> https://waltz.example/1")
    await made_from(gallery.db, ids[2], "#2")
    page = await gallery.text(f"/works/{ids[1]}")
    assert "Made from 1 work · 1 work made from it." in page
    assert page.count('class="node itself" id="here" aria-current="true"') == 1
    assert page.count('class="node away"') == 1
    assert "<b>A waltz" not in page
    assert "&lt;b&gt;A waltz" in page
    assert f'<a href="/works/{ids[2]}">#3 Part 2</a>' in page  # in the list for screen readers
    assert "Where it comes from" not in await gallery.text(f"/works/{ids[3]}")
    await edit.withdraw(gallery.db, MIA, ids[0], at=NOW, now=NOW)
    again = await gallery.text(f"/works/{ids[1]}")
    assert 'class="node gone"' in again
    assert "#1 Part 0 by Mia, withdrawn" in again


async def test_a_large_lineage_has_a_page_of_its_own(gallery: Gallery, show: ShowView) -> None:
    ids = await works(gallery.db, 60)
    for one, other in pairwise(range(60)):
        await made_from(gallery.db, ids[other], f"#{(one + 2) // 2}")
    page = await gallery.text(f"/works/{ids[0]}")
    assert f'<a href="/works/{ids[0]}/lineage#here">see more of its lineage</a>' in page
    assert page.count('class="node') == 40
    assert " more</text>" in page
    whole = await gallery.text(f"/works/{ids[0]}/lineage")
    assert whole.count('class="node') == 60
    assert "59 works made from it" in whole
    assert "nearest works are drawn" not in whole


@pytest.mark.parametrize("path", ["/works/999/lineage", "/works/x/lineage"])
async def test_of_what_is_not_there(gallery: Gallery, show: ShowView, path: str) -> None:
    await gallery.text(path, 404)
