"""The lineage of a work, to be drawn: what it was made from and what was made from it, the nearest first."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from db.models import Artist, Source, SourceState, Work, WorkFile, WorkState
from domain.errors import UserError
from services.store import Transaction, reads
from services.views import WorkRef
from services.works.graph import Edge, ancestors, descendants, edges_among
from services.works.loading import ref

COUNTED = 1000
"""Works that are looked at on each side; where there are more, a lineage says so instead of counting on."""

_ASKED = 400


@dataclass(frozen=True, slots=True)
class Member:
    """A work in the drawing; `picture` is the media key of its preview.

    `steps` is how far it is from the work whose lineage this is: below zero for what that was made from. `hidden` of
    its own sources or remixes are not drawn.
    """

    work: WorkRef
    medium: str
    picture: str | None
    steps: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Outside:
    """A source outside the community, with an id below zero to tell it from works."""

    id: int
    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """The lineage of `work_id`. `sources` names each drawn work's drawn sources, works and outside ones.

    `above` and `below` count what it was made from and what was made from it; `more` where a count stopped at COUNTED.
    `disputed` are edges that somebody has doubts about.
    """

    work_id: int
    members: tuple[Member, ...]
    outside: tuple[Outside, ...]
    sources: Mapping[int, tuple[int, ...]]
    disputed: frozenset[Edge]
    above: int
    below: int
    more: bool

    @property
    def whole(self) -> bool:
        """Whether every work of the lineage is drawn."""
        return not self.more and len(self.members) == self.above + self.below + 1

    @property
    def alone(self) -> bool:
        """Whether there is nothing to draw but the work itself."""
        return len(self.members) == 1 and not self.outside

    @property
    def lines(self) -> dict[int, tuple[int, ...]]:
        """Which sources to draw lines from. What remixes took from outside is beside(): lines would hide all others."""
        steps = {member.work.id: member.steps for member in self.members}
        return {
            work: tuple(source for source in made_from if source > 0 or steps[work] <= 0)
            for work, made_from in self.sources.items()
        }

    def beside(self) -> dict[int, tuple[Outside, ...]]:
        """By work, the sources outside that no line is drawn to, and that no other line shows either."""
        drawn = {source for made_from in self.lines.values() for source in made_from}
        outside = {one.id: one for one in self.outside if one.id not in drawn}
        return {
            work: tuple(outside[source] for source in made_from if source in outside)
            for work, made_from in self.sources.items()
        }

    @property
    def told(self) -> str:
        """How large it is, in words."""
        made = f"made from {_works(self.above)}" if self.above else "made from no other work here"
        return f"{made} · {_works(self.below)} made from it" if self.below else made

    @property
    def itself(self) -> Member:
        """The work whose lineage it is."""
        return next(member for member in self.members if member.work.id == self.work_id)


def _works(count: int) -> str:
    return f"{COUNTED:,} works or more" if count >= COUNTED else f"{count} work{'' if count == 1 else 's'}"


def narrowed(whole: Family, most: int) -> Family:
    """The same lineage with fewer works drawn: the nearest `most`, and the sources outside that those name first."""
    steps = {member.work.id: member.steps for member in whole.members}
    chosen = _nearest(steps, most)
    drawn, edges = set(chosen), [(work, source) for work, made_from in whole.sources.items() for source in made_from]
    named = {source for work, source in edges if work in drawn and source < 0}
    outside = tuple(one for one in whole.outside if one.id in named)[: max(6, most // 3)]
    kept = drawn | {one.id for one in outside}
    left_out = _hidden([edge for edge in edges if edge[1] > 0], drawn, steps)
    members = {member.work.id: member for member in whole.members}
    return replace(
        whole,
        members=tuple(replace(members[one], hidden=members[one].hidden + left_out.get(one, 0)) for one in chosen),
        outside=outside,
        sources={work: tuple(one for one in whole.sources[work] if one in kept) for work in chosen},
    )


@reads
async def family(tx: Transaction, work_id: int, *, most: int, guild_id: int | None = None) -> Family:
    """family_of() for a cog or a page; UserError where there is no such work, or none in that guild."""
    if guild_id is not None:
        artist = select(Artist.guild_id).join(Work, Work.artist_id == Artist.id).where(Work.id == work_id)
        if await tx.scalar(artist) != guild_id:
            raise UserError("This work is not here any more.")
    return await family_of(tx, work_id, most=most)


async def family_of(tx: Transaction, work_id: int, *, most: int) -> Family:
    """The lineage of a work, `most` works of it at most; UserError when there is no such work."""
    up = await ancestors(tx, work_id, most=COUNTED)
    down = await descendants(tx, work_id, most=COUNTED)
    known = await _known(tx, [work_id, *up, *down])
    if work_id not in known:
        raise UserError("This work is not here any more.")
    edges = await edges_among(tx, known)
    steps = _steps(work_id, edges, up=True) | _steps(work_id, edges, up=False)
    shown_below = _taking_part(edges, known, steps)
    gone = {work for work, distance in steps.items() if distance > 0 and work not in shown_below}
    edges = [edge for edge in edges if edge[0] not in gone and edge[1] not in gone]
    chosen = _nearest({work: distance for work, distance in steps.items() if work not in gone}, most)
    return await _drawn(tx, work_id, known, edges, steps, chosen, len(up), len(shown_below), len(down) == COUNTED)


async def _drawn(
    tx: Transaction,
    work_id: int,
    known: Mapping[int, WorkRef],
    edges: Sequence[Edge],
    steps: Mapping[int, int],
    chosen: Sequence[int],
    above: int,
    below: int,
    more: bool,
) -> Family:
    drawn = set(chosen)
    looks = await _looks(tx, chosen)
    outside, used = await _outside(tx, chosen, steps, most=max(6, len(chosen) // 2))
    sources: dict[int, list[int]] = {work: [] for work in chosen}
    for work, source in edges:
        if work in drawn and source in drawn:
            sources[work].append(source)
    for work, source in used:
        sources[work].append(source)
    hidden = _hidden(edges, drawn, steps)
    return Family(
        work_id=work_id,
        members=tuple(Member(known[work], *looks[work], steps[work], hidden.get(work, 0)) for work in chosen),
        outside=outside,
        sources={work: tuple(made_from) for work, made_from in sources.items()},
        disputed=frozenset(await _disputed(tx, chosen)),
        above=above,
        below=below,
        more=more or above == COUNTED,
    )


async def _known(tx: Transaction, work_ids: Sequence[int]) -> dict[int, WorkRef]:
    found: dict[int, WorkRef] = {}
    query = select(Work.id, Work.number, Work.title, Artist.name.label("artist"), Work.state)
    query = query.join(Artist, Artist.id == Work.artist_id)
    for some in _pieces(work_ids):
        found.update({row.id: ref(row) for row in await tx.execute(query.where(Work.id.in_(some)))})
    return found


def _steps(work_id: int, edges: Iterable[Edge], *, up: bool) -> dict[int, int]:
    """How far each work is from this one, on one side; below zero upwards."""
    beside: dict[int, list[int]] = {}
    for work, source in edges:
        one, other = (work, source) if up else (source, work)
        beside.setdefault(one, []).append(other)
    found, waiting = {work_id: 0}, deque([work_id])
    while waiting:
        here = waiting.popleft()
        for there in beside.get(here, ()):
            if there not in found:
                found[there] = found[here] + (-1 if up else 1)
                waiting.append(there)
    return found


def _taking_part(edges: Iterable[Edge], known: Mapping[int, WorkRef], steps: Mapping[int, int]) -> set[int]:
    """The works below that take part, and those that no longer do but have led to one that does."""
    above: dict[int, list[int]] = {}
    for work, source in edges:
        above.setdefault(work, []).append(source)
    found: set[int] = set()
    waiting = [work for work, distance in steps.items() if distance > 0 and known[work].state is WorkState.IN]
    while waiting:
        work = waiting.pop()
        if work not in found:
            found.add(work)
            waiting += [source for source in above.get(work, ()) if steps.get(source, 0) > 0]
    return found


def _nearest(steps: Mapping[int, int], most: int) -> list[int]:
    """The work itself and the nearest others, each side with half of the room or what the other leaves."""
    up = sorted((work for work in steps if steps[work] < 0), key=lambda work: (-steps[work], work))
    down = sorted((work for work in steps if steps[work] > 0), key=lambda work: (steps[work], work))
    room = max(0, most - 1)
    above = min(len(up), max(room // 2, room - len(down)))
    itself = [work for work, distance in steps.items() if distance == 0]
    return [*itself, *up[:above], *down[: room - above]]


def _hidden(edges: Iterable[Edge], drawn: Collection[int], steps: Mapping[int, int]) -> dict[int, int]:
    """How many sources (above) or remixes (below) of drawn works are left out."""
    found: dict[int, int] = {}
    for work, source in edges:
        if work in drawn and source not in drawn and steps[work] <= 0:
            found[work] = found.get(work, 0) + 1
        if source in drawn and work not in drawn and steps[source] >= 0:
            found[source] = found.get(source, 0) + 1
    return found


async def _looks(tx: Transaction, work_ids: Sequence[int]) -> dict[int, tuple[str, str | None]]:
    """The medium of each work, and the preview of its first picture."""
    found: dict[int, tuple[str, str | None]] = {}
    for some in _pieces(work_ids):
        pictures: dict[int, str] = {}
        query = select(WorkFile.work_id, WorkFile.preview).where(WorkFile.work_id.in_(some))
        rows = await tx.execute(query.where(WorkFile.preview.is_not(None)).order_by(WorkFile.position))
        for work_id, preview in rows:
            pictures.setdefault(work_id, preview or "")
        for work_id, medium, state in await tx.execute(
            select(Work.id, Work.medium, Work.state).where(Work.id.in_(some))
        ):
            found[work_id] = medium, pictures.get(work_id) if state is WorkState.IN else None
    return found


async def _outside(
    tx: Transaction, work_ids: Sequence[int], steps: Mapping[int, int], *, most: int
) -> tuple[tuple[Outside, ...], list[Edge]]:
    """Sources outside, the nearest and most used first, and who uses them; alike in title and link are one."""
    users: dict[tuple[str, str], list[int]] = {}
    for some in _pieces(work_ids):
        query = select(Source.work_id, Source.outside_title, Source.outside_url).where(Source.work_id.in_(some))
        live = (Source.outside_title.is_not(None), Source.state != SourceState.REMOVED)
        for work_id, title, url in await tx.execute(query.where(*live)):
            users.setdefault((title or "", url or ""), []).append(work_id)
    ranked = sorted(users, key=lambda name: (min(abs(steps[one]) for one in users[name]), -len(users[name]), name))
    shown = [Outside(-place, title, url or None) for place, (title, url) in enumerate(ranked[:most], 1)]
    edges = [(work_id, one.id) for one in shown for work_id in sorted(set(users[one.title, one.url or ""]))]
    return tuple(shown), edges


async def _disputed(tx: Transaction, work_ids: Sequence[int]) -> list[Edge]:
    found: list[Edge] = []
    for some in _pieces(work_ids):
        doubted = (Source.state == SourceState.DISPUTED, Source.source_work_id.is_not(None))
        rows = await tx.execute(select(Source.work_id, Source.source_work_id).where(Source.work_id.in_(some), *doubted))
        found += [(work, source) for work, source in rows if source is not None]
    return found


def _pieces(items: Sequence[int]) -> list[Sequence[int]]:
    return [items[start : start + _ASKED] for start in range(0, len(items), _ASKED)]
