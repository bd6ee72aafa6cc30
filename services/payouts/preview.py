"""What different rules would give the same artists, side by side, before anybody is promised anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from db.models import CutEntry, Deal, Episode, Show, Weights
from domain import allocation
from domain.allocation import Columns, Inputs, Parts
from domain.errors import UserError
from domain.ledger import split_profit
from domain.money import Currency, Money, currency, parse_amount
from services.access import Actor, find_show, require_producer
from services.episodes.views import code_of, find_episode
from services.payouts.gathering import Found, gather
from services.payouts.inputs import parts_of, weigh
from services.payouts.names import Keys
from services.pools import deal_of, free_pool, house_bp_of, unshared
from services.shows.money_rules import parse_blend
from services.store import Transaction, reads

DEFAULT_BLEND = Parts(equal=50, points=30, votes=20)


@dataclass(frozen=True, slots=True)
class Policy:
    """A way to weigh works and what remixes pass on (basis points); `deal` marks the one that was agreed."""

    weights: Weights
    parts: Parts
    lineage_bp: int
    deal: bool = False


@dataclass(frozen=True, slots=True)
class PolicyView:
    """What a policy would give: every amount, largest first, or a sentence why it cannot be."""

    policy: Policy
    amounts: tuple[Money, ...]
    below_min: int
    refused: str = ""

    @property
    def smallest(self) -> Money:
        """What the artist with the least gets."""
        return self.amounts[-1]

    @property
    def largest(self) -> Money:
        """What the artist with the most gets."""
        return self.amounts[0]

    @property
    def median(self) -> Money:
        """What half of all get at least (the lower of the two in the middle)."""
        return self.amounts[len(self.amounts) // 2]


@dataclass(frozen=True, slots=True)
class PreviewView:
    """Policies over one episode's cut and one pool; `assumed` when the pool is not the money that is there."""

    episode: str
    pool: Money
    assumed: bool
    payout_min: Money
    policies: tuple[PolicyView, ...]


@reads
async def preview(
    tx: Transaction,
    actor: Actor,
    *,
    episode: str | None,
    show: str | None,
    channel_id: int | None,
    pool: str | None = None,
    blend: str | None = None,
    lineage_bp: int | None = None,
) -> PreviewView:
    """Compare policies over an episode's cut: the one named, else the newest that has one. Producers only.

    `pool` as typed, else what the episode's artists would share now, else what they were promised. `blend` as in
    /show money; `lineage_bp` is the other lineage share to compare with. UserError without a cut or a pool.
    """
    found, row = await _episode(tx, actor, episode, show, channel_id)
    require_producer(found, actor)
    deal = await deal_of(tx, row.id)
    money, assumed = await _pool(tx, row, deal, pool)
    works = await gather(tx, row.id)
    columns = works.columns(Keys(""))
    mixed = parse_blend(blend) if blend else DEFAULT_BLEND
    rules = Inputs(deal.currency, money.amount, (), floor=deal.floor, cap_bp=deal.cap_bp, seed="preview")
    return PreviewView(
        episode=f"{code_of(row)} {row.title}",
        pool=money,
        assumed=assumed,
        payout_min=Money(deal.payout_min, money.currency),
        policies=tuple(
            _outcome(policy, works, columns, rules, deal.payout_min) for policy in _policies(deal, mixed, lineage_bp)
        ),
    )


def _policies(deal: Deal, mixed: Parts, lineage_bp: int | None) -> Sequence[Policy]:
    """The deal's own, the plain ones, a blend, and the deal's with another lineage share; each once."""
    agreed = Policy(deal.weights, parts_of(deal), deal.lineage_bp, deal=True)
    other = lineage_bp if lineage_bp is not None else (0 if deal.lineage_bp else allocation.DEFAULT_LINEAGE_BP)
    wanted = [
        agreed,
        Policy(Weights.EQUAL, Parts(equal=1), deal.lineage_bp),
        Policy(Weights.POINTS, Parts(points=1), deal.lineage_bp),
        Policy(Weights.VOTES, Parts(votes=1), deal.lineage_bp),
        Policy(Weights.BLEND, mixed, deal.lineage_bp),
        Policy(agreed.weights, agreed.parts, other),
    ]
    # The deal's comes first, whatever else is the same as it.
    found: dict[tuple[Parts, int], Policy] = {}
    for one in wanted:
        found.setdefault((one.parts, one.lineage_bp), one)
    return list(found.values())


def _outcome(policy: Policy, works: Found, columns: Columns, rules: Inputs, payout_min: int) -> PolicyView:
    weights = allocation.weights_of(weigh(works, policy.parts, Keys("")))
    columns.weights = [weights.get(columns.work_name(place), 0) for place in range(len(columns))]
    unit: Currency = currency(rules.currency)
    try:
        found = allocation.amounts_of(columns, replace(rules, lineage_bp=policy.lineage_bp))
    except UserError as error:
        return PolicyView(policy, (), 0, str(error))
    amounts = tuple(Money(amount, unit) for amount in sorted(found.values(), reverse=True))
    return PolicyView(policy, amounts, sum(amount.amount < payout_min for amount in amounts))


async def _episode(
    tx: Transaction, actor: Actor, episode: str | None, show: str | None, channel_id: int | None
) -> tuple[Show, Episode]:
    if episode is not None:
        return await find_episode(tx, actor.guild_id, text=episode, show=show, channel_id=channel_id)
    found = await find_show(tx, actor.guild_id, name=show, channel_id=channel_id)
    newest = await tx.scalar(
        select(Episode)
        .join(CutEntry, CutEntry.episode_id == Episode.id)
        .where(Episode.show_id == found.id, CutEntry.in_cut)
        .order_by(Episode.id.desc())
        .limit(1)
    )
    if newest is None:
        raise UserError(f"No episode of {found.name} has a cut yet, so there is nothing to compare with.")
    return found, newest


async def _pool(tx: Transaction, row: Episode, deal: Deal, text: str | None) -> tuple[Money, bool]:
    """The pool to share, and whether it is assumed rather than there."""
    unit = currency(deal.currency)
    if text is not None:
        money = parse_amount(text, unit)
        if money.amount == 0:
            raise UserError("A pool of nothing gives nobody anything; say how much it is.")
        return money, True
    earned, spent = await unshared(tx, row, deal.currency)
    profit = split_profit(earned, spent, house_bp_of(deal))[1] if earned > spent else 0
    there = profit + max(0, await free_pool(tx, row, deal.currency))
    if there:
        return Money(there, unit), False
    if deal.promised:
        return Money(deal.promised, unit), True
    raise UserError(
        "There is no money to share for this episode yet. Say with `pool` what to compare with, as in 5,000."
    )
