"""Changing a show: rules for the next episodes, durations, channels, currency."""

from dataclasses import dataclass, fields

from sqlalchemy import select

from db.models import Collecting, LedgerEntry, Show, VoteMethod, Weights
from domain.errors import UserError
from domain.licences import NON_COMMERCIAL, TITLES, parse_licence
from domain.money import currency, parse_amount
from domain.schedule import duration_text, parse_duration
from services.access import Actor, find_show, require_producer
from services.shows.given import money_numbers, one_of, put_numbers, vote_numbers
from services.shows.redirecting import redirect
from services.shows.views import ShowView, show_view
from services.shows.vote_rules import fit_method
from services.store import Transaction, writes

MIN_PHASE = 1
MAX_PHASE = 366 * 86_400
MAX_GRACE = 86_400


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """New rules for the next episodes; None leaves a rule as it is. Percentages are whole per cents.

    `floor` and `payout_min` are amounts as people write them, in the show's currency.
    """

    vote_method: str | None = None
    max_score: int | None = None
    seats: int | None = None
    weights: str | None = None
    lineage_percent: int | None = None
    house_percent: int | None = None
    floor: str | None = None
    cap_percent: int | None = None
    payout_min: str | None = None
    claim_days: int | None = None
    licence: str | None = None
    collecting: str | None = None
    currency: str | None = None


