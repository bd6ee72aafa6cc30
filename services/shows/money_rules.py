"""How a show handles money: where it comes from, who gets how much, and what happens to what nobody claims."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from db.models import Deal, Episode, Funding, Show, ShownAs, Unclaimed, Weights
from domain.allocation import Parts
from domain.episode import Phase
from domain.errors import UserError
from domain.money import currency, parse_amount
from domain.schedule import duration_text, parse_duration
from services.access import Actor, find_show, require_producer
from services.episodes.notices import keep_plan_current
from services.shows.given import money_numbers, one_of, put_numbers
from services.shows.settings import read_durations
from services.shows.views import ShowView, show_view
from services.store import Transaction, writes

MAX_COMMENTS_MIN = 90 * 86_400
MOST_PARTS = 100

_MONEY_RULES = (
    "funding", "promised", "house_bp", "weights", "equal_parts", "points_parts", "votes_parts", "lineage_bp", "floor",
    "cap_bp", "payout_min", "comment_seconds", "claim_days", "unclaimed", "shown_as", "receipts_public",
)  # fmt: skip
_PART = re.compile(
    r"\s*(?:(?P<before>[0-9]{1,3})\s*%?\s*)?(?P<name>equal|points|votes)(?:\s*(?P<after>[0-9]{1,3})\s*%?)?\s*"
)


@dataclass(frozen=True, slots=True)
class MoneyRuleChanges:
    """New rules for money; None leaves a rule as it is.

    Percentages are whole per cents; amounts and durations as typed.
    `blend` is a text such as "equal 50, points 30, votes 20". Votes set the weights alone only where `votes_alone` says
    that this is meant. With `planned`, the episodes that are planned and not open yet get the new rules too.
    """

    funding: str | None = None
    promised: str | None = None
    house_percent: int | None = None
    weights: str | None = None
    blend: str | None = None
    votes_alone: bool = False
    lineage_percent: int | None = None
    floor: str | None = None
    cap_percent: int | None = None
    payout_min: str | None = None
    comments: str | None = None
    comments_min: str | None = None
    claim_days: int | None = None
    unclaimed: str | None = None
    shown_as: str | None = None
    receipts_public: bool | None = None
    planned: bool = False


@dataclass(frozen=True, slots=True)
class MoneyRules:
    """The show with its rules as they are now, and the planned episodes ("S1E4") whose deals took them over."""

    show: ShowView
    planned: tuple[str, ...]


@writes
async def update_money_rules(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None = None,
    changes: MoneyRuleChanges,
    now: datetime,
) -> MoneyRules:
    """Change the money rules of the next episodes. A deal that artists made works under never changes.

    UserError names the first rule that cannot be as asked; then nothing changes.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if changes == MoneyRuleChanges():
        raise UserError("Nothing to change: give at least one rule.")
    _apply_choices(found, changes)
    _apply_weights(found, changes)
    _apply_numbers(found, changes)
    _apply_amounts(found, changes)
    _apply_windows(found, changes, actor)
    await tx.flush()
    planned = await _take_over(tx, found, now) if changes.planned else ()
    return MoneyRules(await show_view(tx, found), planned)


def _apply_choices(show: Show, changes: MoneyRuleChanges) -> None:
    if changes.funding is not None:
        show.funding = one_of(Funding, changes.funding, "a way to fund an episode")
    if changes.unclaimed is not None:
        show.unclaimed = one_of(Unclaimed, changes.unclaimed, "a place for unclaimed money")
    if changes.shown_as is not None:
        show.shown_as = one_of(ShownAs, changes.shown_as, "a way to show amounts")
    if changes.receipts_public is not None:
        show.receipts_public = changes.receipts_public


