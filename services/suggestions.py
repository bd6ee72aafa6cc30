"""Themes that artists suggest and the community approves; the best liked fills an empty queue."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from db.models import Show, Suggestion, SuggestionApproval, SuggestionState, Theme, ThemeState
from domain import suggestions as rules
from domain.errors import UserError
from services import outbox
from services.access import Actor, find_show, is_producer, require_producer
from services.shows.views import next_theme_at
from services.store import Transaction, reads, writes
from services.themes import checked_prompt, checked_title, queued
from services.voting import insert, table_of

MAX_REASON = 500
MIN_REASON = 10
MOST_NEEDED = 1000
MOST_EACH = 20

_STANDS = {
    SuggestionState.CHOSEN: "was chosen already",
    SuggestionState.VETOED: "was vetoed by the producers",
    SuggestionState.WITHDRAWN: "was taken back",
}


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """A suggested theme; people are Discord ids.

    `approvals` counts people, without the one who suggested it; `needed` of them let it into the queue, and with 0
    none ever gets there by itself. `decided_by` is None for the community. `used`: an episode is about it.
    """

    id: int
    show_id: int
    show_name: str
    guild_id: int
    title: str
    prompt: str
    state: SuggestionState
    reason: str
    suggested_by: int
    suggested_at: datetime
    approvals: int
    needed: int
    decided_by: int | None
    used: bool = False


@dataclass(frozen=True, slots=True)
class SuggestionLine:
    """A suggested theme as somebody sees it in the list: is it theirs, and do they approve of it?"""

    view: SuggestionView
    mine: bool
    approved: bool


@dataclass(frozen=True, slots=True)
class SuggestionsView:
    """What is up for approval in a show, in the order in which it would be chosen. `each` may be open a person."""

    show_id: int
    show_name: str
    lines: tuple[SuggestionLine, ...]
    needed: int
    each: int
    next_theme_at: datetime | None


@writes
async def suggest(
    tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None, title: str, prompt: str, now: datetime
) -> SuggestionView:
    """Suggest a theme and post it for approval; the same words from the same person again are the same suggestion.

    UserError without a title, for a title that is up already, and over the limit of open ones a person.
    """
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    title, prompt = checked_title(title), checked_prompt(prompt)
    _require_wanted(found)
    open_now = await _open(tx, found.id)
    for row in open_now:
        if row.title.casefold() == title.casefold():
            if row.suggested_by == actor.user_id:
                return await _view(tx, row)
            raise UserError(f"“{row.title}” is suggested already. Approve it with /theme suggestions.")
    _require_room(found, open_now, actor)
    row = Suggestion(
        show_id=found.id, title=title, prompt=prompt, state=SuggestionState.OPEN, reason="",
        suggested_by=actor.user_id, suggested_at=now,
    )  # fmt: skip
    tx.add(row)
    await tx.flush()
    await outbox.say(
        tx, key=f"suggestion:{row.id}", kind="suggestion", show_id=found.id, subject={"suggestion": row.id},
        channel_id=found.news_channel_id, post_key=f"suggestion:{row.id}", now=now,
    )  # fmt: skip
    return await _view(tx, row)


@reads
async def require_suggesting(tx: Transaction, actor: Actor, *, show: str | None, channel_id: int | None) -> str:
    """The name of the show somebody would suggest a theme for; UserError when they may not now."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    _require_wanted(found)
    _require_room(found, await _open(tx, found.id), actor)
    return found.name


@writes
async def approve(
    tx: Transaction, actor: Actor, *, suggestion_id: int, approves: bool, now: datetime
) -> SuggestionView:
    """Approve of a suggested theme, or no longer; asked twice, it is one approval.

    UserError for one's own and for one that is no longer up.
    """
    row = await _here(tx, actor, suggestion_id)
    _require_open(row)
    if row.suggested_by == actor.user_id:
        raise UserError("This suggestion is yours, so its approvals come from others.")
    if await _put_approval(tx, row.id, actor.user_id, approves=approves, now=now):
        await _refresh(tx, row, now)
    return await _view(tx, row)


