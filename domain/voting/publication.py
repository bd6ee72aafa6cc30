"""Published ballots: anonymous, each with a salted commitment under one Merkle root, and found by its voter.

The document is the election of `format` with its result (`report`) and these members added:

    "turnout": {"voters": 2, "jury": 0}       how many ballots of each electorate were counted
    "commitments": [{"id", "salt", "hash"}]   one for each of "ballots", in the same order, by rising id;
                                              those of the jury's ballots stand in "jury"."commitments"
    "struck": [{"id", "reason"}]              ballots that were not counted, each with its public reason; may be absent
    "draw_commitment"                         SHA-256 of the seed, public before the vote opened; "seed" opens it
    "about"                                   free text and numbers: which episode this was, the works' titles
    "root"                                    the Merkle root that is announced where everybody reads it

A receipt is a random code that only its voter has. A ballot's id and salt are hashes of the receipt, so that whoever
has the receipt finds the ballot, and nobody gets from a published ballot to the receipt or its voter.

    id    first 32 hex digits of SHA-256 of ["showrunner ballot id", receipt]
    salt  SHA-256 of ["showrunner ballot salt", receipt], in hex
    hash  SHA-256 of ["showrunner ballot", electorate, id, salt, ballot], in hex; electorate is "voters" or "jury"
    root  RFC 6962 over these leaves: the rules, then every hash (its 32 bytes), voters before jury

Arrays are hashed as canonical JSON, receipts without dashes and in capitals. The leaf of the rules is the canonical
JSON of ["showrunner rules", document] where the document is without ballots, commitments, root, seed and results: so
the root also holds the method, the seats, the works, the number of ballots and the draw's commitment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from domain import commitments
from domain.commitments import canonical
from domain.errors import UserError
from domain.voting.election import Election
from domain.voting.format import RESULTS, to_json
from domain.voting.report import report

VOTERS: Final = "voters"
JURY: Final = "jury"

_ID_DIGITS: Final = 32
_BESIDE_THE_RULES: Final = frozenset({"ballots", "commitments", "root", "seed", *RESULTS})


@dataclass(frozen=True, slots=True)
class Struck:
    """A ballot that producers took out of the count, and the reason that everybody reads."""

    receipt: str
    reason: str


def plain_receipt(receipt: str) -> str:
    """Return the receipt as it is hashed: in capitals, without the dashes and spaces that people read it by."""
    return "".join(letter for letter in receipt.upper() if letter.isalnum())


def ballot_id(receipt: str) -> str:
    """Return the id that a ballot is published under, which only the receipt leads to."""
    return sha256(canonical(["showrunner ballot id", plain_receipt(receipt)])).hexdigest()[:_ID_DIGITS]


def ballot_salt(receipt: str) -> str:
    """Return the salt that is hashed with a ballot, so that no commitment can be guessed from likely marks."""
    return sha256(canonical(["showrunner ballot salt", plain_receipt(receipt)])).hexdigest()


def commitment_to(electorate: str, ballot: Mapping[str, Any], *, id_: str, salt: str) -> str:
    """Return the commitment to a ballot: SHA-256, in hex, over who it counts among, its id, its salt and its marks."""
    return sha256(canonical(["showrunner ballot", electorate, id_, salt, ballot])).hexdigest()


def publish(
    election: Election,
    receipts: Sequence[str],
    *,
    jury_receipts: Sequence[str] = (),
    struck: Iterable[Struck] = (),
    about: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Count the election and return the document to publish: ballots by id, commitments, root and result.

    `receipts` are those of `election.ballots`, in the same order, and `jury_receipts` those of its jury. The
    election's seed is opened here; its commitment must have been public before the vote. The order of the ballots
    follows their ids, so it tells neither who nor when.
    """
    document = to_json(election)
    ballots, own = _by_id(VOTERS, election.ballots, receipts)
    document |= {"ballots": ballots, "commitments": own}
    if "jury" in document:
        ballots, own = _by_id(JURY, election.jury, jury_receipts)
        document["jury"] |= {"ballots": ballots, "commitments": own}
    document["turnout"] = {VOTERS: len(election.ballots), JURY: len(election.jury)}
    out = [{"id": ballot_id(one.receipt), "reason": one.reason} for one in struck]
    if out:
        document["struck"] = sorted(out, key=lambda one: one["id"])
    if election.seed:
        document["draw_commitment"] = commitments.commit(election.seed)
    if about:
        document["about"] = dict(about)
    document["root"] = commitments.merkle_root(leaves(document))
    return document | report(election)


