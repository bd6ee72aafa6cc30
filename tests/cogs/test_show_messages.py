"""Announcements and answers of shows, themes and episodes: within Discord's limits, and saying what they must."""

from dataclasses import replace
from datetime import date, timedelta

import discord
import pytest

from bot.limits import problems
from cogs.common.outgoing import Outgoing
from cogs.common.shows import currency_choices, zone_choices
from cogs.episodes import messages as episode_messages
from cogs.episodes.deal import deal_in_short, deal_lines
from cogs.episodes.views import CancelForm, ReleaseForm
from cogs.help import messages as help_messages
from cogs.setup import messages as setup_messages
from cogs.setup.checks import Finding, Place, findings
from cogs.setup.making import Chosen, Made
from cogs.shows import messages as show_messages
from cogs.themes import messages as theme_messages
from cogs.themes.views import ThemeForm
from domain.episode import Phase
from domain.licences import Licence
from domain.money import currency
from services.episodes import CanceledView, CreditedWork, EpisodeStatus, MoveView, ReleaseView
from services.kinds import Collecting, DeadlineKind, Funding, ShownAs, Unclaimed, VoteMethod, Weights
from services.shows import DoctorFacts, NextDeadline, ShowRef, ShowView, Undelivered
from services.shows.views import EpisodeRef
from services.themes import QueueView, ThemeView
from services.views import Criterion, DealView, EpisodeView, VoteRules
from tests.support.studio import NOW

SITE = "https://gallery.example"
MARKS = "*_`~|" * 400

VOTING = VoteRules(
    VoteMethod.STAR, max_score=10, seats=500, criteria=tuple(Criterion(MARKS[:28] + str(n), 100 - n) for n in range(5)),
    normalise=True, few_votes=True, hide_artists=True, jury_role_id=10**18, jury_bp=3333, voter_role_id=10**18,
    min_member_days=3650, min_account_days=3650,
)  # fmt: skip
DEAL = DealView(
    currency=currency("KWD"), vote_method=VoteMethod.SCORE, max_score=10, seats=500, weights=Weights.POINTS,
    lineage_bp=2050, house_bp=3333, floor=10**15, cap_bp=9999, payout_min=10**15, comment_seconds=99_999_999,
    grace_seconds=600, claim_days=3650, voting=VOTING, locked_at=None,
    funding=Funding.PROFIT, promised=10**15, equal_parts=34, points_parts=33, votes_parts=33,
    unclaimed=Unclaimed.SOURCES, shown_as=ShownAs.PSEUDONYMS, receipts_public=True,
)  # fmt: skip
EPISODE = EpisodeView(
    id=10**9, show_id=1, show_name=MARKS[:80], show_slug="s" * 100, guild_id=10**18, works_channel_id=10**18,
    news_channel_id=10**18, season=999, number=99_999, title=MARKS[:100], prompt=MARKS[:1500], phase=Phase.OPEN,
    opens_at=NOW, closes_at=NOW + timedelta(days=7), votes_until=NOW + timedelta(days=10), released_at=None,
    release_url="https://x.example/" + "y" * 480, draw_commitment="c" * 64, works=123_456, deal=DEAL,
)  # fmt: skip
SHOW = ShowView(
    id=10**9, guild_id=10**18, name=MARKS[:80], slug="s" * 100, works_channel_id=10**18, news_channel_id=10**18,
    producers_channel_id=10**18, producer_role_id=10**18, timezone="America/Argentina/ComodRivadavia",
    currency=currency("USD"), weekdays=(0, 1, 2, 3, 4, 5), post_at="18:00:05", every_weeks=52, anchor=date(2026, 6, 1),
    open_seconds=99_999, voting_seconds=99_999, comment_seconds=99_999, grace_seconds=99_999,
    collecting=Collecting.EVERYTHING, licence=Licence.COMMUNITY, vote_method=VoteMethod.SCORE, max_score=10, seats=500,
    weights=Weights.POINTS, lineage_bp=2000, house_bp=5000, floor=10**15, cap_bp=5000, payout_min=10**15,
    funding=Funding.PROFIT, promised=10**15, equal_parts=34, points_parts=33, votes_parts=33,
    unclaimed=Unclaimed.SOURCES, shown_as=ShownAs.PSEUDONYMS, receipts_public=True,
    comment_min_seconds=99_999, voting=VOTING, claim_days=3650, season=1, paused=False, queued=999, next_theme_at=NOW,
    episodes=tuple(EpisodeRef(n, f"S1E{n}", MARKS[:100], Phase.OPEN, NOW) for n in range(40)),
)  # fmt: skip


def words(message: Outgoing | None) -> str:
    assert message is not None
    assert message.view is not None
    return "\n".join(item.content for item in message.view.walk_children() if isinstance(item, discord.ui.TextDisplay))


def credited(count: int) -> tuple[CreditedWork, ...]:
    return tuple(
        CreditedWork(n, 10_000 + n, MARKS[:100], tuple(MARKS[:90] + str(k) for k in range(30)), (MARKS[:300],))
        for n in range(count)
    )