def _apply_weights(show: Show, changes: MoneyRuleChanges) -> None:
    weights = None if changes.weights is None else one_of(Weights, changes.weights, "a way to weigh works")
    if changes.blend is not None:
        if weights not in (None, Weights.BLEND):
            raise UserError("Give either one way to weigh works or a blend of them, not both.")
        parts, weights = parse_blend(changes.blend), Weights.BLEND
        show.equal_parts, show.points_parts, show.votes_parts = parts.equal, parts.points, parts.votes
    if weights is None:
        return
    parts = Parts(show.equal_parts, show.points_parts, show.votes_parts)
    if weights is Weights.BLEND and parts == Parts():
        raise UserError("Say how the blend is made, such as “equal 50, points 30, votes 20”.")
    alone = weights is Weights.VOTES or (weights is Weights.BLEND and not parts.equal + parts.points)
    if alone and not changes.votes_alone:
        raise UserError(
            "Votes alone would set what everybody is paid: friends then vote for friends, and votes stop being about "
            "the works. Blend them, such as “equal 50, votes 50”, or confirm with `votes_alone: True`."
        )
    show.weights = weights


def parse_blend(text: str) -> Parts:
    """The proportions in "equal 50, points 30, votes 20" or "50% equal + 50% votes"; UserError for anything else."""
    found: dict[str, int] = {}
    for piece in re.split(r"[,+;/]|\band\b", text.strip().lower()):
        words = _PART.fullmatch(piece)
        number = (words["before"] or words["after"]) if words else None
        if words is None or number is None or (words["before"] and words["after"]) or words["name"] in found:
            raise UserError(f"“{text.strip()[:60]}” is unclear. Write a blend like “equal 50, points 30, votes 20”.")
        found[words["name"]] = int(number)
    if max(found.values()) > MOST_PARTS or not any(found.values()):
        raise UserError(f"The parts of a blend are whole numbers up to {MOST_PARTS}, and not all zero.")
    return Parts(**found)


def _apply_numbers(show: Show, changes: MoneyRuleChanges) -> None:
    numbers = money_numbers(
        lineage_percent=changes.lineage_percent, house_percent=changes.house_percent, cap_percent=changes.cap_percent,
        claim_days=changes.claim_days,
    )  # fmt: skip
    put_numbers(show, numbers)


def _apply_amounts(show: Show, changes: MoneyRuleChanges) -> None:
    unit = currency(show.currency)
    for text, column in ((changes.promised, "promised"), (changes.floor, "floor"), (changes.payout_min, "payout_min")):
        if text is not None:
            setattr(show, column, parse_amount(text, unit).amount)


def _apply_windows(show: Show, changes: MoneyRuleChanges, actor: Actor) -> None:
    if changes.comments_min is not None:
        least = parse_duration(changes.comments_min)
        if least > MAX_COMMENTS_MIN:
            raise UserError(f"The shortest time for comments can be up to {duration_text(MAX_COMMENTS_MIN)}.")
        if least < show.comment_min_seconds and not actor.manages_guild:
            raise UserError("Shortening the least time for comments takes the Manage Server permission.")
        show.comment_min_seconds = least
    if changes.comments is not None:
        show.comment_seconds = read_durations(
            open_for=None, voting=None, comments=changes.comments, grace=None, least_comments=show.comment_min_seconds
        )["comment_seconds"]
    show.comment_seconds = max(show.comment_seconds, show.comment_min_seconds)


async def _take_over(tx: Transaction, show: Show, now: datetime) -> tuple[str, ...]:
    """Put the show's money rules into the deals of its planned episodes, which are not locked yet."""
    rows = await tx.execute(
        select(Episode, Deal)
        .join(Deal, Deal.episode_id == Episode.id)
        .where(Episode.show_id == show.id, Episode.phase == Phase.PLANNED, Deal.locked_at.is_(None))
        .order_by(Episode.id)
    )
    names = []
    for episode, deal in rows.all():
        if deal.currency != show.currency:
            continue
        for name in _MONEY_RULES:
            setattr(deal, name, getattr(show, name))
        await tx.flush()
        await keep_plan_current(tx, show, episode, now)
        names.append(f"S{episode.season}E{episode.number}")
    return tuple(names)
