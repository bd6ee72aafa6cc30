"""Cards and lists of works: within Discord's limits however long the words, and saying what they must."""

from collections.abc import Callable
from dataclasses import replace

import discord
import pytest

from bot.limits import problems
from cogs.common.outgoing import Attached, Outgoing
from cogs.works import messages, mine
from cogs.works.agreed import agreed_to
from cogs.works.forms import share_of
from cogs.works.happened import history_page
from cogs.works.panel import work_panel
from domain.episode import Outcome, Phase
from domain.errors import UserError
from domain.licences import Licence
from services.kinds import CreditState, FileState, SourceState, WorkState
from services.views import ArtistView, CreditView, FileView, SourceView, WorkRef, WorkView
from services.works.credits import Decision
from services.works.grants import Agreed, Cause, Grant, GrantFile
from services.works.history import History, Moment
from services.works.lists import CreditLine, EpisodeCredits, PartView
from services.works.panel import Doing, Panel
from tests.support.studio import NOW

SITE = "https://gallery.example"
LONG = "*_`~|" * 20
OWN_BUTTONS = ["Sources", "Credit someone", "Edit", "Files", "Withdraw", "Bring it back"]


def ref(number: int, title: str = LONG, artist: str = LONG) -> WorkRef:
    return WorkRef(10**9 + number, number, title, artist, WorkState.IN)


def longest(**changes) -> WorkView:
    people = [ArtistView(n, 10**18 + n, LONG) for n in range(25)]
    view = WorkView(
        id=10**15, show_id=1, episode_id=1, guild_id=10**18, number=999_999_999, title=LONG, note=LONG * 20,
        medium="picture", licence=Licence.COMMUNITY, state=WorkState.WITHDRAWN, reason=LONG * 10, artist=people[0],
        credits=tuple(
            CreditView(who, LONG[:60], 400, CreditState.OFFERED if n % 2 else CreditState.CONFIRMED)
            for n, who in enumerate(people)
        ),
        sources=tuple(
            SourceView(
                n, ref(n) if n % 2 else None, None if n % 2 else LONG * 2, "https://e.example/" + "x" * 2000, None,
                LONG * 3, SourceState.DISPUTED,
            )
            for n in range(20)
        ),
        used_in=tuple(ref(n) for n in range(3000)),
        files=tuple(
            FileView(n, LONG[:80], "image/png", 1, f"https://cdn.example/{n}", FileState.FAILED, None, None, LONG * 20)
            for n in range(10)
        ),
        links=tuple(f"https://example.org/{'x' * 1900}{n}" for n in range(10)), channel_id=10**18,
        message_id=10**18, by_form=False, submitted_at=NOW, version=1, phase=Phase.OPEN, notices=(LONG * 20,) * 9,
    )  # fmt: skip
    return replace(view, **changes)


def kept(work: WorkView) -> tuple[FileView, ...]:
    return tuple(replace(file, state=FileState.KEPT, sha256="a" * 64, preview="b" * 64) for file in work.files)


PARTS = tuple(
    PartView(ref(n), "S99E999", LONG, Phase.OPEN, True, LONG[:60], 400, CreditState.OFFERED) for n in range(200)
)
EVERYONE = EpisodeCredits(
    1, "S9E9", LONG, 3000,
    tuple(CreditLine(ArtistView(n, n, LONG), tuple((m, LONG[:60]) for m in range(99))) for n in range(426)),
)  # fmt: skip
CASES: dict[str, Callable[[], Outgoing | None]] = {
    "withdrawn": lambda: messages.work_card(longest(), SITE),
    "open": lambda: messages.work_card(longest(state=WorkState.IN), SITE),
    "kept": lambda: messages.work_card(longest(state=WorkState.IN, files=kept(longest())), SITE),
    "form": lambda: messages.work_card(
        longest(state=WorkState.IN, files=kept(longest()), by_form=True), SITE, {1: Attached("picture-1.webp", b"x")}
    ),
    "disqualified": lambda: messages.work_card(longest(state=WorkState.DISQUALIFIED), SITE),
    "refused": lambda: messages.refused(LONG, late=False),
    "too late": lambda: messages.refused("Closed.", late=True),
    "gone": lambda: messages.gone(longest(), 1_800_000_000, SITE),
    "allowed": lambda: messages.allowed(longest(), 1_800_000_000, SITE),
    "agreed": lambda: agreed_to(AGREED, SITE),
    "agreed to nothing": lambda: agreed_to(replace(AGREED, grants=()), SITE),
    "history": lambda: history_page(HISTORY),
    "offered": lambda: messages.credit_offered(longest(), 10**18 + 1, SITE),
    "judged": lambda: messages.judged(longest(state=WorkState.DISQUALIFIED), SITE),
    "back": lambda: messages.judged(longest(state=WorkState.IN), SITE),
    "panel": lambda: work_panel(
        Panel(
            longest(files=kept(longest())),
            1,
            "S99E999",
            LONG,
            hand=True,
            may=tuple(Doing),
            outcome=Outcome.USED,
            history=tuple(
                Moment(NOW, 10**18, kind, {"reason": LONG * 20, "outside": LONG, "file": LONG * 3}, None)
                for kind in ("disqualified", "source_added", "file_failed", LONG[:40], "source_refused", "edited")
            ),
            earlier=999,
        ),
        SITE,
    ),
    "panel of one that is in": lambda: work_panel(panel(work=longest(state=WorkState.IN)), SITE),
    "kit": lambda: messages.remix_kit(longest(files=kept(longest())), SITE),
    "my works": lambda: mine.my_works(PARTS, SITE),
    "no works": lambda: mine.my_works((), SITE),
    "my credits": lambda: messages.my_credits(PARTS, SITE),
    "no credits": lambda: messages.my_credits((), SITE),
    "everyone": lambda: messages.episode_credits(EVERYONE, SITE),
    "nobody": lambda: messages.episode_credits(replace(EVERYONE, lines=()), SITE),
}


@pytest.mark.parametrize("case", CASES)
def test_the_longest_words_fit(case: str) -> None:
    found = CASES[case]()
    assert found is not None
    assert problems(found) == []


def words(message: Outgoing | None) -> str:
    assert message is not None
    assert message.view is not None
    return "\n".join(item.content for item in message.view.walk_children() if isinstance(item, discord.ui.TextDisplay))


def labels(message: Outgoing) -> list[str | None]:
    assert message.view is not None
    return [item.label for item in message.view.walk_children() if isinstance(item, discord.ui.Button)]


def plain(**changes) -> WorkView:
    mia, leo = ArtistView(1, 11, "Mia"), ArtistView(2, 22, "Leo")
    view = longest(
        number=12, title="Dawn", note="", state=WorkState.IN, reason="", artist=mia, licence=Licence.CC_BY,
        credits=(
            CreditView(mia, "", 7000, CreditState.CONFIRMED),
            CreditView(leo, "drums", 3000, CreditState.CONFIRMED),
        ),
        sources=(
            SourceView(1, ref(3, "Dusk", "Ada"), None, None, None, "what a colour", SourceState.CONFIRMED),
            SourceView(2, None, "A waltz", "https://w.example/(1)", None, "", SourceState.CONFIRMED),
        ),
        used_in=(ref(15, "Noon", "Zoe"),), files=(), links=(), notices=(),
    )  # fmt: skip
    return replace(view, **changes)


