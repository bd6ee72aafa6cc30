"""/show vote: rules change within their limits, go together, and reach the deal of the next episode."""

import pytest

from domain.errors import UserError
from services import episodes
from services.kinds import VoteMethod
from services.shows import RuleChanges, ShowView, VoteRuleChanges, get_show, update_rules, update_vote_rules
from services.shows.vote_rules import parse_criteria
from services.store import Database
from services.views import Criterion, VoteRules
from tests.support.studio import GUILD, NOW, PRODUCER, actor, make_show, rng

ROLE, JURY = GUILD + 50, GUILD + 51


async def change(db: Database, **changes) -> VoteRules:
    view = await update_vote_rules(db, PRODUCER, show=None, changes=VoteRuleChanges(**changes))
    return view.voting


async def test_all_rules_reach_the_deal(studio_db: Database, show: ShowView) -> None:
    rules = await change(
        studio_db, method="score", max_score=10, seats=7, criteria="Craft 2, Story", normalise=True, few_votes=True,
        hide_artists=True, jury_role_id=JURY, jury_percent=30, voter_role_id=ROLE, min_member_days=7,
        min_account_days=30,
    )  # fmt: skip
    expected = VoteRules(
        VoteMethod.SCORE, max_score=10, seats=7, criteria=(Criterion("Craft", 2), Criterion("Story", 1)),
        normalise=True, few_votes=True, hide_artists=True, jury_role_id=JURY, jury_bp=3000, voter_role_id=ROLE,
        min_member_days=7, min_account_days=30,
    )  # fmt: skip
    assert rules == expected
    planned = await episodes.plan_episode(studio_db, PRODUCER, title="Rain", now=NOW, rng=rng())
    assert planned.deal.voting == expected
    await change(studio_db, method="approval")
    assert (await episodes.get_episode(studio_db, planned.id)).deal.voting == expected


async def test_what_a_method_has_no_use_for_goes_with_it(studio_db: Database, show: ShowView) -> None:
    await change(studio_db, criteria="Craft, Story", normalise=True, few_votes=True)
    star = await change(studio_db, method="star")
    assert (len(star.criteria), star.normalise, star.few_votes) == (2, True, False)
    ranking = await change(studio_db, method="schulze")
    assert (ranking.criteria, ranking.normalise) == ((), False)
    await change(studio_db, method="score", few_votes=True)
    await update_rules(studio_db, PRODUCER, show=None, changes=RuleChanges(vote_method="approval"))
    assert not (await get_show(studio_db, GUILD)).voting.few_votes


async def test_everyone_may_vote_again_and_a_jury_can_end(studio_db: Database, show: ShowView) -> None:
    await change(studio_db, voter_role_id=ROLE, jury_role_id=JURY, jury_percent=50)
    rules = await change(studio_db, voter_role_id=GUILD, jury_percent=0, criteria="none")
    assert (rules.voter_role_id, rules.jury_role_id, rules.jury_bp) == (None, None, 0)


BAD = [
    ({}, "Nothing to change"),
    ({"method": "dice"}, "no way to vote"),
    ({"max_score": 11}, "from 1 to 10"),
    ({"seats": 0}, "from 1 to 500"),
    ({"criteria": "Craft"}, "two to 5"),
    ({"criteria": "a,b,c,d,e,f"}, "two to 5"),
    ({"criteria": "Craft, craft 2"}, "same name"),
    ({"criteria": "Craft 0, Story"}, "from 1 to 100"),
    ({"criteria": f"{'x' * 31}, Story"}, "up to 30"),
    ({"method": "approval", "criteria": "Craft, Story"}, "score or star"),
    ({"method": "star", "few_votes": True}, "by score only"),
    ({"method": "stv", "normalise": True}, "score or star"),
    ({"jury_percent": 20}, "who the jury is"),
    ({"jury_role_id": JURY}, "how much the jury counts"),
    ({"jury_role_id": GUILD, "jury_percent": 20}, "cannot be everybody"),
    ({"jury_role_id": JURY, "jury_percent": 101}, "from 0 to 100"),
    ({"min_member_days": -1}, "from 0 to 3650"),
    ({"min_account_days": 10**6}, "from 0 to 3650"),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD)
async def test_a_rule_that_cannot_be_changes_nothing(db: Database, changes: dict[str, object], sentence: str) -> None:
    show = await make_show(db)
    with pytest.raises(UserError, match=sentence):
        await change(db, **changes)
    assert await get_show(db, GUILD) == show


async def test_only_producers_change_it(studio_db: Database, show: ShowView) -> None:
    with pytest.raises(UserError, match="Only producers"):
        await update_vote_rules(studio_db, actor(), show=None, changes=VoteRuleChanges(seats=3))


@pytest.mark.parametrize(
    ("text", "criteria"),
    [
        ("Craft 2, Story", [("Craft", 2), ("Story", 1)]),
        (" Craft: 2 ,Fits  the theme x3,", [("Craft", 2), ("Fits the theme", 3)]),
        ("音 10, 絵", [("音", 10), ("絵", 1)]),
        ("off", []),
    ],
)
def test_criteria_are_read_as_people_write_them(text: str, criteria: list[tuple[str, int]]) -> None:
    assert [(each.name, each.weight) for each in parse_criteria(text)] == criteria
