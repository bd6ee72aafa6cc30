"""The remix graph: which work was made from which, without circles."""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Work = TypeVar("Work", bound=Hashable)


def find_cycle(sources: Mapping[Work, Collection[Work]], work: Work, new_source: Work) -> list[Work] | None:
    """Return the cycle that "work was made from new_source" would close, or None when it closes none.

    `sources` maps a work to the works it was made from; works without sources may be absent. The cycle
    starts with the work and the new source, each made from the next and the last from the first; it is a
    shortest one. A work made from itself is the cycle [work].
    """
    if work == new_source:
        return [work]
    made_into: dict[Work, Work] = {new_source: work}
    waiting = deque([new_source])
    while waiting:
        current = waiting.popleft()
        for source in sources.get(current, ()):
            if source == work:
                return _walk_back(made_into, current, work)
            if source not in made_into:
                made_into[source] = current
                waiting.append(source)
    return None


def _walk_back(made_into: Mapping[Work, Work], last: Work, first: Work) -> list[Work]:
    path = [last]
    while path[-1] != first:
        path.append(made_into[path[-1]])
    return path[::-1]


def cycle_sentence(names: Sequence[str]) -> str:
    """Say in words why a source is refused, given the names of the cycle's works in find_cycle's order."""
    if len(names) == 1:
        return f"{names[0]} cannot be its own source."
    steps = [f"{source} was made from {made}" for source, made in zip(names[1:], [*names[2:], names[0]], strict=True)]
    return f"{names[0]} cannot be made from {names[1]}, because {', '.join(steps)}: that would be a circle."


def rescaled(parts: Sequence[int], whole: int = 10_000) -> list[int]:
    """Bring declared parts to sum to `whole` again in their proportions, for when one of them no longer counts.

    The odd units go to the largest remainders, then to the earliest. Parts that already sum to it stay as they are.
    """
    total = sum(parts)
    if total <= 0:
        raise ValueError("there is no proportion in parts that sum to nothing")
    shares = [part * whole // total for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: (-(parts[place] * whole % total), place))
    for place in by_remainder[: whole - sum(shares)]:
        shares[place] += 1
    return shares


def ancestors(sources: Mapping[Work, Collection[Work]], work: Work) -> set[Work]:
    """Return every work that this one was made from, directly or through others; never the work itself."""
    return _reach(sources, [work]) - {work}


def all_ancestors(sources: Mapping[Work, Collection[Work]], works: Collection[Work]) -> set[Work]:
    """Return the works themselves and every ancestor of any of them; shared ancestors are visited once."""
    return _reach(sources, works)


def descendants(sources: Mapping[Work, Collection[Work]], work: Work) -> set[Work]:
    """Return every work that was made from this one, directly or through others; never the work itself."""
    remixes: dict[Work, list[Work]] = {}
    for remix, made_from in sources.items():
        for source in made_from:
            remixes.setdefault(source, []).append(remix)
    return _reach(remixes, [work]) - {work}


def _reach(edges: Mapping[Work, Iterable[Work]], starts: Collection[Work]) -> set[Work]:
    """Return the starts and all that can be reached from them."""
    reached = set(starts)
    waiting = list(reached)
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached
