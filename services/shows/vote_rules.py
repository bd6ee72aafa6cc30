"""How a show votes: how works are marked, what becomes of the marks, and who may vote."""

import re
from dataclasses import dataclass, fields

from db.models import Show, VoteMethod
from domain.errors import UserError
from services.access import Actor, find_show, require_producer
from services.shows.given import Number, put_numbers, vote_numbers
from services.shows.views import ShowView, show_view
from services.store import Transaction, writes
from services.views import Criterion

MOST_CRITERIA = 5
MOST_DAYS = 3650
_NAME = 30
_WEIGHT = 100
_ALL = 100
_NONE = frozenset({"none", "no", "off", "-"})
_RATED = (VoteMethod.SCORE, VoteMethod.STAR)


@dataclass(frozen=True, slots=True)
class VoteRuleChanges:
    """New rules for the next votes; None leaves a rule as it is.

    `criteria` is a text such as "Craft 2, Story", "none" for a single mark. A role that is the guild itself (Discord's
    @everyone) means everybody; `jury_percent` 0 ends the jury.
    """

    method: str | None = None
    max_score: int | None = None
    seats: int | None = None
    criteria: str | None = None
    normalise: bool | None = None
    few_votes: bool | None = None
    hide_artists: bool | None = None
    jury_role_id: int | None = None
    jury_percent: int | None = None
    voter_role_id: int | None = None
    min_member_days: int | None = None
    min_account_days: int | None = None


@writes
async def update_vote_rules(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None = None, changes: VoteRuleChanges
) -> ShowView:
    """Change how the episodes vote that are planned from now on; those that exist keep their deal.

    UserError names the first rule that cannot be as asked; then nothing changes.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if all(getattr(changes, item.name) is None for item in fields(changes)):
        raise UserError("Nothing to change: give at least one rule.")
    _apply_method(found, changes)
    _apply_numbers(found, changes)
    _apply_marks(found, changes)
    _apply_people(found, changes)
    await tx.flush()
    return await show_view(tx, found)


def fit_method(show: Show) -> None:
    """Drop what the show's way of voting has no use for: what is agreed is what counts."""
    if show.vote_method not in _RATED:
        show.criteria, show.normalise = None, False
    if show.vote_method is not VoteMethod.SCORE:
        show.few_votes = False


def _apply_method(show: Show, changes: VoteRuleChanges) -> None:
    if changes.method is None:
        return
    wanted = changes.method.strip().lower()
    if wanted not in {member.value for member in VoteMethod}:
        raise UserError(f"“{changes.method.strip()[:40]}” is no way to vote. Choose one of: {', '.join(VoteMethod)}.")
    show.vote_method = VoteMethod(wanted)
    fit_method(show)


def _apply_numbers(show: Show, changes: VoteRuleChanges) -> None:
    days = [
        Number(changes.min_member_days, "min_member_days", 0, MOST_DAYS, "The days in the server"),
        Number(changes.min_account_days, "min_account_days", 0, MOST_DAYS, "The days of the account"),
    ]
    put_numbers(show, [*vote_numbers(max_score=changes.max_score, seats=changes.seats), *days])


def _apply_marks(show: Show, changes: VoteRuleChanges) -> None:
    if changes.criteria is not None:
        criteria = parse_criteria(changes.criteria)
        _require(show, bool(criteria), _RATED, "Several criteria")
        show.criteria = [{"name": each.name, "weight": each.weight} for each in criteria] or None
    if changes.normalise is not None:
        _require(show, changes.normalise, _RATED, "Stretching each voter's marks")
        show.normalise = changes.normalise
    if changes.few_votes is not None:
        _require(show, changes.few_votes, (VoteMethod.SCORE,), "The correction for few votes")
        show.few_votes = changes.few_votes
    if changes.hide_artists is not None:
        show.hide_artists = changes.hide_artists


def _require(show: Show, wanted: bool, methods: tuple[VoteMethod, ...], what: str) -> None:
    if wanted and show.vote_method not in methods:
        names = " or ".join(methods)
        raise UserError(f"{what} goes with votes by {names} only; this show votes by {show.vote_method}.")


def parse_criteria(text: str) -> tuple[Criterion, ...]:
    """The criteria in "Craft 2, Story"; none for "none". UserError that says what is wrong with it."""
    if text.strip().lower() in _NONE:
        return ()
    found = tuple(_criterion(part) for part in text.split(",") if part.strip())
    if not 2 <= len(found) <= MOST_CRITERIA:  # noqa: PLR2004 - one criterion is a plain mark
        raise UserError(f"Give two to {MOST_CRITERIA} criteria, such as “Craft 2, Story”, or “none” for a single mark.")
    if len({each.name.casefold() for each in found}) < len(found):
        raise UserError("Two of the criteria have the same name.")
    return found


def _criterion(part: str) -> Criterion:
    words = re.fullmatch(r"\s*(?P<name>.*?)[\s:x×*]*(?P<weight>[0-9]{1,4})?\s*", part, re.DOTALL)
    name = " ".join(words["name"].split()) if words else ""
    weight = int(words["weight"]) if words and words["weight"] else 1
    if not 1 <= len(name) <= _NAME:
        raise UserError(f"A criterion has a name of up to {_NAME} characters, and perhaps a weight: “Craft 2, Story”.")
    if not 1 <= weight <= _WEIGHT:
        raise UserError(f"The weight of {name} must be from 1 to {_WEIGHT}, not {weight}.")
    return Criterion(name, weight)


def _apply_people(show: Show, changes: VoteRuleChanges) -> None:
    if changes.voter_role_id is not None:
        show.voter_role_id = None if changes.voter_role_id == show.guild_id else changes.voter_role_id
    if changes.jury_role_id is not None:
        if changes.jury_role_id == show.guild_id:
            raise UserError("The jury cannot be everybody. Choose a role that its members have.")
        show.jury_role_id = changes.jury_role_id
    if changes.jury_percent is not None:
        if not 0 <= changes.jury_percent <= _ALL:
            raise UserError(f"The jury's part (per cent) must be from 0 to {_ALL}, not {changes.jury_percent}.")
        show.jury_bp = changes.jury_percent * 100
    if show.jury_bp and show.jury_role_id is None:
        raise UserError("Say who the jury is: choose its role together with its part.")
    if changes.jury_percent == 0:
        show.jury_role_id = None
    if changes.jury_role_id is not None and not show.jury_bp:
        raise UserError("Say how much the jury counts: give its part of the result, such as 30.")