async def _put_approval(tx: Transaction, suggestion_id: int, user_id: int, *, approves: bool, now: datetime) -> bool:
    """Whether this changed anything."""
    if approves:
        new = insert(tx, table_of(SuggestionApproval)).values(suggestion_id=suggestion_id, user_id=user_id, at=now)
        put = new.on_conflict_do_nothing().returning(SuggestionApproval.user_id)
        return await tx.scalar(put) is not None
    mine = (SuggestionApproval.suggestion_id == suggestion_id, SuggestionApproval.user_id == user_id)
    gone = delete(SuggestionApproval).where(*mine).returning(SuggestionApproval.user_id)
    return await tx.scalar(gone) is not None


@writes
async def withdraw(tx: Transaction, actor: Actor, *, suggestion_id: int, now: datetime) -> SuggestionView:
    """Take one's own suggestion back; asked again, it stays so."""
    row = await _here(tx, actor, suggestion_id)
    if row.suggested_by != actor.user_id:
        raise UserError("Only who suggested a theme can take it back. Producers veto one with /theme veto.")
    if row.state is not SuggestionState.WITHDRAWN:
        _require_open(row)
        await _decide(tx, row, SuggestionState.WITHDRAWN, by=actor.user_id, now=now)
    return await _view(tx, row)


@reads
async def vetoable(tx: Transaction, actor: Actor, *, suggestion_id: int) -> SuggestionView:
    """A suggestion that a producer may veto; UserError when they may not, or it is too late."""
    row = await _here(tx, actor, suggestion_id)
    await _theme_to_veto(tx, actor, row)
    return await _view(tx, row)


@writes
async def veto(tx: Transaction, actor: Actor, *, suggestion_id: int, reason: str, now: datetime) -> SuggestionView:
    """Say no to a suggested theme, with a reason for everybody; who suggested it is told. Asked again, it stays so.

    One that waits in the queue already leaves it. UserError for who is no producer, without a reason, and for one
    that became an episode or was taken back.
    """
    row = await _here(tx, actor, suggestion_id)
    theme = await _theme_to_veto(tx, actor, row)
    words = " ".join(reason.split())
    if len(words) < MIN_REASON:
        raise UserError(f"Everybody reads the reason: write at least {MIN_REASON} letters.")
    if len(words) > MAX_REASON:
        raise UserError(f"Keep the reason under {MAX_REASON} characters; yours has {len(words)}.")
    if row.state is SuggestionState.VETOED:
        return await _view(tx, row)
    if theme is not None:
        theme.state = ThemeState.REMOVED
    row.reason = words
    await _decide(tx, row, SuggestionState.VETOED, by=actor.user_id, now=now)
    await _tell_suggester(tx, row, now)
    return await _view(tx, row)


@reads
async def suggestion_view(tx: Transaction, *, suggestion_id: int) -> SuggestionView:
    """One suggestion, for its post."""
    row = await tx.get(Suggestion, suggestion_id)
    if row is None:
        raise UserError("That suggestion does not exist any more.")
    return await _view(tx, row)


