"""When a show moves to another channel: what it still had to say in the old one goes to the new one."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, true, update

from db.models import OutboxAction, OutboxRow, OutboxState, Show
from services.store import Transaction

Places = tuple[int, int, int | None]
"""A show's channels: for works, for news, for producers."""

_WORKS = ("work_card", "work_refused", "work_judged", "work_gone", "work_allowed", "credit_offered")
_PRODUCERS = ("queue_empty", "producer_note", "no_ballots", "round_ready", "undeliverable")


async def redirect(tx: Transaction, show: Show, before: Places, after: Places) -> None:
    """Send what waits for a channel that a show leaves to the one it goes to; what failed stays to be tried again.

    Replies stay: what they answer does not move. A channel that served two purposes is left by each for itself.
    """
    moved: list[int] = []
    for index, (old, new) in enumerate(zip(before, after, strict=True)):
        if old is None or new is None or old == new:
            continue
        where = (
            OutboxRow.show_id == show.id,
            OutboxRow.channel_id == old,
            OutboxRow.action == OutboxAction.SEND,
            OutboxRow.reply_to.is_(None),
            OutboxRow.state.in_((OutboxState.WAITING, OutboxState.FAILED)),
            # What has just come here from another channel is where it belongs.
            OutboxRow.id.not_in(moved),
            _meant(index, before),
        )
        rows = await tx.scalars(update(OutboxRow).where(*where).values(channel_id=new).returning(OutboxRow.id))
        moved.extend(rows)


def _meant(index: int, places: Sequence[int | None]) -> ColumnElement[bool]:
    """Which of a channel's messages belong to that of its purposes (in the order of Places)."""
    if places.count(places[index]) == 1:
        return true()
    if index == 0:
        return OutboxRow.kind.in_(_WORKS)
    if index == 2:  # noqa: PLR2004 - the producers' place
        return OutboxRow.kind.in_(_PRODUCERS)
    # Producers without a channel of their own are told things with the news.
    others = _WORKS if places[2] is None else _WORKS + _PRODUCERS
    return OutboxRow.kind.not_in(others)
