"""The deal about money: chosen by producers, said in advance, and fixed once an episode is open."""

import pytest

from db.models import Deal, Funding, ShownAs, Unclaimed, Weights
from domain.allocation import Parts
from domain.errors import UserError
from services import episodes
from services.shows import (
    MoneyRuleChanges,
    MoneyRules,
    RuleChanges,
    ShowView,
    update_durations,
    update_money_rules,
    update_rules,
)
from services.shows.money_rules import parse_blend
from services.store import Database
from services.views import EpisodeView
from tests.support.studio import MANAGER, NOW, PRODUCER, actor, make_show, rng

_WEEK = 7 * 86_400


async def change(db: Database, who=PRODUCER, **changes) -> MoneyRules:
    return await update_money_rules(db, who, show=None, changes=MoneyRuleChanges(**changes), now=NOW)


async def plan(db: Database, title: str = "Night Trains") -> EpisodeView:
    return await episodes.plan_episode(db, PRODUCER, title=title, now=NOW, rng=rng())


async def test_everything_can_be_chosen_and_is_copied_into_the_next_deal(studio_db: Database, show: ShowView) -> None:
    await change(
        studio_db, funding="pool", promised="50,000", house_percent=10, blend="equal 50, points 30, votes 20",
        lineage_percent=15, floor="5", cap_percent=20, payout_min="25.50", comments="21d", claim_days=90,
        unclaimed="sources", shown_as="pseudonyms", receipts_public=True,
    )  # fmt: skip
    episode = await plan(studio_db)
    async with studio_db.reading() as tx:
        deal = await tx.get_one(Deal, episode.id)
    assert (deal.funding, deal.promised, deal.house_bp) == (Funding.POOL, 5_000_000, 1_000)
    assert (deal.weights, deal.equal_parts, deal.points_parts, deal.votes_parts) == (Weights.BLEND, 50, 30, 20)
    assert (deal.lineage_bp, deal.floor, deal.cap_bp, deal.payout_min) == (1_500, 500, 2_000, 2_550)
    assert (deal.comment_seconds, deal.claim_days, deal.unclaimed) == (3 * _WEEK, 90, Unclaimed.SOURCES)
    assert (deal.shown_as, deal.receipts_public, deal.locked_at) == (ShownAs.PSEUDONYMS, True, None)


async def test_planned_episodes_follow_only_when_asked_and_open_ones_never(db: Database) -> None:
    await make_show(db)
    opened = await plan(db, "Opened")
    await episodes.open_episode(db, PRODUCER, episode=opened.code, now=NOW, rng=rng())
    planned = await plan(db, "Planned")
    assert (await change(db, lineage_percent=35)).planned == ()
    assert (await episodes.get_episode(db, planned.id)).deal.lineage_bp == 2_000
    assert (await change(db, planned=True)).planned == (planned.code,)
    assert (await episodes.get_episode(db, planned.id)).deal.lineage_bp == 3_500
    deal = (await episodes.get_episode(db, opened.id)).deal
    assert deal.lineage_bp == 2_000
    assert deal.locked_at is not None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "Nothing to change"),
        ({"weights": "votes"}, "Votes alone would set what everybody is paid"),
        ({"blend": "votes 100"}, "Votes alone"),
        ({"weights": "blend"}, "Say how the blend is made"),
        ({"weights": "equal", "blend": "equal 1, votes 1"}, "not both"),
        ({"blend": "lots of love"}, "Write a blend like"),
        ({"blend": "equal 0, votes 0"}, "not all zero"),
        ({"blend": "equal 50, equal 50"}, "unclear"),
        ({"funding": "magic"}, "not a way to fund"),
        ({"unclaimed": "me"}, "a place for unclaimed money"),
        ({"promised": "50 EUR"}, "counts in USD"),
        ({"house_percent": 101}, "from 0 to 100"),
        ({"claim_days": 0}, "from 1 to 3650"),
        ({"comments_min": "400d"}, "can be up to"),
    ],
)
async def test_what_cannot_be_changes_nothing(db: Database, changes, says) -> None:
    before = await make_show(db)
    with pytest.raises(UserError, match=says):
        await change(db, floor="7", **changes) if changes else await change(db)
    after = await change(db, lineage_percent=20)
    assert after.show == before


async def test_votes_alone_take_a_word_of_their_own(db: Database) -> None:
    await make_show(db)
    assert (await change(db, weights="votes", votes_alone=True)).show.weights is Weights.VOTES
    with pytest.raises(UserError, match="only by /show money"):
        await update_rules(db, PRODUCER, show=None, changes=RuleChanges(weights="votes"))


async def test_the_window_is_never_under_the_shows_minimum(db: Database) -> None:
    await make_show(db)
    await change(db, MANAGER, comments="8d", comments_min="7d")
    with pytest.raises(UserError, match="at least 7 days"):
        await change(db, comments="3d")
    with pytest.raises(UserError, match="at least 7 days"):
        await update_durations(db, PRODUCER, show=None, comments="3d")
    with pytest.raises(UserError, match="Manage Server"):
        await change(db, comments_min="1d")
    assert (await change(db, comments_min="10d")).show.comment_seconds == 10 * 86_400
    assert (await change(db, MANAGER, comments_min="1d", comments="3d")).show.comment_seconds == 3 * 86_400


async def test_only_producers_choose(db: Database) -> None:
    await make_show(db)
    with pytest.raises(UserError, match="producer"):
        await change(db, actor("Ann"), lineage_percent=0)


@pytest.mark.parametrize("text", ["equal 50, points 30, votes 20", "50% equal + 30 points and votes 20%"])
def test_a_blend_can_be_written_in_several_ways(text: str) -> None:
    assert parse_blend(text) == Parts(50, 30, 20)
