"""The booth and one's own ballot: within Discord's limits for every way to vote, and saying what they must."""

from dataclasses import replace

import pytest

from bot.limits import problems
from cogs.voting.booth import all_works as works_message
from cogs.voting.booth import ballot as ballot_message
from cogs.voting.booth import booth as booth_message
from domain.episode import Phase
from domain.licences import Licence
from services.ballots import BallotView, BoothLine, BoothView, Pick, WorksView
from services.blind import blind_view
from services.kinds import CreditState, FileState, SourceState, VoteMethod, WorkState
from services.views import ArtistView, CreditView, Criterion, FileView, SourceView, VoteRules, WorkRef, WorkView
from services.voting import VoteEpisode
from tests.support.studio import NOW

SITE = "https://gallery.example"
LONG = "*_`~|" * 20

EPISODE = VoteEpisode(
    id=10**9, show_id=1, show_name=LONG[:80], show_slug="s", guild_id=10**18, news_channel_id=1,
    producers_channel_id=None, season=99, number=999, title=LONG, phase=Phase.VOTING, votes_until=NOW,
    by_points=True, draw_commitment="c" * 64, rules=VoteRules(VoteMethod.SCORE, max_score=5, seats=12),
)  # fmt: skip


def voting(method: VoteMethod, **rules) -> VoteEpisode:
    return replace(EPISODE, rules=VoteRules(method, max_score=5, seats=12, **rules))


APPROVAL, STAR = voting(VoteMethod.APPROVAL), voting(VoteMethod.STAR)
TEN = replace(EPISODE, rules=VoteRules(VoteMethod.SCORE, max_score=10, seats=1))
RANKED, STV = voting(VoteMethod.SCHULZE), voting(VoteMethod.STV)
FIVE = voting(VoteMethod.SCORE, criteria=tuple(Criterion(f"{LONG[:28]}{n}", n) for n in range(1, 6)))
CRAFT = voting(VoteMethod.SCORE, criteria=(Criterion("Craft", 2), Criterion("Story", 1)))
HIDDEN = voting(VoteMethod.SCORE, hide_artists=True, jury_bp=3000, jury_role_id=5)


def ref(number: int) -> WorkRef:
    return WorkRef(10**9 + number, number, LONG, LONG, WorkState.IN)


def work(**changes) -> WorkView:
    people = [ArtistView(n, 10**18 + n, LONG) for n in range(40)]
    view = WorkView(
        id=10**9, show_id=1, episode_id=1, guild_id=10**18, number=99_999, title=LONG, note=LONG * 40,
        medium="picture", licence=Licence("CC-BY-4.0"), state=WorkState.IN, reason="", artist=people[0],
        credits=tuple(CreditView(who, LONG, 250, CreditState.CONFIRMED) for who in people),
        sources=tuple(
            SourceView(n, ref(n) if n % 2 else None, LONG * 2, None, None, LONG * 3, SourceState.CONFIRMED)
            for n in range(30)
        ),
        used_in=(), files=tuple(
            FileView(n, "x" * 260, "image/png", 1, f"https://cdn.example/{n}", FileState.KEPT, "a" * 64, "b" * 64, "")
            for n in range(10)
        ),
        links=tuple(f"https://example.org/{n}" for n in range(10)), channel_id=10**18, message_id=10**18, by_form=False,
        submitted_at=NOW, version=1, phase=Phase.VOTING,
    )  # fmt: skip
    return replace(view, **changes)


def booth(**changes) -> BoothView:
    view = BoothView(
        episode=EPISODE, work=work(), place=3, total=400, seen=7, marked=5, given=(4,), part=0,
        own=False, jury=False, back=1, next=2,
    )  # fmt: skip
    return replace(view, **changes)


def ballot(marks: int = 400, **changes) -> BallotView:
    lines = tuple(BoothLine(ref(n), n, (5,), seen=True) for n in range(1, marks + 1))
    return replace(BallotView(EPISODE, "AAAAA-BBBBB-CCCCC-DDDDD", lines, 400, 400, NOW), **changes)


def picking(place: int | None, **more) -> BoothView:
    return booth(episode=RANKED, given=(place,), pick=Pick(place, 400, **more))


def listed(episode: VoteEpisode = EPISODE, given: tuple[int | None, ...] = (5,)) -> WorksView:
    lines = tuple(BoothLine(ref(n), n, given, seen=True) for n in range(1, 21))
    return WorksView(episode, lines, page=1, pages=20, seen=30, marked=20, total=400)


MANY = tuple(ref(n) for n in range(300))
ALL = {
    "booth": booth_message(booth(), SITE),
    "booth, of ten": booth_message(booth(episode=TEN), SITE),
    "booth, star": booth_message(booth(episode=STAR, given=(None,)), SITE),
    "booth, approval": booth_message(booth(episode=APPROVAL, given=(1,)), SITE),
    "booth, one's own": booth_message(booth(own=True, place=None, given=(None,)), SITE),
    "booth, alone": booth_message(booth(next=None, back=None, total=1, seen=1), SITE),
    "booth, hidden": booth_message(
        booth(
            episode=HIDDEN,
            jury=True,
            work=blind_view(work()),
        ),
        SITE,
    ),
    "booth, five criteria of ten": booth_message(
        booth(episode=replace(FIVE, rules=replace(FIVE.rules, max_score=10)), given=(10, None, 0, 1, 2), part=1), SITE
    ),
    "booth, criteria, nothing given": booth_message(booth(episode=CRAFT, given=(None, None)), SITE),
    "booth, criteria, all given": booth_message(booth(episode=CRAFT, given=(4, 5)), SITE),
    "booth, ranking, not picked": booth_message(picking(None), SITE),
    "booth, ranking, picked": booth_message(picking(7, equals=MANY, above=MANY, last=False), SITE),
    "booth, stv": booth_message(booth(episode=STV, given=(2,), pick=Pick(2, 3, above=MANY[:1])), SITE),
    "all works": works_message(listed()),
    "all works, criteria": works_message(listed(FIVE, (1, None, 3, 4, 10))),
    "all works, ranking": works_message(listed(RANKED, (7,))),
    "all works, none": works_message(replace(listed(), lines=(), page=0, pages=1)),
    "ballot": ballot_message(ballot(), 3),
    "ballot, empty": ballot_message(ballot(0), 0),
    "ballot, after the vote": ballot_message(ballot(episode=replace(EPISODE, phase=Phase.RELEASED)), 99),
    "ballot, criteria": ballot_message(
        ballot(episode=FIVE, lines=tuple(BoothLine(ref(n), n, (1, None, 3, 4, 10), seen=True) for n in range(30))), 0
    ),
    "ballot, ranking": ballot_message(
        ballot(episode=RANKED, lines=tuple(BoothLine(ref(n), n, (n,), seen=True) for n in range(1, 400))), 1
    ),
}


@pytest.mark.parametrize("name", ALL)
def test_it_stays_within_what_discord_takes(name: str) -> None:
    assert problems(ALL[name]) == []
    view = ALL[name].view
    assert view is not None
    for item in view.walk_children():
        for words_, most in (("label", 80), ("custom_id", 100), ("placeholder", 150)):
            assert len(getattr(item, words_, None) or "") <= most
        for option in getattr(item, "options", ()):
            assert 1 <= len(option.label) <= 100
            assert len(option.description) <= 100


def words(message) -> str:
    items = message.view.walk_children()
    return "\n".join(getattr(item, "content", None) or getattr(item, "label", None) or "" for item in items)


def test_the_booth_says_what_is_saved() -> None:
    assert "Your mark: 4 of 5" in words(ALL["booth"])
    assert "7 of 400 seen, 5 marked" in words(ALL["booth"])
    assert "Approved" in words(ALL["booth, approval"])
    assert "marks come from others" in words(ALL["booth, one's own"])


def test_a_gallery_in_public_gives_the_pictures_and_discord_those_of_a_private_one() -> None:
    def pictures(site: str) -> list[str]:
        view = booth_message(booth(), site).view
        return [entry.media.url for item in view.walk_children() for entry in getattr(item, "items", ())]

    assert pictures(SITE)[0].startswith(f"{SITE}/media/{'b' * 64}?name=")
    assert pictures("http://127.0.0.1:8080")[0] == "https://cdn.example/0"


def test_other_peoples_words_ping_nobody_and_format_nothing() -> None:
    said = words(booth_message(booth(work=work(title="@everyone **big**", note="<@123456789012345678> # head")), SITE))
    assert "@everyone" not in said
    assert "**big**" not in said
    assert "<@123456789012345678>" not in said


def test_criteria_are_asked_one_after_the_other() -> None:
    said = words(ALL["booth, criteria, nothing given"])
    assert "**Craft**: how many of 5?" in said
    assert "Craft: –" in said
    assert "Story: –" in said
    assert "Craft 4, Story 5" in words(ALL["booth, criteria, all given"])


def test_a_ranking_offers_the_next_pick_and_moves() -> None:
    assert "Make it my pick no. 401" in words(ALL["booth, ranking, not picked"])
    picked = words(ALL["booth, ranking, picked"])
    for part in ("Your pick no. 7 of 400", "Higher", "Lower", "Level with #0", "Take it out"):
        assert part in picked
    assert "Level with" not in words(ALL["booth, stv"])


def test_a_hidden_artist_is_nowhere_in_the_booth() -> None:
    secret = "Secret Sam"
    mine = work(title="Rain", note="", artist=ArtistView(1, 2, secret))
    mine = replace(
        mine, files=tuple(replace(file, name=f"{secret}.png") for file in mine.files), sources=(), credits=()
    )
    shown = booth_message(booth(episode=HIDDEN, work=blind_view(mine)), SITE)
    assert shown.view is not None
    assert secret not in str(shown.view.to_components())
    assert "named when the vote ends" in words(shown)
    assert "Its post" not in words(shown)
