"""Checking what was published: commitments, root, draw and count made anew, and the first difference named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from domain import commitments
from domain.jsonread import Reader
from domain.voting.election import Election
from domain.voting.format import RESULTS, from_json
from domain.voting.publication import JURY, VOTERS, commitment_to, leaves
from domain.voting.report import report

_SHOWN: Final = 60
_HASH: Final = 64


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a check: the first difference as a sentence with its place, or None when everything holds.

    `shown` are sentences on what was seen to hold.
    """

    difference: str | None
    shown: tuple[str, ...] = ()


class _DifferenceError(Exception):
    """Ends a check at the first difference."""


def verify(document: Any, *, root: str | None = None) -> Verdict:
    """Check a published document of ballots against itself and, where given, against the root that was announced.

    UserError with the place when the document is malformed, or has nothing that could be checked.
    """
    election = from_json(document)
    made = report(election)
    top = Reader(document, "")
    claimed = any(key in document for key in RESULTS)
    if not claimed and "root" not in document:
        top.fail("is missing: there is no result to check. `showrunner tally` counts the ballots", "order")
    _require_commitments(document, top)
    shown: list[str] = []
    try:
        if "root" in document:
            shown += _check_commitments(document)
        if root is not None:
            shown.append(_check_announced(document, root))
        shown += _check_draw(election, document)
        if claimed:
            shown += _check_result(election, document, made)
    except _DifferenceError as difference:
        return Verdict(str(difference))
    return Verdict(None, tuple(shown))


def check_inclusion(proof: Any, *, root: str | None = None) -> Verdict:
    """Check the proof that one ballot is under a root; UserError with the place when it is malformed."""
    top = Reader(proof, "")
    top.constant("kind", "inclusion")
    electorate, id_, salt = top.text("electorate"), top.text("id"), top.text("salt")
    index, size, path = top.number("index"), top.number("size"), top.texts("path")
    claimed = top.text("root")
    ballot = top.maybe_object("ballot")
    if ballot is None:
        top.fail("is missing", "ballot")
    top.nothing_else()
    leaf = bytes.fromhex(commitment_to(electorate, proof["ballot"], id_=id_, salt=salt))
    found = commitments.root_from_path(leaf, index, size, path)
    if found != claimed:
        return Verdict("path: it does not lead from this ballot to the root; the ballot or the path was changed.")
    if root is not None and root.strip().lower() != claimed:
        return Verdict(f"root: the proof is for {claimed}, but the root that you gave is {root[:_HASH]}.")
    return Verdict(None, (f"The ballot {id_} with these marks is under the root {claimed}.",))


def _require_commitments(document: Mapping[str, Any], top: Reader) -> None:
    """Refuse commitments or a root that are malformed, or one without the other."""
    if "root" not in document:
        if "commitments" in document:
            top.fail("is missing, although there are commitments", "root")
        return
    _hex(top, "root", _HASH)
    _commitments(top)
    jury = top.maybe_object("jury")
    if jury is not None:
        _commitments(jury)
    turnout = top.maybe_object("turnout")
    if turnout is None:
        top.fail("is missing", "turnout")
    for electorate in (VOTERS, JURY):
        turnout.number(electorate)
    turnout.nothing_else()
    for one in top.items("struck", optional=True):
        one.text("id")
        one.text("reason")
        one.nothing_else()


def _commitments(reader: Reader) -> None:
    for own in reader.items("commitments"):
        own.text("id")
        own.text("salt")
        _hex(own, "hash", _HASH)
        own.nothing_else()


def _hex(reader: Reader, key: str, digits: int) -> None:
    text = reader.text(key)
    if len(text) != digits or not set(text) <= set("0123456789abcdef"):
        reader.fail(f"must be {digits} hex digits", key)


