"""Artists and producers at the paying end, in short words."""

from datetime import datetime

from domain.payment_reports import Result, read_report
from services.access import Actor
from services.kinds import HoldState, PayBy, RunMethod, Wish
from services.paying import details, holds, results, runs
from services.paying.views import ExportView, HoldView, ImportView, PayView, RunView
from services.payouts.views import RoundView
from services.store import Database
from services.vault import Vault, new_key
from tests.support import money
from tests.support.finished import Finished
from tests.support.money import WINDOW_OVER
from tests.support.studio import PRODUCER, actor

VAULT = Vault([new_key()])


async def say_how(db: Database, who: str, by: PayBy = PayBy.PAYPAL, *, vault: Vault = VAULT, **fields: str) -> PayView:
    """Have an artist say how they want to be paid: by PayPal at name@example.org unless told otherwise."""
    given = fields or {"email": f"{who.lower()}@example.org", "name": who}
    return await details.set_details(db, actor(who), by=by, fields=given, vault=vault, now=WINDOW_OVER)


async def wish(db: Database, name: str, what: Wish) -> PayView:
    """Have an artist keep a standing wish."""
    return await details.set_wish(db, actor(name), wish=what, vault=VAULT, now=WINDOW_OVER)


async def final_round(db: Database, done: Finished, amount: str = "$100", asked_by: int = 1) -> RoundView:
    """Enter money, propose, and make it final."""
    return await money.finalise(db, await money.propose(db, done, amount, asked_by))


async def export(
    db: Database, method: RunMethod = RunMethod.PAYPAL, *, vault: Vault = VAULT, by: Actor = PRODUCER
) -> ExportView:
    """Export a payment run."""
    return await runs.export(db, by, show=None, channel_id=None, method=method, vault=vault, now=WINDOW_OVER)


async def mark(db: Database, run: RunView, which: str, result: Result, reason: str = "") -> RunView:
    """Mark payments of a run."""
    return await results.mark(db, PRODUCER, run_id=run.id, which=which, result=result, reason=reason, now=WINDOW_OVER)


async def report(db: Database, text: str | bytes, *, vault: Vault = VAULT) -> ImportView:
    """Take a provider's report in."""
    data = text.encode() if isinstance(text, str) else text
    return await results.take_report(
        db, PRODUCER, read_report(data), show=None, channel_id=None, vault=vault, now=WINDOW_OVER
    )


async def hold(db: Database, view: RoundView, work: int, reason: str = "Two people say it is theirs") -> HoldView:
    """Hold a work's money."""
    return await holds.hold(db, PRODUCER, round_id=view.id, work=work, reason=reason, now=WINDOW_OVER)


async def decide(db: Database, held: HoldView, to: HoldState, now: datetime = WINDOW_OVER) -> HoldView:
    """Decide where a held work's money goes."""
    return await holds.decide(db, PRODUCER, hold_id=held.id, to=to, decision="We asked both of them", now=now)
