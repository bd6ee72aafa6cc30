"""All rows of a back catalogue judged beside each other and beside the works that are there. Pure."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.errors import UserError
from domain.licences import Licence, conflict
from domain.lineage import cycle_sentence, find_cycle
from services.imports.reading import Catalogue
from services.imports.rows import WHOLE, Row, key_of, one_line, read_row, shared
from services.kinds import WorkState
from services.works.sources import MOST, fitting_licence

_NAMED = 6
_LABELS = {"made_from": "outside source"}


@dataclass(frozen=True, slots=True)
class Existing:
    """A work that is there. `fields` is what the file said that it was imported from; None for any other work."""

    id: int
    number: int
    title: str
    licence: Licence
    state: WorkState
    key: str | None = None
    fields: Mapping[str, Any] | None = None
    changeable: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """The show that is imported into, with its works that the file can mean."""

    licence: Licence
    timezone: str
    by_key: Mapping[str, Existing]
    by_number: Mapping[int, Existing]
    commercial: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not imported, and why."""

    place: int
    work: str
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that says something else than when its work was imported; the work is left as it is."""

    place: int
    work: str
    number: int
    title: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A source of a new work: another new or imported one by its key, or a work by its row id; basis points."""

    key: str | None
    work_id: int | None
    share_bp: int | None


@dataclass(frozen=True, slots=True)
class Ready:
    """A row to import, with its licence and what it was made from."""

    row: Row
    licence: Licence
    edges: tuple[Edge, ...]
    outside_bp: int | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of every row: `ready` comes sources first, otherwise as in the file."""

    ready: tuple[Ready, ...]
    unchanged: int
    changed: tuple[Changed, ...]
    refused: tuple[Refused, ...]


def named_in(catalogue: Catalogue) -> tuple[set[str], set[int]]:
    """The ids and the #numbers that a file can mean, to be looked up."""
    keys: set[str] = set()
    numbers: set[int] = set()
    for raw in catalogue.rows:
        keys.add(key_of(raw))
        for piece in raw.cells.get("sources", "").split("|"):
            token = one_line(piece)
            for name in (token, shared(token, ())[0]):
                number = _number(name)
                if number is None:
                    keys.add(name)
                else:
                    numbers.add(number)
    return keys - {""}, numbers


def judge(catalogue: Catalogue, known: Known, now: datetime) -> Judgement:
    """Judge every row: by itself, beside the others, and beside the works there are."""
    rows, problems = _read(catalogue, known, now)
    old = {key: row for key, row in rows.items() if key in known.by_key}
    new = {key: row for key, row in rows.items() if key not in known.by_key}
    refused = {key_of(raw) for raw in catalogue.rows} - rows.keys()
    desk = _Desk(known, new, refused)
    ready, more = desk.sort_out()
    changed = [found for key, row in old.items() if (found := _changed(row, known.by_key[key]))]
    return Judgement(
        ready=tuple(ready),
        unchanged=len(old) - len(changed),
        changed=tuple(sorted(changed, key=lambda item: item.place)),
        refused=tuple(sorted([*problems, *more], key=lambda item: item.place)),
    )


def _read(catalogue: Catalogue, known: Known, now: datetime) -> tuple[dict[str, Row], list[Refused]]:
    """The rows that make sense by themselves, by id, and those that do not. Of two with one id, neither does."""
    places: dict[str, list[int]] = defaultdict(list)
    for raw in catalogue.rows:
        places[key_of(raw)].append(raw.place)
    rows, problems = {}, []
    for raw in catalogue.rows:
        key = key_of(raw)
        try:
            row = read_row(raw, timezone=known.timezone, now=now)
            _require_one(key, raw.place, places[key], catalogue.unit)
        except UserError as error:
            problems.append(Refused(raw.place, key[:100], one_line(raw.cells.get("title", ""))[:100], str(error)))
        else:
            rows[key] = row
    return rows, problems


def _require_one(key: str, place: int, places: Sequence[int], unit: str) -> None:
    others = ", ".join(str(other) for other in places[:_NAMED] if other != place)
    if len(places) > 1:
        raise UserError(f"The id “{key[:40]}” is used more than once: see {unit} {others}.")


def _changed(row: Row, work: Existing) -> Changed | None:
    before, after = work.fields or {}, row.fields()
    names = [_LABELS.get(name, name) for name, value in after.items() if before.get(name) != value]
    if not names:
        return None
    what = f"Its {' and '.join(names)} {'differs' if len(names) == 1 else 'differ'} from when it was imported."
    how = (
        f"#{work.number} is left as it is; a producer can change it with /work edit, /work source and /work credit."
        if work.changeable
        else f"#{work.number} is left as it is: its episode is out, and what is out stays as it was."
    )
    return Changed(row.place, row.key, work.number, work.title, f"{what} {how}")