def everything() -> dict[str, Outgoing | None]:
    """Each message, with the longest words that the database holds."""
    phases = {f"opened {phase}": episode_messages.opened(replace(EPISODE, phase=phase), SITE) for phase in Phase}
    plans = {f"planned {phase}": episode_messages.planned(replace(EPISODE, phase=phase), SITE) for phase in Phase}
    moves = tuple(MoveView(phase, NOW, 10**18, MARKS[:500]) for phase in Phase)
    theme = ThemeView(1, MARKS[:80], MARKS[:100], MARKS[:1500], 10_000, 10**18, NOW)
    facts = DoctorFacts(
        SHOW, 9999, 9999, tuple(Undelivered(n, "episode_opened", 10**18, None, MARKS, NOW) for n in range(10)),
        tuple(NextDeadline(kind, NOW, MARKS[:110]) for kind in DeadlineKind),
    )  # fmt: skip
    nothing = [Place(name, 10**18, discord.Permissions.none()) for name in ("works", "news", "producers")]
    found = findings(facts, nothing, message_content=False)
    made = Made(Chosen(), (f"<#{10**18}>",) * 4, ("a producer role (I lack Manage Roles)",))
    return {
        **phases,
        **plans,
        "deal": episode_messages.deal(EPISODE, SITE),
        "closing soon": episode_messages.closing_soon(EPISODE, SITE),
        "released": episode_messages.released(
            ReleaseView(EPISODE, credited(426), credited(90), 9999, MARKS[:500]), SITE
        ),
        "canceled": episode_messages.canceled(CanceledView(EPISODE, MARKS[:500]), SITE),
        "status": episode_messages.status(EpisodeStatus(EPISODE, moves), SITE),
        "history": episode_messages.history(MARKS[:80], [EPISODE] * 15, SITE),
        "no history": episode_messages.history(MARKS[:80], [], SITE),
        "sure": episode_messages.sure_to_advance(EPISODE),
        "queue": theme_messages.queue(QueueView(MARKS[:80], (theme,) * 200, NOW)),
        "no queue": theme_messages.queue(QueueView(MARKS[:80], (), None)),
        "queued": theme_messages.queued(theme),
        "queue empty": theme_messages.queue_empty(replace(SHOW, queued=0), missed=False),
        "queue missed": theme_messages.queue_empty(SHOW, missed=True),
        **{about: theme_messages.note(SHOW, about, EPISODE) for about in ("theme_waits", "opening_waits", "no_works")},
        "info": show_messages.info(SHOW, SITE),
        "rules": show_messages.changed(SHOW, *show_messages.rule_lines(SHOW)),
        "doctor": setup_messages.doctor(facts, found),
        "ready": setup_messages.ready(SHOW, made, found, SITE),
        "help": help_messages.help_card(
            [ShowRef(n, MARKS[:80], "s", 10**18, None) for n in range(30)], producer=True, site_url=SITE
        ),
        "no help": help_messages.help_card([], producer=False, site_url=SITE),
    }


@pytest.mark.parametrize("name", list(everything()))
def test_the_longest_words_fit(name: str) -> None:
    message = everything()[name]
    assert message is not None
    assert problems(message) == []
    if message.view is not None:
        for item in message.view.walk_children():
            if isinstance(item, discord.ui.Button):
                assert len(item.custom_id or "") <= 100
                assert len(item.url or "") <= 512
                assert len(item.label or "") <= 80


def test_forms_fit() -> None:
    theme = ThemeView(1, "Show", MARKS[:100], MARKS[:1500], 1, 1, NOW)
    for form in (
        ThemeForm(None, theme),
        ReleaseForm(EPISODE, "https://x.example", "note"),
        CancelForm(EPISODE, MARKS[:500]),
    ):
        data = form.to_dict()
        assert len(data["title"]) <= 45
        for label in data["components"]:
            assert len(label["label"]) <= 45
            assert len(label.get("description") or "") <= 100
            assert len(label["component"].get("value") or "") <= label["component"]["max_length"]


def test_the_opening_says_how_to_take_part_and_until_when() -> None:
    text = words(episode_messages.opened(replace(EPISODE, title="Night trains", works=12), SITE))
    assert "# Night trains" in text
    assert f"<#{EPISODE.works_channel_id}>" in text
    assert "reply to it" in text
    assert "<t:1780941600:R>" in text
    assert "**12 works** so far" in text


def test_nobody_pings_by_a_title() -> None:
    message = episode_messages.opened(replace(EPISODE, title="@everyone <@1>", prompt="@here"), SITE)
    assert "@everyone" not in words(message)
    assert message.allowed_mentions().to_dict() == {"parse": [], "users": [], "replied_user": False} or (
        message.allowed_mentions().everyone is False
    )


