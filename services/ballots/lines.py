"""What a booth shows, from what is known of it."""

from domain.ranking import Order, place_of
from services.ballots.booth import Booth, Way
from services.ballots.room import Room
from services.ballots.views import BoothLine, BoothView, Given, Pick, WorksView
from services.views import VoteRules, WorkRef, WorkView

PAGE = 20
"""Works on one page of all works."""


def view_of(
    room: Room, booth: Booth, way: Way, card: WorkView, *, own: frozenset[int], jury: bool, part: int | None = None
) -> BoothView:
    """The booth at a work."""
    rules = room.episode.rules
    order = booth.order if rules.ranked else ()
    place = way.order.index(card.id) + 1 if card.id in way.order else None
    given = given_of(booth, card.id, rules, order)
    return BoothView(
        episode=room.episode,
        work=card,
        place=place,
        total=len(way.order),
        seen=way.seen,
        marked=_marked(booth, way),
        given=given,
        part=_asked(given) if part is None or not 0 <= part < len(given) else part,
        own=card.id in own,
        jury=jury,
        back=way.preceding(card.id),
        next=way.following(card.id),
        pick=_pick(room, order, card.id) if rules.ranked else None,
    )


def page_of(room: Room, booth: Booth, way: Way, page: int) -> WorksView:
    """All works, a page of them; the last page where there are not as many."""
    rules, pages = room.episode.rules, max(1, -(-len(way.order) // PAGE))
    page = min(page, pages - 1)
    order = booth.order if rules.ranked else ()
    lines = tuple(
        BoothLine(room.works[work], number, given_of(booth, work, rules, order), seen=work in booth.shown)
        for number, work in enumerate(way.order[page * PAGE : (page + 1) * PAGE], start=page * PAGE + 1)
    )
    return WorksView(room.episode, lines, page, pages, way.seen, _marked(booth, way), len(way.order))


def _marked(booth: Booth, way: Way) -> int:
    return sum(work in booth.marks for work in way.order)


def given_of(booth: Booth, work_id: int, rules: VoteRules, order: Order) -> Given:
    """A voter's marks on a work."""
    if rules.ranked:
        return (place_of(order, work_id),)
    return booth.marks.get(work_id) or (None,) * max(1, len(rules.criteria))


def _asked(given: Given) -> int:
    """The first criterion without a mark; the first of all when none is missing."""
    return given.index(None) if None in given else 0


def _pick(room: Room, order: Order, work_id: int) -> Pick:
    picks = sum(len(group) for group in order)
    at = next((at for at, group in enumerate(order) if work_id in group), None)
    if at is None:
        return Pick(None, picks)
    equals = tuple(work for work in order[at] if work != work_id)
    above = order[at - 1] if at else ()
    last = at == len(order) - 1 and not equals
    return Pick(place_of(order, work_id), picks, _named(room, equals), _named(room, above), last=last)


def _named(room: Room, works: tuple[int, ...]) -> tuple[WorkRef, ...]:
    """Those that still take part."""
    return tuple(room.works[work] for work in works if work in room.works)
