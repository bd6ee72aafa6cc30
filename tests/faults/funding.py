"""What a producer does with an episode's money before it is final, each step safe to ask for again."""

from db.models import FundKind
from domain.episode import RoundPhase
from domain.errors import UserError
from services import episodes, funds
from services.funds import Conversion
from services.payouts import adjusting, read, rounds
from services.payouts.adjusting import Side
from services.receipts import ReceiptFile
from services.store import Database
from tests.support import money
from tests.support.studio import NOW, PRODUCER, actor, after, rng

BILL = ReceiptFile("bill.pdf", "application/pdf", 99, "https://cdn.discordapp.com/bill.pdf")


async def fund_and_share(db: Database) -> None:
    """Money comes in, also converted and with a receipt; a further round is proposed, adjusted, final; one is canceled.

    The template has a proposed round of the first episode and a second episode in its cut.
    """
    for asked_by, kind, amount in ((60, FundKind.REVENUE, "80"), (61, FundKind.COST, "7"), (62, FundKind.BUDGET, "10")):
        for episode in (1, 2):
            await money.put_in(db, episode, amount, asked_by * 10 + episode, kind)
    await funds.add(
        db, PRODUCER, episode_id=1, kind=FundKind.REVENUE, amount="100", source="Festival", note="", received_on=None,
        asked_by=63, now=NOW, receipt=BILL, conversion=Conversion("EUR", rate="1.0832"),
    )  # fmt: skip
    await episodes.cancel_episode(db, PRODUCER, episode_id=2, reason="Rain.", now=NOW)
    await money.finalise(db, await read.get_round(db, round_id=1))
    try:
        await rounds.propose(db, PRODUCER, episode_id=1, now=after(days=15), rng=rng(7))
    except UserError:
        assert (await read.get_round(db, round_id=2)).phase is not RoundPhase.DRAFT
    if (await read.get_round(db, round_id=2)).phase is RoundPhase.PROPOSED:
        await adjusting.adjust(
            db, PRODUCER, round_id=2, giver=Side(), taker=Side(user_id=actor("Zoe").user_id, name="Zoe"),
            amount="5", reason="She drove.", asked_by=64, now=after(days=16),
        )  # fmt: skip
    await rounds.finalise(db, PRODUCER, round_id=2, now=after(days=40))
