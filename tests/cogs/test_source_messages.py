"""Sources, look-alikes and disputes as people see them: within Discord's limits, and saying what they must."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.limits import problems
from cogs.common.outgoing import Attached, Outgoing
from cogs.works import disputed, messages, sourced
from cogs.works.panel import work_panel
from cogs.works.source_forms import ClaimForm, ObjectionForm, PartsForm, SourceWords, ThanksForm, VerdictForm
from domain.licences import Licence
from services.kinds import DisputeKind, DisputeState, LikenessState, SourceState, WorkState
from services.views import ArtistView, SourceView
from services.works.dispute_rows import DisputeView
from services.works.lookalikes import LikenessView
from services.works.panel import Doing
from services.works.standing import Standing
from tests.cogs.test_work_messages import LONG, SITE, labels, longest, panel, plain, ref, words
from tests.support.studio import NOW

RAISER, POSTER, PRODUCER = 10**18 + 1, 10**18 + 2, 10**18 + 3
DISPUTE = DisputeView(
    id=10**15, show_id=1, guild_id=10**18, kind=DisputeKind.WRONG, state=DisputeState.OPEN, work=ref(1), source=ref(2),
    by=ArtistView(1, RAISER, LONG), poster=ArtistView(2, POSTER, LONG), reason=LONG * 4, answer=LONG * 4,
    verdict=LONG * 4, opened_at=NOW, settled_by=None, linked=True,
)  # fmt: skip
MISSING = replace(DISPUTE, kind=DisputeKind.MISSING, linked=False)
QUESTION = LikenessView(10**15, ref(1), ref(2), ArtistView(2, POSTER, LONG), True, LikenessState.ASKED)
PICTURES = (Attached("yours.webp", b"x"), Attached("other.webp", b"x"))
FULL = Standing(
    questions=(QUESTION,) * 3, disputes=(DISPUTE, MISSING) * 5, disputable=tuple(ref(n) for n in range(20)),
    may_claim=True, flags=(LONG * 9,) * 9,
)  # fmt: skip
IN = longest(state=WorkState.IN)
CASES: dict[str, Callable[[], Outgoing | None]] = {
    "sources": lambda: sourced.source_panel(longest(), LONG * 9),
    "no sources": lambda: sourced.source_panel(longest(sources=())),
    "remixed": lambda: sourced.remixed(IN, ref(1).id, SITE),
    "no longer": lambda: sourced.no_longer_remixed(longest(), longest()),
    "likeness": lambda: sourced.likeness(QUESTION, PICTURES, SITE),
    "likeness without pictures": lambda: sourced.likeness(QUESTION, (), SITE),
    "yes": lambda: sourced.answered(QUESTION, longest().sources[1]),
    "no": lambda: sourced.answered(QUESTION, None),
    "credited": lambda: sourced.credited(longest(sources=_unthanked()), LONG),
    "raised": lambda: disputed.raised(DISPUTE, SITE),
    "claimed": lambda: disputed.raised(MISSING, SITE),
    "raised in public": lambda: disputed.asked_in_public(DISPUTE),
    "producers": lambda: disputed.producers_card(DISPUTE, SITE),
    "producers, settled": lambda: disputed.producers_card(_settled(DISPUTE), SITE),
    "listed": lambda: disputed.listed((DISPUTE, MISSING) * 20, SITE),
    "none": lambda: disputed.listed((), SITE),
    "settled": lambda: disputed.settled(_settled(DISPUTE), RAISER, SITE),
    "settled in public": lambda: disputed.settled_in_public(_settled(DISPUTE)),
    "agreed": lambda: disputed.agreed(_settled(MISSING)),
    "panel of a poster": lambda: work_panel(panel(work=IN, standing=FULL), SITE, POSTER),
    "panel of a producer": lambda: work_panel(panel(work=IN, own=False, standing=FULL), SITE, PRODUCER),
    "panel of whoever raised it": lambda: work_panel(
        panel(work=IN, hand=False, own=False, may=(), standing=FULL), SITE, RAISER
    ),
    "kit of what allows no remix": lambda: messages.remix_kit(longest(licence=Licence.CC_BY_ND), SITE),
}


def _settled(found: DisputeView, state: DisputeState = DisputeState.DECLINED, by: int = PRODUCER) -> DisputeView:
    return replace(found, state=state, settled_by=by)


def _unthanked() -> tuple[SourceView, ...]:
    return tuple(
        replace(source, work=ref(n, artist=f"{n} {LONG}"), thanks="") for n, source in enumerate(longest().sources)
    )


@pytest.mark.parametrize("case", CASES)
def test_it_fits(case: str) -> None:
    made = CASES[case]()
    assert made is not None
    assert problems(made) == []


def test_the_forms_fit() -> None:
    work = longest()
    many, few = PartsForm(work), PartsForm(longest(sources=work.sources[:5]))
    assert [len(many.children), len(few.children)] == [1, 5]
    others = (
        ThanksForm(1, work.sources[0]), SourceWords(work, work.sources[0]), SourceWords(work, work.sources[1]),
        ObjectionForm(work, work.sources[1]), ClaimForm(work), VerdictForm(1, uphold=True, label=LONG),
    )  # fmt: skip
    for form in (many, few, *others):
        assert len(form.title) <= 45
        for child in form.to_dict()["components"]:
            assert len(child["label"]) <= 45
            assert len(child.get("description") or "") <= 100


def test_only_those_concerned_see_a_dispute_on_a_panel_with_what_they_can_do() -> None:
    one = Standing(disputes=(replace(DISPUTE, answer=""),))
    poster = work_panel(panel(standing=one), SITE, POSTER)
    assert {"They are right, take it off", "I see it differently"} <= set(labels(poster))
    raiser = work_panel(panel(standing=one, hand=False, own=False, may=()), SITE, RAISER)
    assert "Take it back" in labels(raiser)
    producer = work_panel(panel(standing=one, own=False), SITE, PRODUCER)
    assert {"Take the source off", "Keep the source"} <= set(labels(producer))


def test_sources_have_a_panel_once_there_is_one() -> None:
    assert "Sources" in labels(work_panel(panel(may=(Doing.SOURCE,)), SITE))
    assert "Add source" in labels(work_panel(panel(may=(Doing.SOURCE,), work=plain(sources=())), SITE))


def test_what_can_be_objected_to_and_claimed() -> None:
    made = work_panel(panel(hand=False, may=(), standing=Standing(disputable=(ref(7),), may_claim=True)), SITE)
    assert labels(made)[:2] == ["Not made from #7", "Made from mine?"]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (_settled(DISPUTE), "stays credited as a source"),
        (_settled(replace(DISPUTE, linked=False), DisputeState.UPHELD), "is no longer credited as a source"),
        (_settled(replace(MISSING, linked=True), DisputeState.UPHELD), "is credited as a source"),
        (_settled(MISSING), "is not credited as a source"),
        (_settled(DISPUTE, DisputeState.TAKEN_BACK, RAISER), "took it back"),
        (_settled(DISPUTE, DisputeState.UPHELD, POSTER), "agreed to it"),
    ],
)
def test_how_it_ended(found: DisputeView, said: str) -> None:
    assert said in words(disputed.settled(found, POSTER, SITE))


def test_in_public_nothing_is_said_of_what_it_is_about() -> None:
    for made in (disputed.asked_in_public(DISPUTE), disputed.settled_in_public(_settled(DISPUTE))):
        assert made is not None
        shown = words(made)
        for private in (DISPUTE.reason, DISPUTE.by.name, f"#{DISPUTE.source.number}", DISPUTE.verdict, "disput"):
            assert private not in shown
    assert disputed.asked_in_public(_settled(DISPUTE)) is None
    assert disputed.raised(_settled(DISPUTE), SITE) is None


def test_a_notice_has_the_thanks_and_the_way_to_object() -> None:
    edge = SourceView(1, ref(7, "Dawn", "Mira"), None, None, None, "Your *light*", SourceState.CONFIRMED)
    made = sourced.remixed(plain(sources=(edge,)), ref(7).id, SITE)
    assert made is not None
    assert r"> Your \*light\*" in words(made)
    assert labels(made) == ["Look at it", "That is wrong", "No more of these"]
    waiting = sourced.remixed(plain(sources=(replace(edge, state=SourceState.DISPUTED),)), ref(7).id, SITE)
    assert waiting is not None
    assert labels(waiting) == ["Look at it", "No more of these"]
    assert sourced.remixed(plain(sources=()), ref(7).id, SITE) is None