@reads
async def suggestions(
    tx: Transaction, actor: Actor, *, show: str | None = None, channel_id: int | None = None
) -> SuggestionsView:
    """What is up for approval, with what is the actor's own and what they approve of; who else does is told nobody."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    rows = {row.id: row for row in await _open(tx, found.id)}
    suggested = await _suggested(tx, rows.values())
    lines = [
        SuggestionLine(
            view=_shown(found, rows[key], approvals),
            mine=rows[key].suggested_by == actor.user_id,
            approved=actor.user_id in suggested[key].approvals,
        )
        for key, approvals in rules.ranking(suggested)
    ]
    return SuggestionsView(
        show_id=found.id, show_name=found.name, lines=tuple(lines), needed=found.suggestion_approvals,
        each=found.suggestions_each, next_theme_at=await next_theme_at(tx, found.id),
    )  # fmt: skip


@reads
async def to_veto(
    tx: Transaction, actor: Actor, *, show: str | None = None, channel_id: int | None = None
) -> list[SuggestionView]:
    """What a producer can veto, newest first: what is up for approval, and what was chosen and still waits."""
    try:
        found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    except UserError:
        return []
    if not is_producer(found, actor):
        return []
    waiting = select(Theme.id).where(Theme.show_id == found.id, Theme.state == ThemeState.QUEUED)
    query = select(Suggestion).where(
        Suggestion.show_id == found.id,
        (Suggestion.state == SuggestionState.OPEN) | Suggestion.theme_id.in_(waiting),
    )
    rows = await tx.scalars(query.order_by(Suggestion.id.desc()))
    return [await _view(tx, row) for row in rows]


@writes
async def set_rules(
    tx: Transaction,
    actor: Actor,
    *,
    show: str | None,
    channel_id: int | None,
    approvals: int | None = None,
    each: int | None = None,
) -> SuggestionsView:
    """Say how many approvals let a suggestion into the queue, and how many a person may have open (0: none)."""
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    require_producer(found, actor)
    if approvals is None and each is None:
        raise UserError(
            "Nothing to change: give how many approvals it takes, or how many suggestions a person may have."
        )
    if approvals is not None:
        found.suggestion_approvals = _within(approvals, MOST_NEEDED, "approvals")
    if each is not None:
        found.suggestions_each = _within(each, MOST_EACH, "suggestions a person")
    return SuggestionsView(
        show_id=found.id, show_name=found.name, lines=(), needed=found.suggestion_approvals,
        each=found.suggestions_each, next_theme_at=await next_theme_at(tx, found.id),
    )  # fmt: skip


async def choose_next(tx: Transaction, show: Show, now: datetime) -> Theme | None:
    """Put the community's choice into an empty queue; None when the queue is not empty or nothing has enough approvals.

    For use inside the transaction that looks for the next theme. Who suggested it and the producers are told.
    """
    if await queued(tx, show.id):
        return None
    rows = {row.id: row for row in await _open(tx, show.id)}
    key = rules.chosen(await _suggested(tx, rows.values()), show.suggestion_approvals)
    if key is None:
        return None
    row = rows[key]
    theme = Theme(
        show_id=show.id, title=row.title, prompt=row.prompt, state=ThemeState.QUEUED, position=1,
        added_by=row.suggested_by, added_at=now,
    )  # fmt: skip
    tx.add(theme)
    await tx.flush()
    row.theme_id = theme.id
    await _decide(tx, row, SuggestionState.CHOSEN, by=None, now=now)
    await _tell_suggester(tx, row, now)
    await outbox.say(
        tx, key=f"suggestion:{row.id}:producers", kind="suggestion_chosen_producers", show_id=show.id,
        subject={"suggestion": row.id}, channel_id=show.producers_channel_id or show.news_channel_id, now=now,
    )  # fmt: skip
    return theme


def _within(count: int, most: int, what: str) -> int:
    if not 0 <= count <= most:
        raise UserError(f"The number of {what} is a whole number from 0 to {most:,}.")
    return count


def _require_wanted(show: Show) -> None:
    if show.suggestions_each == 0:
        raise UserError(f"{show.name} takes no suggestions at the moment; its producers choose the themes.")


def _require_room(show: Show, open_now: Collection[Suggestion], actor: Actor) -> None:
    mine = [row for row in open_now if row.suggested_by == actor.user_id]
    if len(mine) >= show.suggestions_each:
        have = "a suggestion" if len(mine) == 1 else f"{len(mine)} suggestions"
        raise UserError(
            f"You have {have} up for approval, as many as one person may. "
            "Take one back in /theme suggestions to make room."
        )


def _require_open(row: Suggestion) -> None:
    if row.state is not SuggestionState.OPEN:
        raise UserError(f"“{row.title}” {_STANDS[row.state]}, so it is no longer up for approval.")


async def _here(tx: Transaction, actor: Actor, suggestion_id: int) -> Suggestion:
    row = await tx.get(Suggestion, suggestion_id)
    show = await tx.get(Show, row.show_id) if row else None
    if row is None or show is None or show.guild_id != actor.guild_id:
        raise UserError("There is no such suggestion here. See what is up with /theme suggestions.")
    return row


async def _theme_to_veto(tx: Transaction, actor: Actor, row: Suggestion) -> Theme | None:
    """The theme that a veto takes out of the queue, if it came that far; UserError where there is no veto."""
    require_producer(await tx.get_one(Show, row.show_id), actor)
    if row.state is SuggestionState.WITHDRAWN:
        raise UserError(f"“{row.title}” was taken back already.")
    theme = await tx.get(Theme, row.theme_id) if row.theme_id is not None else None
    if theme is not None and theme.state is ThemeState.USED:
        raise UserError(f"“{row.title}” already became an episode; it cannot be vetoed.")
    return theme


async def _open(tx: Transaction, show_id: int) -> list[Suggestion]:
    where = (Suggestion.show_id == show_id, Suggestion.state == SuggestionState.OPEN)
    return list(await tx.scalars(select(Suggestion).where(*where).order_by(Suggestion.id)))


async def _suggested(tx: Transaction, rows: Collection[Suggestion]) -> dict[int, rules.Suggested]:
    people: defaultdict[int, set[int]] = defaultdict(set)
    query = select(SuggestionApproval.suggestion_id, SuggestionApproval.user_id)
    for key, user_id in await tx.execute(query.where(SuggestionApproval.suggestion_id.in_([row.id for row in rows]))):
        people[key].add(user_id)
    return {row.id: rules.Suggested(row.suggested_by, row.suggested_at, people[row.id]) for row in rows}


async def _decide(tx: Transaction, row: Suggestion, state: SuggestionState, *, by: int | None, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by = state, now, by
    await tx.flush()
    await _refresh(tx, row, now)


async def _refresh(tx: Transaction, row: Suggestion, now: datetime) -> None:
    show = await tx.get_one(Show, row.show_id)
    await outbox.refresh(
        tx, post_key=f"suggestion:{row.id}", kind="suggestion", show_id=row.show_id, subject={"suggestion": row.id},
        channel_id=show.news_channel_id, now=now,
    )  # fmt: skip


async def _tell_suggester(tx: Transaction, row: Suggestion, now: datetime) -> None:
    show = await tx.get_one(Show, row.show_id)
    await outbox.say(
        tx, key=f"suggestion:{row.id}:{row.state}", kind="suggestion_decided", show_id=row.show_id,
        subject={"suggestion": row.id}, user_id=row.suggested_by, channel_id=show.news_channel_id, now=now,
    )  # fmt: skip


async def _view(tx: Transaction, row: Suggestion) -> SuggestionView:
    show = await tx.get_one(Show, row.show_id)
    others = (SuggestionApproval.suggestion_id == row.id, SuggestionApproval.user_id != row.suggested_by)
    approvals = await tx.scalar(select(func.count()).select_from(SuggestionApproval).where(*others))
    theme = await tx.get(Theme, row.theme_id) if row.theme_id is not None else None
    return _shown(show, row, approvals or 0, used=theme is not None and theme.state is ThemeState.USED)


def _shown(show: Show, row: Suggestion, approvals: int, *, used: bool = False) -> SuggestionView:
    return SuggestionView(
        id=row.id, show_id=show.id, show_name=show.name, guild_id=show.guild_id, title=row.title, prompt=row.prompt,
        state=row.state, reason=row.reason, suggested_by=row.suggested_by, suggested_at=row.suggested_at,
        approvals=approvals, needed=show.suggestion_approvals, decided_by=row.decided_by, used=used,
    )  # fmt: skip
