"""Is my ballot in the count? Answered from a receipt alone, which nothing here keeps or writes down."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from db.models import Ballot
from domain.errors import UserError
from domain.voting import find_ballot, inclusion
from domain.voting.publication import plain_receipt
from services.access import Actor
from services.elections import number_of
from services.results import announced_root, load_document
from services.store import Transaction, reads
from services.voting import load_episode, works_numbered

_RECEIPT = re.compile(r"[0-9A-Z]{20}")
_GROUP = 5


@dataclass(frozen=True, slots=True)
class CountedMark:
    """A mark as it was counted: the work's number and title, and the mark, or one for each criterion."""

    number: int
    title: str
    mark: int | Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What the published count of an episode (a row id) holds for a receipt.

    `counted` says whether the ballot is in it. If not, `struck` is the public reason, or None where no ballot has
    this receipt. `proof` shows in some hundred bytes that a counted ballot is under the root. `id` is what the ballot
    is published under; `number` its place in the list, from 1.
    """

    episode: int
    episode_title: str
    counted: bool
    struck: str | None
    id: str
    number: int
    jury: bool
    marks: tuple[CountedMark, ...]
    root: str
    proof: Mapping[str, Any] | None


@reads
async def check(tx: Transaction, *, episode_id: int, receipt: str) -> ReceiptView:
    """What the published count of an episode holds for a receipt; UserError for what is no receipt, or no count yet."""
    return await check_in(tx, episode_id, receipt)


@reads
async def check_own(tx: Transaction, actor: Actor, *, episode_id: int) -> ReceiptView | None:
    """What the published count holds of the actor's own ballot; None when they have none there.

    UserError while there is no count, and for an episode of another server.
    """
    episode = await load_episode(tx, episode_id)
    if episode.guild_id != actor.guild_id:
        raise UserError("This vote was held in another server.")
    where = (Ballot.episode_id == episode_id, Ballot.voter_id == actor.user_id)
    receipt = await tx.scalar(select(Ballot.receipt).where(*where))
    return None if receipt is None else await check_in(tx, episode_id, receipt)


async def check_in(tx: Transaction, episode_id: int, receipt: str) -> ReceiptView:
    """check(), for use inside a transaction."""
    _require_receipt(receipt)
    episode = await load_episode(tx, episode_id)
    root = await announced_root(tx, episode_id)
    # The ballots may be many: they are loaded for a receipt that somebody has, and not for one that was made up.
    given_out = select(Ballot.id).where(Ballot.episode_id == episode_id, Ballot.receipt == _as_given_out(receipt))
    document = await load_document(tx, episode_id) if await tx.scalar(given_out) is not None else None
    found = find_ballot(document, receipt) if document is not None else None
    marks: tuple[CountedMark, ...] = ()
    if found is not None:
        numbers = [number_of(name) for name in found.ballot]
        titles = {work.number: work.title for work in await works_numbered(tx, episode.show_id, numbers)}
        marks = tuple(
            CountedMark(number, titles.get(number, ""), found.ballot[name])
            for name, number in zip(found.ballot, numbers, strict=True)
        )
    return ReceiptView(
        episode=episode.id,
        episode_title=episode.title,
        counted=found is not None and found.struck is None,
        struck=found.struck if found is not None else None,
        id=found.id if found is not None else "",
        number=found.number + 1 if found is not None else 0,
        jury=found is not None and found.electorate == "jury",
        marks=marks,
        root=root,
        proof=inclusion(document, receipt) if document is not None and found is not None and not found.struck else None,
    )


def _require_receipt(text: str) -> None:
    if not _RECEIPT.fullmatch(plain_receipt(text)):
        raise UserError("That is no receipt. It is twenty letters and digits in four groups; /vote mine shows yours.")


def _as_given_out(text: str) -> str:
    """The receipt in its groups of five, as ballots keep it."""
    plain = plain_receipt(text)
    return "-".join(plain[start : start + _GROUP] for start in range(0, len(plain), _GROUP))