class _Desk:
    """The new rows, while they are sorted out."""

    def __init__(self, known: Known, rows: Mapping[str, Row], refused: Iterable[str]) -> None:
        self._known = known
        self._rows = rows
        self._lost = set(refused)
        self._works = {work.id: work for work in (*known.by_key.values(), *known.by_number.values())}
        self._ids = rows.keys() | known.by_key.keys() | self._lost
        self._problems: dict[str, str] = {}
        self._licences: dict[str, Licence] = {}

    def sort_out(self) -> tuple[list[Ready], list[Refused]]:
        """The rows to import, sources first, and those that are refused because of what they were made from."""
        edges: dict[str, tuple[Edge, ...]] = {}
        for key, row in self._rows.items():
            try:
                edges[key] = self._edges(row)
            except UserError as error:
                edges[key], self._problems[key] = (), str(error)
        graph = {key: [s for edge in found if (s := edge.key) and s in self._rows] for key, found in edges.items()}
        order = self._order(graph)
        ready = [one for key in order if (one := self._judged(self._rows[key], edges[key]))]
        refused = [
            Refused(self._rows[key].place, key, self._rows[key].title, sentence)
            for key, sentence in self._problems.items()
        ]
        return ready, refused

    def _edges(self, row: Row) -> tuple[Edge, ...]:
        """What a row was made from; UserError for what cannot be found, is named twice, or does not add up."""
        found = [self._edge(*shared(token, self._ids)) for token in row.sources]
        if len(found) + (row.outside is not None) > MOST:
            raise UserError(f"It names more than {MOST} sources.")
        if len({(edge.key, edge.work_id) for edge in found}) < len(found):
            raise UserError("It names a source twice.")
        given = [edge.share_bp for edge in found if edge.share_bp is not None]
        if given and len(given) < len(found):
            raise UserError("Some of its sources have a share and some have none: give all of them one, or none.")
        if given and (sum(given) >= WHOLE if row.outside else sum(given) != WHOLE):
            raise UserError("The shares of its sources must be 100% together; made_from gets what is left.")
        return tuple(found)

    def _edge(self, name: str, share_bp: int | None) -> Edge:
        if name in self._rows or name in self._lost:
            return Edge(name, None, share_bp)
        number = _number(name)
        work = self._known.by_key.get(name) if number is None else self._known.by_number.get(number)
        if work is None:
            raise UserError(f"Its source “{name[:60]}” is neither a row of this file nor a work of the show.")
        if work.state is not WorkState.IN:
            raise UserError(f"Its source #{work.number} “{work.title}” is {work.state.value}, so it cannot be one.")
        # A work that was imported may be named by its id and by its number.
        return Edge(None, work.id, share_bp)

    def _order(self, graph: Mapping[str, Sequence[str]]) -> list[str]:
        """The rows, sources before what was made from them; those in a circle last, with their problem noted."""
        waits = {key: len(sources) for key, sources in graph.items()}
        remixes: dict[str, list[str]] = defaultdict(list)
        for key, sources in graph.items():
            for source in sources:
                remixes[source].append(key)
        place = {key: number for number, key in enumerate(graph)}
        names = list(graph)
        free = [place[key] for key, count in waits.items() if not count]
        order: list[str] = []
        while free:
            key = names[heapq.heappop(free)]
            order.append(key)
            for remix in remixes[key]:
                waits[remix] -= 1
                if not waits[remix]:
                    heapq.heappush(free, place[remix])
        done = set(order)
        stuck = [key for key in names if key not in done]
        self._name_circles({key: [s for s in graph[key] if s not in done] for key in stuck})
        return order + self._behind(stuck, graph)

    def _name_circles(self, graph: Mapping[str, Sequence[str]]) -> None:
        for key, sources in graph.items():
            for source in sources:
                cycle = None if key in self._problems else find_cycle(graph, key, source)
                if cycle is not None:
                    sentence = self._circle(cycle)
                    for member in cycle:
                        self._problems.setdefault(member, sentence)

    def _circle(self, cycle: Sequence[str]) -> str:
        titles = [f"“{self._rows[key].title}”" for key in cycle[:_NAMED]]
        if len(cycle) <= _NAMED:
            return cycle_sentence(titles)
        made = ", which is made from ".join(titles[1:])
        return f"{titles[0]} is made from {made}, and so on through {len(cycle):,} works back to it: a circle."

    def _behind(self, stuck: Sequence[str], graph: Mapping[str, Sequence[str]]) -> list[str]:
        """Those that were made from something in a circle, each after its sources."""
        order = [key for key in stuck if key in self._problems]
        placed, rest = set(order), [key for key in stuck if key not in self._problems]
        stuck_too = set(stuck)
        remixes: dict[str, list[str]] = defaultdict(list)
        waits = {key: sum(s in stuck_too and s not in placed for s in graph[key]) for key in rest}
        for key in rest:
            for source in graph[key]:
                remixes[source].append(key)
        free = [key for key in rest if not waits[key]]
        while free:
            key = free.pop()
            order.append(key)
            for remix in remixes[key]:
                waits[remix] -= 1
                if not waits[remix]:
                    free.append(remix)
        return order

    def _judged(self, row: Row, edges: tuple[Edge, ...]) -> Ready | None:
        """A row whose sources have been judged before it."""
        lost = next((edge.key for edge in edges if edge.key in self._lost or edge.key in self._problems), None)
        if row.key not in self._problems and lost is not None:
            title = f" “{self._rows[lost].title}”" if lost in self._rows else ""
            self._problems[row.key] = f"Its source {lost[:60]}{title} is in this file, and is refused."
        if row.key in self._problems:
            return None
        sources = [self._licence_of(edge) for edge in edges]
        licence = row.licence or fitting_licence(self._known.licence, [licence for licence, _ in sources])
        for licensed, name in sources:
            problem = conflict(licensed, licence, commercial=self._known.commercial)
            if problem:
                self._problems[row.key] = f"{name}: {problem}"
                return None
        self._licences[row.key] = licence
        given = sum(edge.share_bp or 0 for edge in edges)
        return Ready(row, licence, edges, WHOLE - given if given and row.outside else None)

    def _licence_of(self, edge: Edge) -> tuple[Licence, str]:
        if edge.key is not None:
            return self._licences[edge.key], f"“{self._rows[edge.key].title}”"
        work = self._works[edge.work_id or 0]
        return work.licence, f"#{work.number} “{work.title}”"


def _number(name: str) -> int | None:
    """The number that "#12" means."""
    digits = name.removeprefix("#")
    return int(digits) if name.startswith("#") and digits.isascii() and digits.isdigit() and len(digits) < 10 else None  # noqa: PLR2004 - as many as people can type elsewhere