def test_the_deal_in_plain_words() -> None:
    plain = replace(
        DEAL, currency=currency("USD"), weights=Weights.EQUAL, lineage_bp=2000, house_bp=5000, floor=0, cap_bp=10_000,
        payout_min=1000, seats=12, max_score=5, comment_seconds=14 * 86_400, claim_days=365, promised=0,
        unclaimed=Unclaimed.RESERVE, shown_as=ShownAs.NAMES, receipts_public=False,
        voting=replace(VOTING, method=VoteMethod.SCORE, max_score=5, seats=12, criteria=()),
    )  # fmt: skip
    text = "\n".join(deal_lines(plain))
    for sentence in (
        "Artists share 50% of what the episode earns after its costs",
        "Every work in the cut weighs the same.",
        "A remix passes 20% of its share",
        "Everyone rates works from 0 to 5; the 12 works with the best averages start in the cut.",
        "The list names everyone with their amount.",
        "for 14 days",
        "once it reaches $10.00",
        "for 365 days goes to the show's reserve",
    ):
        assert sentence in text
    assert "Nobody who is in" not in text
    assert "Nobody gets more" not in text
    approval = replace(
        plain, voting=replace(VOTING, method=VoteMethod.APPROVAL), house_bp=0, lineage_bp=0, floor=500, cap_bp=2500
    )
    text = "\n".join(deal_lines(approval))
    assert "with the most approvals" in text
    assert "gets less than $5.00" in text
    assert "more than 25% of the pool" in text
    assert "remixes keep it all" in deal_in_short(approval)


def test_the_rest_of_the_deal_in_plain_words() -> None:
    blend = replace(DEAL, currency=currency("USD"), weights=Weights.BLEND, funding=Funding.POOL, promised=5_000_000)
    text = "\n".join(deal_lines(blend))
    for sentence in (
        "the house keeps what the episode earns. At least $50,000.00 is promised.",
        "Of the pool, 34% is shared equally among the works in the cut, 33% by the producers' points and 33% by the",
        "goes to the artists whose work theirs was made from, or else to the show's reserve",
        "Amounts are listed under pseudonyms; only you and the producers know which one is you.",
        "Receipts of what came in and went out are open to everyone in the server.",
    ):
        assert sentence in text
    points = replace(blend, equal_parts=0, points_parts=80, votes_parts=20)
    assert "Of the pool, 80% is shared by the producers' points and 20% by the vote." in "\n".join(deal_lines(points))
    votes = replace(blend, weights=Weights.VOTES)
    assert "Works in the cut weigh by their score in the vote" in "\n".join(deal_lines(votes))
    assert deal_in_short(blend).startswith("The deal: a pool of $50,000.00, 34% is shared equally")


def test_credits_name_every_work_that_fits_and_say_how_many_do_not() -> None:
    cut = tuple(CreditedWork(n, n, f"Work {n}", (f"Artist {n}",), ()) for n in range(1, 427))
    text = words(episode_messages.released(ReleaseView(EPISODE, cut, (), 426, ""), SITE))
    named = text.count("· **Artist")
    assert named > 50
    assert f"and {426 - named} more" in text


def test_the_queue_is_no_longer_empty() -> None:
    assert theme_messages.queue_empty(replace(SHOW, queued=1), missed=False) is None


def test_cadence_in_words() -> None:
    weekly = replace(SHOW, weekdays=(0, 3), post_at="18:00:00", every_weeks=1, timezone="UTC")
    assert show_messages.cadence(weekly) == "Mondays and Thursdays at 18:00 (UTC)"
    assert show_messages.cadence(replace(weekly, weekdays=tuple(range(7)))) == "Every day at 18:00 (UTC)"
    assert show_messages.cadence(replace(weekly, weekdays=())) == "Episodes open by hand."
    assert show_messages.cadence(replace(weekly, post_at="18:00:05")).startswith("Mondays and Thursdays at 18:00:05")


def test_the_check_names_each_permission_and_how_to_mend_it() -> None:
    facts = DoctorFacts(replace(SHOW, queued=0), 0, 0, (), ())
    allowed = discord.Permissions.all()
    lacking = discord.Permissions.all()
    lacking.update(send_messages=False, create_public_threads=False)
    found = findings(
        facts,
        [Place("works", 1, allowed), Place("news", 2, lacking), Place("producers", 3, None)],
        message_content=True,
    )
    sentences = {finding.sentence: finding.ok for finding in found}
    assert Finding(ok=True, sentence="<#1> (works): I may do all I need.") in found
    (news,) = [sentence for sentence in sentences if "<#2>" in sentence]
    assert "**Send Messages, Create Public Threads**" in news
    assert not sentences[news]
    (gone,) = [sentence for sentence in sentences if "<#3>" in sentence]
    assert "/show channels" in gone
    (queue,) = [sentence for sentence in sentences if "queue" in sentence]
    assert not sentences[queue]


def test_choices_for_zones_and_currencies() -> None:
    assert zone_choices("")[0].value == "UTC"
    assert [choice.value for choice in zone_choices("new york")] == ["America/New_York"]
    assert len(zone_choices("a")) == 25
    assert zone_choices("nowhere at all") == []
    assert currency_choices("")[0].value == "USD"
    assert currency_choices("kuwaiti")[0].value == "KWD"
    assert len(currency_choices("a")) == 25