def _check_commitments(document: Mapping[str, Any]) -> list[str]:
    _check_electorate(document, VOTERS, "", document["turnout"][VOTERS])
    jury = document.get("jury")
    if jury is not None:
        _check_electorate(jury, JURY, "jury.", document["turnout"][JURY])
    made = commitments.merkle_root(leaves(document))
    if made != document["root"]:
        raise _DifferenceError(
            f"root: the file says {document['root']}, but its rules and commitments give {made}; a rule was changed, "
            "or a ballot was added, removed or exchanged together with its commitment."
        )
    return [
        f"Each of the {sum(document['turnout'].values())} ballots matches its commitment.",
        f"The rules and all commitments give the root {made}.",
    ]


def _check_electorate(held: Mapping[str, Any], electorate: str, path: str, cast: int) -> None:
    ballots, own = held["ballots"], held["commitments"]
    for number, one in enumerate(own):
        if number and own[number - 1]["id"] >= one["id"]:
            raise _DifferenceError(f"{path}commitments[{number}].id: ids must rise, each once; {one['id']} does not.")
        ballot = ballots[number] if number < len(ballots) else None
        if ballot is None or commitment_to(electorate, ballot, id_=one["id"], salt=one["salt"]) != one["hash"]:
            raise _DifferenceError(_mismatch(path, number, one["id"], len(ballots), len(own)))
    if len(ballots) > len(own):
        raise _DifferenceError(f"{path}ballots[{len(own)}]: it has no commitment; a ballot was added.")
    if len(ballots) != cast:
        more = "added" if len(ballots) > cast else "removed"
        raise _DifferenceError(
            f"{path}ballots: there are {len(ballots)}, but turnout.{electorate} says {cast}; a ballot was {more}."
        )


def _mismatch(path: str, number: int, id_: str, ballots: int, own: int) -> str:
    if ballots < own:
        return f"{path}ballots: there are {ballots} for {own} commitments; that of {id_} (place {number}) was removed."
    if ballots > own:
        return f"{path}ballots[{number}]: there are {ballots} ballots for {own} commitments; this one was added."
    return (
        f"{path}ballots[{number}]: it does not match its commitment ({id_}); a mark, the id, the salt or the "
        "hash was changed."
    )


def _check_announced(document: Mapping[str, Any], root: str) -> str:
    announced = root.strip().lower()
    if document.get("root") != announced:
        has = f"{document['root']}" if "root" in document else "none"
        raise _DifferenceError(f"root: the root that you gave is {announced[:_HASH]}, the file has {has}.")
    return "It is the root that you gave."


def _check_draw(election: Election, document: Mapping[str, Any]) -> list[str]:
    promised = document.get("draw_commitment")
    if promised is None:
        return []
    made = commitments.commit(election.seed)
    if promised != made:
        raise _DifferenceError(f"seed: its SHA-256 is {made}, but draw_commitment is {promised!s:.{_HASH}}.")
    return ["The seed of the draw is the one that was committed to."]


def _check_result(election: Election, document: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    for key in RESULTS:
        if key not in document:
            continue
        if key not in made:
            raise _DifferenceError(f"{key}: this is no part of a result by {election.method}.")
        _compare(key, document[key], made[key])
    return [f"Counted again by {election.method}, the result is the same."]


def _compare(path: str, says: Any, counted: Any) -> None:
    """Raise at the first place where what the file says is not what was counted."""
    if isinstance(counted, dict) and isinstance(says, dict):
        for key in [*counted, *(key for key in says if key not in counted)]:
            if key not in says or key not in counted:
                state = "missing" if key in counted else "not a part of the result"
                raise _DifferenceError(f"{path}.{key}: is {state}.")
            _compare(f"{path}.{key}", says[key], counted[key])
    elif isinstance(counted, list) and isinstance(says, list):
        for number, (one, other) in enumerate(zip(says, counted, strict=False)):
            _compare(f"{path}[{number}]", one, other)
        if len(says) != len(counted):
            raise _DifferenceError(f"{path}: the file has {len(says)} entries, the count gives {len(counted)}.")
    elif type(says) is not type(counted) or says != counted:
        raise _DifferenceError(f"{path}: the file says {_short(says)}, the count gives {_short(counted)}.")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