def _by_id(
    electorate: str, ballots: Sequence[Mapping[str, Any]], receipts: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    rows = []
    for ballot, receipt in zip(ballots, receipts, strict=True):
        id_, salt = ballot_id(receipt), ballot_salt(receipt)
        own = {"id": id_, "salt": salt, "hash": commitment_to(electorate, ballot, id_=id_, salt=salt)}
        rows.append((id_, dict(ballot), own))
    rows.sort(key=lambda row: row[0])
    return [ballot for _, ballot, _ in rows], [own for _, _, own in rows]


def leaves(document: Mapping[str, Any]) -> list[bytes]:
    """Return the leaves of a published document's Merkle tree: the rules, then all commitments, voters first."""
    rules = {key: value for key, value in document.items() if key not in _BESIDE_THE_RULES}
    jury = document.get("jury")
    if jury is not None:
        rules["jury"] = {key: value for key, value in jury.items() if key not in _BESIDE_THE_RULES}
    own = [*document["commitments"], *(jury["commitments"] if jury is not None else ())]
    return [canonical(["showrunner rules", rules]), *(bytes.fromhex(one["hash"]) for one in own)]


@dataclass(frozen=True, slots=True)
class Found:
    """A voter's ballot in a published document: its place in the list of its electorate, its id and its marks.

    `struck` is the public reason when the ballot was taken out of the count; then there are no marks and no place.
    """

    electorate: str
    number: int
    id: str
    ballot: Mapping[str, Any]
    struck: str | None = None


def find_ballot(document: Mapping[str, Any], receipt: str) -> Found | None:
    """Return the ballot that the receipt belongs to, or None when it is not in the document."""
    id_ = ballot_id(receipt)
    for electorate, held in _electorates(document):
        for number, own in enumerate(held["commitments"]):
            if own["id"] == id_:
                return Found(electorate, number, id_, held["ballots"][number])
    for one in document.get("struck", ()):
        if one["id"] == id_:
            return Found(VOTERS, -1, id_, {}, one["reason"])
    return None


def inclusion(document: Mapping[str, Any], receipt: str) -> dict[str, Any]:
    """Return the proof that the receipt's ballot is under the root: some hundred bytes that say nothing of others.

    `{"kind": "inclusion", "electorate", "id", "salt", "ballot", "index", "size", "path", "root"}`, to be checked by
    `check_inclusion` or `showrunner verify`. UserError when the ballot was not counted.
    """
    found = find_ballot(document, receipt)
    if found is None or found.struck is not None:
        raise UserError("No counted ballot belongs to this receipt.")
    held = dict(_electorates(document))[found.electorate]
    before = 1 if found.electorate == VOTERS else 1 + len(document["commitments"])
    all_leaves, index = leaves(document), before + found.number
    return {
        "kind": "inclusion",
        "electorate": found.electorate,
        "id": found.id,
        "salt": held["commitments"][found.number]["salt"],
        "ballot": dict(found.ballot),
        "index": index,
        "size": len(all_leaves),
        "path": commitments.merkle_path(all_leaves, index),
        "root": document["root"],
    }


def _electorates(document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    jury = document.get("jury")
    return [(VOTERS, document), *([(JURY, jury)] if jury is not None else [])]
