"""Files of a back catalogue, read and judged: what is none, what is refused, and that the order of rows is nothing."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UserError
from domain.licences import Licence
from domain.lineage import find_cycle
from services.imports.judging import Known, judge
from services.imports.reading import read_catalogue
from services.imports.rows import read_artists
from tests.support.imports import csv_of, row, sentences
from tests.support.studio import NOW


def test_a_long_circle_is_told_in_short() -> None:
    size = 5000
    rows = [row(str(n), sources=str((n + 1) % size)) for n in range(size)]
    judged = judge(read_catalogue(csv_of(*rows), "old.csv"), Known(Licence.CC_BY, "UTC", {}, {}), NOW)
    said = set(sentences(judged).values())
    assert (len(judged.refused), len(said)) == (size, 1)
    assert said.pop().startswith("“Title 0” is made from “Title 1”, which is made from “Title 2”")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "has no column work, title, artists"),
        (b"work,title,artists\n", "has no rows"),
        (b"work,title\n1,a\n", "has no column artists"),
        (b"work,title,title,artists\n1,a,b,c\n", "has the column title twice"),
        (b"work,title,artists\n1,\xff,a\n", "is not UTF-8 text: see line 2"),
        (b'work,title,artists\n1,"open,a\n', "is not well-formed CSV at line 2"),
        (b"[1, 2", "is not JSON"),
        (b'{"work": 1}', "must be a list"),
        (b"[" * 200_000, "is not JSON"),
    ],
)
def test_files_that_are_none(data: bytes, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        read_catalogue(data, "old")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_and_encodings(delimiter: str, encoding: str) -> None:
    lines = [["Work", " title ", "artists"], ["1", "Größe", "Ada|Bo"], ["", "", ""], ["2", "x", "y"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    found = read_catalogue(text.encode(encoding), "old.csv")
    assert [(raw.place, raw.cells["title"]) for raw in found.rows] == [(2, "Größe"), (4, "x")]


def test_odd_rows_of_a_file_are_refused_alone() -> None:
    found = read_catalogue(b"work,title,artists\n1,a,b,c\n2,a\n3,a,b\n", "old.csv")
    judged = judge(found, Known(Licence.CC_BY, "UTC", {}, {}), NOW)
    assert sentences(judged) == {
        "1": "It has 4 cells, and the first line names 3 columns.", "2": "It names no artist.",
    }  # fmt: skip
    entries = read_catalogue(b'[3, {"work": true}, {"work": "1", "title": {}, "artists": []}]', "old.json")
    assert [raw.problem != "" for raw in entries.rows] == [True, True, True]


@given(st.lists(st.one_of(st.none(), st.integers(0, 10_000)), min_size=1, max_size=25))
def test_the_shares_of_artists_are_whole(shares: Sequence[int | None]) -> None:
    names = [f"A{n}" + ("" if bp is None else f":{bp / 100:.2f}%") for n, bp in enumerate(shares)]
    try:
        parts = read_artists(names)
    except UserError:
        total, rest = sum(bp or 0 for bp in shares), shares.count(None)
        assert total > 10_000 - rest or (not rest and total != 10_000)
        return
    assert sum(part.share_bp for part in parts) == 10_000
    assert all(bp is None or part.share_bp == bp for bp, part in zip(shares, parts, strict=True))


_GRAPHS = st.integers(1, 12).flatmap(
    lambda size: st.tuples(
        st.lists(st.sets(st.integers(0, size), max_size=3), min_size=size, max_size=size),
        st.permutations(range(size)),
    )
)


@given(_GRAPHS)
def test_any_order_of_rows_gives_the_same_lineage(graph: tuple[list[set[int]], list[int]]) -> None:
    sources, order = graph
    rows = [row(str(n), sources="|".join(map(str, sorted(found)))) for n, found in enumerate(sources)]
    straight, shuffled = _edges(rows), _edges([rows[n] for n in order])
    assert straight == shuffled
    for key, found in straight.items():
        for source in found:
            assert find_cycle(straight, key, source) is None
    every = {str(n): [str(source) for source in found] for n, found in enumerate(sources)}
    clean = {key for key in every if _reaches_only_good(every, key)}
    assert straight.keys() == clean


def _edges(rows: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    judged = judge(read_catalogue(csv_of(*rows), "old.csv"), Known(Licence.CC_BY, "UTC", {}, {}), NOW)
    seen: set[str | None] = set()
    for one in judged.ready:
        assert {edge.key for edge in one.edges} <= seen
        seen.add(one.row.key)
    assert len(judged.ready) + len(judged.refused) == len(rows)
    return {one.row.key: sorted(edge.key or "" for edge in one.edges) for one in judged.ready}


def _reaches_only_good(graph: Mapping[str, Sequence[str]], key: str) -> bool:
    """Whether a row leads to rows that exist only, and never back to one that was passed."""

    def good(at: str, path: frozenset[str]) -> bool:
        return at in graph and at not in path and all(good(source, path | {at}) for source in graph[at])

    return good(key, frozenset())


def test_a_show_that_makes_money_imports_no_remix_of_what_is_not_for_it() -> None:
    catalogue = read_catalogue(
        csv_of(row("a", licence="CC-BY-NC-4.0"), row("b", sources="a", licence="CC-BY-NC-4.0")), "old.csv"
    )
    free = judge(catalogue, Known(Licence.CC_BY, "UTC", {}, {}), NOW)
    assert free.refused == ()
    paid = judge(catalogue, Known(Licence.CC_BY, "UTC", {}, {}, commercial=True), NOW)
    assert [(one.work, "this show makes money" in one.sentence) for one in paid.refused] == [("b", True)]
