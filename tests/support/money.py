"""A producer and artists at work on a payout, in short words."""

from datetime import timedelta

from db.models import ConcernKind, FundKind
from services import funds
from services.access import Actor
from services.payouts import concerns, payments, read, rounds
from services.payouts.views import AnswerView, ConcernView, ExplainView, RoundView
from services.store import Database
from tests.support.finished import Finished
from tests.support.studio import GUILD, NOW, PRODUCER, actor, after, rng

WINDOW_OVER = NOW + timedelta(days=14)
"""When the comments on a round proposed at NOW are over."""


async def put_in(
    db: Database, episode: int, amount: str, asked_by: int = 1, kind: FundKind = FundKind.BUDGET
) -> funds.FundsView:
    """Enter money."""
    return await funds.add(
        db, PRODUCER, episode_id=episode, kind=kind, amount=amount, source="Network", note="",
        received_on=None, asked_by=asked_by, now=NOW,
    )  # fmt: skip


async def propose(db: Database, finished: Finished, amount: str = "$100", asked_by: int = 1) -> RoundView:
    """Enter money and propose how it is shared."""
    await put_in(db, finished.episode, amount, asked_by)
    return await rounds.propose(db, PRODUCER, episode_id=finished.episode, now=NOW, rng=rng())


async def object_to(
    db: Database, view: RoundView, who: Actor | None = None, *, asked_by: int = 50, days: float = 1
) -> ConcernView:
    """Raise a concern, as Ann unless it says who, so many days after the proposal."""
    at = after(days=days)
    return await concerns.raise_concern(
        db, who or actor("Ann"), round_id=view.id, kind=ConcernKind.TOO_LOW, text="My part is half of it.",
        asked_by=asked_by, at=at, now=at,
    )  # fmt: skip


async def answer(
    db: Database, concern: ConcernView, *, accept: bool, by: Actor = PRODUCER, days: float = 2
) -> AnswerView:
    """Answer a concern, so many days after the proposal."""
    words = "We looked into it."
    return await concerns.answer(db, by, concern_id=concern.id, accept=accept, text=words, now=after(days=days))


async def finalise(db: Database, view: RoundView, by: Actor = PRODUCER) -> RoundView:
    """Make it final once the comments are over."""
    return await rounds.finalise(db, by, round_id=view.id, now=WINDOW_OVER)


async def pay(db: Database, who: str, amount: str, asked_by: int, by: Actor = PRODUCER) -> payments.PaymentView:
    """Record a payment."""
    return await payments.record_payment(
        db, by, show=None, channel_id=None, user_id=actor(who).user_id, amount=amount, reference="wire 7",
        asked_by=asked_by, now=WINDOW_OVER,
    )  # fmt: skip


async def explain(db: Database, view: RoundView, name: str) -> ExplainView:
    """Somebody's share, line by line."""
    return await read.explain(db, guild_id=GUILD, round_id=view.id, user_id=actor(name).user_id, name=name)


def amounts(view: RoundView) -> dict[str, int]:
    """What each artist gets, in minor units."""
    return {share.artist.name: share.amount.amount for share in view.allocations}