@writes
async def update_rules(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None = None,
    changes: RuleChanges,
) -> ShowView:
    """Change the rules that the next planned episodes get; those that exist keep their deal.

    UserError names the first rule that cannot be as asked; then nothing changes.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if all(getattr(changes, item.name) is None for item in fields(changes)):
        raise UserError("Nothing to change: give at least one rule.")
    if changes.currency is not None:
        await change_currency(tx, found, changes.currency)
    _apply_choices(found, changes)
    _apply_numbers(found, changes)
    _apply_amounts(found, changes)
    await tx.flush()
    return await show_view(tx, found)


def _apply_choices(show: Show, changes: RuleChanges) -> None:
    if changes.vote_method is not None:
        show.vote_method = one_of(VoteMethod, changes.vote_method, "a way to vote")
        fit_method(show)
    if changes.weights is not None:
        weights = one_of(Weights, changes.weights, "a way to weigh works")
        if weights in (Weights.VOTES, Weights.BLEND):
            raise UserError("Votes count for money only by /show money, where their part is stated.")
        show.weights = weights
    if changes.collecting is not None:
        show.collecting = one_of(Collecting, changes.collecting, "a way to collect works")
    if changes.licence is not None:
        show.licence = parse_licence(changes.licence)
        if show.commercial and show.licence in NON_COMMERCIAL:
            raise UserError(
                f"{show.name} makes money, and {TITLES[show.licence]} is not for commercial use. "
                "Choose another licence, or say that it makes none with `/show works commercial:`."
            )


def _apply_numbers(show: Show, changes: RuleChanges) -> None:
    numbers = money_numbers(
        lineage_percent=changes.lineage_percent, house_percent=changes.house_percent, cap_percent=changes.cap_percent,
        claim_days=changes.claim_days,
    )  # fmt: skip
    put_numbers(show, [*vote_numbers(max_score=changes.max_score, seats=changes.seats), *numbers])


def _apply_amounts(show: Show, changes: RuleChanges) -> None:
    money = currency(show.currency)
    if changes.floor is not None:
        show.floor = parse_amount(changes.floor, money).amount
    if changes.payout_min is not None:
        show.payout_min = parse_amount(changes.payout_min, money).amount


async def require_currency(tx: Transaction, show: Show, code: str) -> None:
    """UserError when the show cannot count in that currency: its books hold money in another."""
    if currency(code).code == show.currency:
        return
    if await tx.scalar(select(LedgerEntry.id).where(LedgerEntry.show_id == show.id).limit(1)) is not None:
        raise UserError(
            f"{show.name} already has money in {show.currency} in its books, so its currency stays. "
            "For another currency, set up another show."
        )


async def change_currency(tx: Transaction, show: Show, code: str) -> None:
    """Have the show count in another currency; UserError while its books hold money in the old one."""
    await require_currency(tx, show, code)
    new, old = currency(code), currency(show.currency)
    show.currency = new.code
    show.floor = _rescaled(show.floor, old.exponent, new.exponent)
    show.payout_min = _rescaled(show.payout_min, old.exponent, new.exponent)
    show.promised = _rescaled(show.promised, old.exponent, new.exponent)


def _rescaled(amount: int, old: int, new: int) -> int:
    """The same number of major units, counted in another currency's minor units (rounded up)."""
    factor = int(10 ** abs(new - old))
    return amount * factor if new >= old else -(-amount // factor)


@writes
async def update_durations(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None = None,
    open_for: str | None = None,
    voting: str | None = None,
    comments: str | None = None,
    grace: str | None = None,
) -> ShowView:
    """Change how long the phases of the next episodes take, written like 7d, 36h or 1d12h."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if open_for is voting is comments is grace is None:
        raise UserError("Nothing to change: give at least one duration, like `open_for: 7d`.")
    apply_durations(found, open_for=open_for, voting=voting, comments=comments, grace=grace)
    return await show_view(tx, found)


def apply_durations(
    show: Show, *, open_for: str | None, voting: str | None, comments: str | None, grace: str | None
) -> None:
    """Put the durations that are given into the show; UserError for one that is too short or too long."""
    # A show that is being made has no minimum yet.
    least = show.comment_min_seconds or 0
    found = read_durations(open_for=open_for, voting=voting, comments=comments, grace=grace, least_comments=least)
    for column, seconds in found.items():
        setattr(show, column, seconds)


def read_durations(
    *, open_for: str | None, voting: str | None, comments: str | None, grace: str | None, least_comments: int = 0
) -> dict[str, int]:
    """The seconds of those durations that are given, by the show's columns; UserError as for apply_durations.

    `least_comments` is the show's shortest time for comments, in seconds.
    """
    found: dict[str, int] = {}
    if open_for is not None:
        found["open_seconds"] = _phase(open_for, "Submissions")
    if voting is not None:
        found["voting_seconds"] = _phase(voting, "The vote")
    if comments is not None:
        found["comment_seconds"] = _phase(comments, "The time for comments on a proposal")
        if found["comment_seconds"] < least_comments:
            raise UserError(
                f"This show gives at least {duration_text(least_comments)} for comments on a proposal. "
                "Whoever may manage the server can change that with /show money."
            )
    if grace is not None:
        seconds = parse_duration(grace)
        if seconds > MAX_GRACE:
            raise UserError(f"The grace period can be up to {duration_text(MAX_GRACE)}, not {duration_text(seconds)}.")
        found["grace_seconds"] = seconds
    return found


def _phase(text: str, what: str) -> int:
    seconds = parse_duration(text)
    if not MIN_PHASE <= seconds <= MAX_PHASE:
        raise UserError(
            f"{what} can take from {duration_text(MIN_PHASE)} to {duration_text(MAX_PHASE)}, "
            f"not {duration_text(seconds)}."
        )
    return seconds


@writes
async def update_channels(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None = None,
    works_channel_id: int | None = None,
    news_channel_id: int | None = None,
    producers_channel_id: int | None = None,
    producer_role_id: int | None = None,
) -> ShowView:
    """Change where a show lives and who runs it. UserError when a channel collects works for another show."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if works_channel_id is news_channel_id is producers_channel_id is producer_role_id is None:
        raise UserError("Nothing to change: give a channel or the producer role.")
    if producer_role_id is not None and not actor.manages_guild:
        raise UserError("Choosing who the producers are takes the Manage Server permission.")
    await apply_channels(tx, found, works_channel_id, news_channel_id, producers_channel_id, producer_role_id)
    return await show_view(tx, found)


async def apply_channels(
    tx: Transaction, show: Show, works: int | None, news: int | None, producers: int | None, role: int | None
) -> None:
    """Put the channels and the role that are given into the show; what is still to be said there follows."""
    if works is not None:
        await require_free_channel(tx, works, show.id)
    before = (show.works_channel_id, show.news_channel_id, show.producers_channel_id)
    after = (works or before[0], news or before[1], producers or before[2])
    await redirect(tx, show, before, after)
    show.works_channel_id, show.news_channel_id, show.producers_channel_id = after
    show.producer_role_id = role or show.producer_role_id
    await tx.flush()


async def require_free_channel(tx: Transaction, channel_id: int, show_id: int | None) -> None:
    """UserError when works posted in the channel already go to another show."""
    other = await tx.scalar(select(Show).where(Show.works_channel_id == channel_id, Show.id != (show_id or 0)).limit(1))
    if other is not None:
        raise UserError(
            f"Works in <#{channel_id}> already go to {other.name}. "
            "Choose another channel, so that no work is in two shows."
        )
