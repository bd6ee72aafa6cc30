"""Shows: set up once however often asked, changed with sentences that help, looked at by /doctor."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from db.models import LedgerEntry, OutboxAction, OutboxRow, OutboxState, Show
from domain.errors import UserError
from services import clock, outbox, shows
from services.shows import RuleChanges, ShowSetup, ShowView
from services.store import Database, Transaction
from tests.support.studio import (
    GUILD,
    MANAGER,
    NEWS_CHANNEL,
    NOW,
    PRODUCER,
    PRODUCERS_CHANNEL,
    WORKS_CHANNEL,
    actor,
    after,
    elsewhere,
    make_show,
    rng,
)

SETUP = ShowSetup(name="Night Shift", works_channel_id=WORKS_CHANNEL)


async def count(db: Database) -> int:
    async with db.reading() as tx:
        return int(await tx.scalar(select(func.count()).select_from(Show)) or 0)


async def test_a_new_show_has_the_defaults_and_its_first_deadlines(studio_db: Database) -> None:
    view = await shows.setup_show(studio_db, MANAGER, setup=SETUP, now=after(days=1))
    assert (view.name, view.slug, view.timezone, view.currency.code) == ("Night Shift", "night-shift", "UTC", "USD")
    assert (view.open_seconds, view.voting_seconds, view.comment_seconds) == (604_800, 259_200, 1_209_600)
    assert (view.lineage_bp, view.house_bp, view.payout_min, view.seats) == (2000, 5000, 1000, 12)
    assert view.news_channel_id == WORKS_CHANNEL
    assert view.next_theme_at == after(days=7)
    facts = await shows.doctor_facts(studio_db, MANAGER)
    assert [(item.kind.value, item.due_at) for item in facts.deadlines] == [
        ("queue_check", after(days=5)),
        ("theme", after(days=7)),
    ]


async def test_the_queue_is_looked_into_half_way_when_the_theme_is_near(studio_db: Database) -> None:
    now = after(days=6)
    await shows.setup_show(studio_db, MANAGER, setup=SETUP, now=now)
    facts = await shows.doctor_facts(studio_db, MANAGER)
    assert facts.deadlines[0].due_at == now + timedelta(hours=12)


async def test_asked_again_it_is_the_same_show_and_what_is_not_named_stays(studio_db: Database) -> None:
    first = await make_show(studio_db, currency="EUR", open_for="20s")
    again = await shows.setup_show(studio_db, MANAGER, setup=replace(SETUP, name="night  SHIFT", time="20:00"), now=NOW)
    assert (again.id, again.name, again.currency.code, again.open_seconds) == (first.id, "Night Shift", "EUR", 20)
    assert again.news_channel_id == NEWS_CHANNEL
    assert again.post_at == "20:00:00"
    assert await count(studio_db) == 1


async def test_setups_at_once_make_one_show(studio_db: Database) -> None:
    views = await asyncio.gather(*(shows.setup_show(studio_db, MANAGER, setup=SETUP, now=NOW) for _ in range(5)))
    assert len({view.id for view in views}) == 1
    assert await count(studio_db) == 1


async def test_slugs_are_unique_and_plain(studio_db: Database) -> None:
    there = elsewhere(MANAGER)
    slugs = [
        (await shows.setup_show(studio_db, who, setup=ShowSetup(name, works_channel_id=channel), now=NOW)).slug
        for who, name, channel in (
            (MANAGER, "Night Shift", 1),
            (there, "Night Shift", 2),
            (there, "Ünder / Gröund!", 3),
            (there, "夜", 4),
            (MANAGER, "夜", 5),
        )
    ]
    assert slugs == ["night-shift", "night-shift-2", "under-ground", "show", "show-2"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "  "}, "needs a name"),
        ({"name": "x" * 81}, "up to 80"),
        ({"currency": "DOGE"}, "not a currency"),
        ({"timezone": "Europe/Berln"}, "Did you mean Europe/Berlin"),
        ({"weekdays": "mon,funday"}, "“funday” is not a weekday"),
        ({"time": "6pm"}, "not a time of day"),
        ({"open_for": "0s"}, "Submissions can take from"),
        ({"voting": "2000d"}, "The vote can take from"),
        ({"grace": "2d"}, "grace period can be up to 1 day"),
        ({"every_weeks": 0}, "every 1 to 52 weeks"),
        ({"works_channel_id": None}, "needs a channel"),
    ],
)
async def test_a_bad_setup_changes_nothing(studio_db: Database, changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        await shows.setup_show(studio_db, MANAGER, setup=replace(SETUP, **changes), now=NOW)  # type: ignore[arg-type]
    assert await count(studio_db) == 0


async def test_setting_up_takes_manage_server(studio_db: Database) -> None:
    with pytest.raises(UserError, match="Manage Server"):
        await shows.setup_show(studio_db, actor("Mira"), setup=SETUP, now=NOW)


async def test_two_shows_cannot_share_a_works_channel(studio_db: Database, show: ShowView) -> None:
    with pytest.raises(UserError, match="already go to Night Shift"):
        await shows.setup_show(studio_db, MANAGER, setup=replace(SETUP, name="Other"), now=NOW)
    other = await shows.setup_show(
        studio_db, MANAGER, setup=ShowSetup("Other", works_channel_id=WORKS_CHANNEL + 50), now=NOW
    )
    with pytest.raises(UserError, match="already go to Night Shift"):
        await shows.update_channels(studio_db, MANAGER, show=other.slug, works_channel_id=WORKS_CHANNEL)
    with pytest.raises(UserError, match="Which show"):
        await shows.get_show(studio_db, GUILD)
    assert (await shows.get_show(studio_db, GUILD, channel_id=WORKS_CHANNEL + 50)).name == "Other"


async def test_rules_change_within_their_limits(studio_db: Database, show: ShowView) -> None:
    changes = RuleChanges(
        vote_method="approval", seats=3, weights="points", lineage_percent=25, house_percent=0, floor="1.50",
        cap_percent=50, payout_min="$20", claim_days=90, licence="CC0", collecting="asked",
    )  # fmt: skip
    view = await shows.update_rules(studio_db, PRODUCER, show=None, changes=changes)
    assert (view.vote_method.value, view.seats, view.weights.value) == ("approval", 3, "points")
    assert (view.lineage_bp, view.house_bp, view.floor, view.cap_bp, view.payout_min) == (2500, 0, 150, 5000, 2000)
    assert (view.claim_days, view.licence.value, view.collecting.value) == (90, "CC0-1.0", "asked")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (RuleChanges(), "Nothing to change"),
        (RuleChanges(seats=0), "from 1 to 500, not 0"),
        (RuleChanges(seats=3, lineage_percent=101), "from 0 to 100"),
        (RuleChanges(vote_method="shouting"), "“shouting” is not a way to vote"),
        (RuleChanges(floor="1,234.567 USD"), "USD has 2 decimals"),
        (RuleChanges(payout_min="10 EUR"), "counts in USD"),
        (RuleChanges(currency="ABC"), "not a currency"),
        (RuleChanges(licence="MIT"), "not a licence"),
    ],
)
async def test_a_bad_rule_changes_nothing(
    studio_db: Database, show: ShowView, changes: RuleChanges, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        await shows.update_rules(studio_db, PRODUCER, show=None, changes=changes)
    assert await shows.get_show(studio_db, GUILD) == show


async def test_the_currency_changes_until_there_is_money(studio_db: Database, show: ShowView) -> None:
    yen = await shows.update_rules(studio_db, PRODUCER, show=None, changes=RuleChanges(currency="jpy"))
    assert (yen.currency.code, yen.payout_min) == ("JPY", 10)
    dinar = await shows.update_rules(studio_db, PRODUCER, show=None, changes=RuleChanges(currency="KWD"))
    assert dinar.payout_min == 10_000

    async def earn(tx: Transaction) -> None:
        tx.add(
            LedgerEntry(
                show_id=show.id, episode_id=None, kind="revenue", currency="KWD", note="", key="x", by_user=1, at=NOW
            )
        )

    await studio_db.write(earn)
    with pytest.raises(UserError, match="already has money in KWD"):
        await shows.update_rules(studio_db, PRODUCER, show=None, changes=RuleChanges(currency="USD"))
    with pytest.raises(UserError, match="already has money in KWD"):
        await shows.setup_show(studio_db, MANAGER, setup=replace(SETUP, currency="USD"), now=NOW)


async def test_the_schedule_moves_the_next_theme(studio_db: Database, show: ShowView) -> None:
    view = await shows.update_schedule(
        studio_db, PRODUCER, show=None, weekdays="thu", time="20:30", timezone="Europe/Berlin", now=NOW
    )
    assert view.next_theme_at == after(days=3, minutes=30)
    by_hand = await shows.update_schedule(studio_db, PRODUCER, show=None, weekdays="none", now=NOW)
    assert (by_hand.next_theme_at, by_hand.weekdays) == (None, ())
    assert await clock.run_due(studio_db, after(days=60), rng()) is None


async def test_every_second_week_begins_with_the_next_theme(studio_db: Database, show: ShowView) -> None:
    view = await shows.update_schedule(studio_db, PRODUCER, show=None, every_weeks=2, now=NOW)
    assert view.next_theme_at == after(days=7)
    assert view.anchor == date(2026, 6, 8)
    await clock.run_due(studio_db, after(days=7), rng())
    assert (await shows.get_show(studio_db, GUILD)).next_theme_at == after(days=21)


async def test_seconds_are_fine_for_durations(studio_db: Database, show: ShowView) -> None:
    view = await shows.update_durations(studio_db, PRODUCER, show=None, open_for="20s", voting="15s", grace="0s")
    assert (view.open_seconds, view.voting_seconds, view.grace_seconds) == (20, 15, 0)


async def test_producers_run_it_and_managers_choose_them(studio_db: Database, show: ShowView) -> None:
    moved = await shows.update_channels(studio_db, PRODUCER, show=None, news_channel_id=77)
    assert (moved.news_channel_id, moved.producers_channel_id) == (77, PRODUCERS_CHANNEL)
    with pytest.raises(UserError, match="Manage Server"):
        await shows.update_channels(studio_db, PRODUCER, show=None, producer_role_id=88)
    changed = await shows.update_channels(studio_db, MANAGER, show=None, producer_role_id=88)
    assert changed.producer_role_id == 88
    with pytest.raises(UserError, match="Only producers of Night Shift"):
        await shows.update_channels(studio_db, PRODUCER, show=None, news_channel_id=78)


async def _to_say(db: Database, show: ShowView, *rows: tuple[str, int], **columns: Any) -> None:
    """Something to be said for each (kind, channel); its key is the two together."""

    async def write(tx: Transaction) -> None:
        for kind, channel in rows:
            key = f"{kind} {channel}"
            await outbox.say(tx, key=key, kind=kind, show_id=show.id, subject={}, channel_id=channel, now=NOW)
            row = (await tx.scalars(select(OutboxRow).where(OutboxRow.key == key))).one()
            for name, value in columns.items():
                setattr(row, name, value)

    await db.write(write)


async def _targets(db: Database) -> dict[str, int | None]:
    async with db.reading() as tx:
        return {row.key: row.channel_id for row in await tx.scalars(select(OutboxRow))}


@pytest.mark.parametrize("state", [OutboxState.WAITING, OutboxState.FAILED])
async def test_what_is_not_said_yet_follows_to_the_new_channel(
    studio_db: Database, show: ShowView, state: OutboxState
) -> None:
    rows = (("episode_opened", NEWS_CHANNEL), ("queue_empty", PRODUCERS_CHANNEL), ("work_card", WORKS_CHANNEL))
    await _to_say(studio_db, show, *rows, state=state)
    await shows.update_channels(studio_db, PRODUCER, show=None, news_channel_id=77)
    await shows.update_channels(studio_db, PRODUCER, show=None, producers_channel_id=88, works_channel_id=99)
    assert set((await _targets(studio_db)).values()) == {77, 88, 99}
    async with studio_db.reading() as tx:
        assert set(await tx.scalars(select(OutboxRow.state))) == {state}


async def test_what_is_said_or_edits_or_answers_stays(studio_db: Database, show: ShowView) -> None:
    await _to_say(studio_db, show, ("canceled", NEWS_CHANNEL), state=OutboxState.SENT, sent_at=NOW)
    await _to_say(studio_db, show, ("episode_opened", NEWS_CHANNEL), action=OutboxAction.EDIT)
    await _to_say(studio_db, show, ("work_refused", NEWS_CHANNEL), reply_to=5)
    await _to_say(studio_db, show, ("released", 5))
    other = await shows.setup_show(studio_db, MANAGER, setup=ShowSetup("Other", works_channel_id=5), now=NOW)
    await _to_say(studio_db, other, ("results", NEWS_CHANNEL))
    before = await _targets(studio_db)
    await shows.update_channels(studio_db, PRODUCER, show="Night Shift", news_channel_id=77)
    assert await _targets(studio_db) == before


async def test_a_shared_channel_is_left_by_each_purpose_for_itself(studio_db: Database) -> None:
    show = await shows.setup_show(studio_db, MANAGER, setup=SETUP, now=NOW)
    rows = [(kind, WORKS_CHANNEL) for kind in ("work_card", "released", "queue_empty")]
    await _to_say(studio_db, show, *rows)
    await shows.update_channels(studio_db, MANAGER, show=None, news_channel_id=77)
    assert set((await _targets(studio_db)).items()) == {
        (f"work_card {WORKS_CHANNEL}", WORKS_CHANNEL), (f"released {WORKS_CHANNEL}", 77),
        (f"queue_empty {WORKS_CHANNEL}", 77),
    }  # fmt: skip


async def test_channels_that_change_places_take_their_messages_along(studio_db: Database, show: ShowView) -> None:
    await _to_say(studio_db, show, ("episode_opened", NEWS_CHANNEL), ("queue_empty", PRODUCERS_CHANNEL))
    await shows.update_channels(
        studio_db, PRODUCER, show=None, news_channel_id=PRODUCERS_CHANNEL, producers_channel_id=NEWS_CHANNEL
    )
    assert await _targets(studio_db) == {
        f"episode_opened {NEWS_CHANNEL}": PRODUCERS_CHANNEL, f"queue_empty {PRODUCERS_CHANNEL}": NEWS_CHANNEL
    }  # fmt: skip


async def test_setup_is_checked_before_anything_is_made_for_it(studio_db: Database, show: ShowView) -> None:
    with pytest.raises(UserError, match="already go to Night Shift"):
        await shows.check_setup(studio_db, MANAGER, setup=replace(SETUP, name="Other"))
    with pytest.raises(UserError, match="can be up to 1 day"):
        await shows.check_setup(studio_db, MANAGER, setup=replace(SETUP, grace="2d"))
    with pytest.raises(UserError, match="can take from 1 second"):
        await shows.check_setup(studio_db, MANAGER, setup=replace(SETUP, voting="0s"))
    with pytest.raises(UserError, match="Manage Server"):
        await shows.check_setup(studio_db, PRODUCER, setup=SETUP)
    await shows.check_setup(studio_db, MANAGER, setup=replace(SETUP, currency="EUR", voting="1d"))
    assert await shows.get_show(studio_db, GUILD) == show


async def test_setup_goes_over_the_only_show(studio_db: Database, show: ShowView) -> None:
    assert (await shows.setup_target(studio_db, MANAGER, None)) == show
    assert await shows.setup_target(studio_db, MANAGER, "Other") is None
    await shows.setup_show(studio_db, MANAGER, setup=ShowSetup("Other", works_channel_id=5), now=NOW)
    with pytest.raises(UserError, match="several shows"):
        await shows.setup_target(studio_db, MANAGER, None)
    assert [row.name for row in await shows.list_shows(studio_db, GUILD)] == ["Night Shift", "Other"]