def test_a_card_says_who_from_what_and_where_it_went() -> None:
    card = messages.work_card(plain(), SITE)
    assert words(card).splitlines() == [
        "### 🖼️ #12 Dawn",
        "by Mia (70%), Leo (drums, 30%)",
        "made from #3 Dusk by Ada (“what a colour”), [A waltz](https://w.example/%281%29)",
        "used in #15 Noon",
        f"-# CC BY 4.0 · [page]({SITE}/works/{10**15})",
    ]
    assert labels(card) == ["Remix this", "More"]


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (WorkState.IN, ["Remix this", "More"]),
        (WorkState.WITHDRAWN, ["More"]),
        (WorkState.DISQUALIFIED, ["More"]),
    ],
)
def test_a_card_has_only_buttons_that_stay_right(phase: Phase, state: WorkState, expected: list[str]) -> None:
    assert labels(messages.work_card(plain(state=state, phase=phase), SITE)) == expected


GRANT = Grant(1, Licence.COMMUNITY, "1", NOW, 2, Cause.FILES, (GrantFile(LONG, "a" * 64, 1),) * 10)
AGREED = Agreed(10**15, 999_999_999, LONG, 1, (GRANT,) * 40)
HISTORY = History(
    ref(1),
    tuple(
        Moment(
            NOW, 10**18, kind, {"changed": {"note": [LONG * 9] * 2}, "old": {"name": LONG, "sha256": "a" * 64}}, None
        )
        for kind in ("edited", "file_replaced", "file_removed") * 5
    ),
    1, 9, 130,
)  # fmt: skip


def panel(**changes) -> Panel:
    found = Panel(
        work=plain(), episode_id=1, episode_code="S1E2", episode_title="Night trains", hand=True, may=tuple(Doing),
        outcome=None, history=(), earlier=0, own=True,
    )  # fmt: skip
    return replace(found, **changes)


def moment(kind: str, by: int | None = 11, other: WorkRef | None = None, **detail) -> Moment:
    return Moment(NOW, by, kind, detail, other)


def test_a_panel_offers_what_the_person_may_do() -> None:
    own = work_panel(panel(), SITE)
    assert labels(own) == [
        *OWN_BUTTONS,
        "History",
        "What I agreed to",
        "Remix this",
        "Lineage",
        "Its page",
        "All my works",
    ]
    assert "S1E2 Night trains · CC BY 4.0" in words(own)
    assert "Submissions are closed" not in words(own)
    other = work_panel(panel(hand=False, own=False, may=()), SITE)
    assert labels(other) == ["Remix this", "Lineage", "Its page"]
    assert "Submissions are closed" not in words(other)


def test_a_panel_says_why_nothing_can_be_changed() -> None:
    assert "Submissions are closed" in words(work_panel(panel(may=(), work=plain(phase=Phase.VOTING)), SITE))
    assert "The episode is out" in words(work_panel(panel(may=(), work=plain(phase=Phase.RELEASED)), SITE))
    assert "was canceled" in words(work_panel(panel(may=(), work=plain(phase=Phase.CANCELED)), SITE))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [(Outcome.USED, "In the cut"), (Outcome.INFLUENCE, "An influence"), (Outcome.NOT_USED, "Not used this time")],
)
def test_a_panel_says_what_became_of_a_work(outcome: Outcome, said: str) -> None:
    assert said in words(work_panel(panel(outcome=outcome), SITE))
    withdrawn = plain(state=WorkState.WITHDRAWN)
    assert said not in words(work_panel(panel(outcome=outcome, work=withdrawn), SITE))


def test_a_panel_gives_the_files_and_what_happened() -> None:
    history = (
        moment("source_removed", outside="A waltz"),
        moment("source_added", other=ref(3, "Dusk")),
        moment("credit_confirmed", 22, user=22, share_bp=3000),
        moment("credit_offered", user=22, share_bp=3000, role="drums"),
        moment("message_edited", changed={"title": ["Dan", "Dawn"]}),
        moment("withdrawn", None),
        moment("new_kind"),
    )
    files = (replace(longest().files[0], name="dawn.wav", sha256="a" * 64, state=FileState.KEPT),)
    shown = words(
        work_panel(panel(history=history, earlier=3, work=plain(files=files, links=("https://x.example",))), SITE)
    )
    assert f"- [dawn.wav]({SITE}/media/{'a' * 64}?name=dawn.wav)" in shown
    assert "- <https://x.example>" in shown
    assert "**What happened**, and 3 before" in shown
    for line in (
        "<@11> took “A waltz” off the sources",
        "<@11> credited #3 Dusk",
        "<@22> confirmed 30%",
        "<@11> offered <@22> 30%",
        "<@11> changed title by editing the message",
        "withdrawn, as its message was deleted",
        "new kind",
    ):
        assert line in shown


def test_a_pending_share_brings_its_buttons_and_one_that_is_over_asks_nothing() -> None:
    asked = replace(plain().credits[1], state=CreditState.OFFERED)
    work = plain(credits=(plain().credits[0], asked))
    card = messages.work_card(work, SITE)
    assert "waiting for Leo (drums, 30%)" in words(card)
    assert labels(card)[:2] == ["Confirm my share", "Decline"]
    assert "Mia credits you with 30% for drums" in words(messages.credit_offered(work, 22, SITE))
    assert messages.credit_offered(plain(), 22, SITE) is None
    assert messages.credit_offered(replace(work, phase=Phase.RELEASED), 22, SITE) is None


def test_my_works_say_what_became_of_each() -> None:
    part = PartView(
        ref(4, "Last Stop"), "S1E1", "Night Trains", Phase.RELEASED, True, "", 10_000, CreditState.CONFIRMED,
        medium="sound",
    )  # fmt: skip
    used = replace(part, outcome=Outcome.USED, used_in=2)
    gone = replace(part, phase=Phase.OPEN, work=replace(part.work, state=WorkState.WITHDRAWN), lost=1, share_bp=5000)
    shown = words(mine.my_works((used, part, gone), SITE))
    assert "### Your 3 works\n-# 1 in a cut · 1 remixed by others" in shown
    assert "🎧 **#4 Last Stop**\n-# S1E1 · ⭐ in the cut · used in 2 works" in shown
    assert "↩️ withdrawn, can come back · 50% yours · ⚠️ 1 file not kept" in shown
    assert labels(mine.my_works((used, part, gone), SITE)) == ["Open", "Open", "Open", "Gallery"]


def test_pages_of_my_works() -> None:
    part = PartView(ref(4), "S1E1", LONG, Phase.OPEN, True, "", 10_000, CreditState.CONFIRMED)
    last = mine.my_works((part,) * 20, SITE, 99)
    assert labels(last) == ["Open"] * 4 + ["Newer", "Older (3/3)", "Gallery"]
    assert problems(mine.my_works((part,) * 20, SITE)) == []


def test_other_peoples_words_cannot_ping_or_format() -> None:
    card = messages.work_card(plain(title="@everyone **loud** [x](https://evil.example)"), SITE)
    assert "@everyone" not in words(card).replace("@\u200beveryone", "")
    assert "**loud**" not in words(card)
    assert card.mention_users == ()


def test_decisions() -> None:
    assert "Confirmed: 33.3% of #1 Dawn is yours." in messages.decided(Decision(1, 1, "Dawn", 3330, confirmed=True))
    assert "Declined." in messages.decided(Decision(1, 1, "Dawn", 3330, confirmed=False))


@pytest.mark.parametrize(
    ("typed", "share"), [("30", 3000), (" 33.5 % ", 3350), ("0,05", 5), ("100%", 10_000), ("7.25", 725)]
)
def test_shares_as_people_type_them(typed: str, share: int) -> None:
    assert share_of(typed) == share


@pytest.mark.parametrize("typed", ["", "a third", "-5", "1.234", "1e2", "30 or so"])
def test_what_is_no_share(typed: str) -> None:
    with pytest.raises(UserError, match="percentage"):
        share_of(typed)
