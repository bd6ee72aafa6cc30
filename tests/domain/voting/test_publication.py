"""Published ballots: every kind of tampering is found and named, and a receipt leads to its ballot and nowhere else."""

import copy
import json
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import Any

import pytest

from domain.commitments import canonical, commit, merkle_root
from domain.errors import UserError
from domain.voting import (
    METHODS,
    Election,
    Struck,
    check_inclusion,
    find_ballot,
    from_json,
    inclusion,
    publish,
    report,
    verify,
)
from domain.voting.publication import ballot_id, ballot_salt, commitment_to
from tests.domain.voting import naive

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def receipts(rng: Random, number: int) -> list[str]:
    return ["-".join("".join(rng.choices(ALPHABET, k=5)) for _ in range(4)) for _ in range(number)]


def published(method: str, seed: object = 0) -> tuple[dict[str, Any], Election, list[str], list[str]]:
    """A document with a jury, a struck ballot, a seed and something about it; and the receipts in it."""
    rng = Random(f"{method} {seed}")
    election = naive.random_election(rng, method, most_ballots=12)
    ballots = tuple(ballot for ballot in election.ballots if ballot) or ({election.works[0]: _mark(election)},)
    jury = ({election.works[-1]: _mark(election)},)
    election = replace(election, ballots=ballots, jury=jury, jury_bp=2500, seats=1)
    own, jurors, [out] = receipts(rng, len(ballots)), receipts(rng, 1), receipts(rng, 1)
    about = {"show": "Night Shift", "titles": dict.fromkeys(election.works, "Untitled")}
    document = publish(election, own, jury_receipts=jurors, struck=[Struck(out, "Cast twice")], about=about)
    return json.loads(json.dumps(document)), election, own, jurors


def _mark(election: Election) -> Any:
    return {election.criteria[0].name: 1} if election.criteria else 1


@pytest.mark.parametrize("method", METHODS)
def test_what_was_published_verifies(method):
    for seed in range(20):
        document, election, own, jurors = published(method, seed)
        assert verify(document).difference is None
        assert verify(document, root=document["root"]).difference is None
        read = from_json(document)
        assert replace(read, ballots=(), jury=()) == replace(election, ballots=(), jury=())
        assert sorted(map(str, read.ballots)) == sorted(str(dict(ballot)) for ballot in election.ballots)
        for receipt, ballot in [*zip(own, election.ballots, strict=True), *zip(jurors, election.jury, strict=True)]:
            found = find_ballot(document, receipt)
            assert found is not None
            assert found.ballot == ballot
            verdict = check_inclusion(inclusion(document, receipt), root=document["root"])
            assert verdict.difference is None
        [other] = receipts(Random("other"), 1)
        assert find_ballot(document, other) is None
        with pytest.raises(UserError, match="No counted ballot"):
            inclusion(document, other)


def test_the_file_is_what_its_description_says():
    """By hand, from the words of the description alone."""
    election = Election("approval", ("a", "b"), ({"a": 1}, {"b": 1}), seed="opened")
    document = publish(election, ["aaaaa-bbbbb", "CCCCC"], about={"show": "x"})

    def sha(*parts: Any) -> str:
        return sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()

    lines = []
    for receipt, ballot in (("AAAAABBBBB", {"a": 1}), ("CCCCC", {"b": 1})):
        id_, salt = sha("showrunner ballot id", receipt)[:32], sha("showrunner ballot salt", receipt)
        lines.append((id_, salt, sha("showrunner ballot", "voters", id_, salt, ballot), ballot))
    lines.sort()
    assert document["commitments"] == [{"id": line[0], "salt": line[1], "hash": line[2]} for line in lines]
    assert document["ballots"] == [line[3] for line in lines]
    rules = {
        "about": {"show": "x"}, "draw_commitment": sha256(b"opened").hexdigest(), "kind": "ballots", "max_score": 5,
        "method": "approval", "normalise": False, "seats": 1, "turnout": {"jury": 0, "voters": 2}, "works": ["a", "b"],
    }  # fmt: skip
    first = sha256(b"\x00" + json.dumps(["showrunner rules", rules], separators=(",", ":")).encode()).digest()
    second, third = (sha256(b"\x00" + bytes.fromhex(line[2])).digest() for line in lines)
    left = sha256(b"\x01" + first + second).digest()
    assert document["root"] == sha256(b"\x01" + left + third).hexdigest()


def other(value: Any) -> Any:
    """Something else of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1 if value < 1 else value - 1
    return ("f" if value[:1] != "f" else "e") + value[1:] if value else "e"


def leaves_of(value: Any, path: tuple = ()) -> list[tuple]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    return [path] if inner is None else [found for key, one in inner for found in leaves_of(one, (*path, key))]


def at(document: Any, path: tuple) -> Any:
    for key in path:
        document = document[key]
    return document


@pytest.mark.parametrize("method", METHODS)
def test_any_single_value_changed_anywhere_is_found(method):
    document, *_ = published(method)
    paths = leaves_of(document)
    assert len(paths) > 40
    for path in paths:
        changed = copy.deepcopy(document)
        at(changed, path[:-1])[path[-1]] = other(at(document, path))
        try:
            found = verify(changed).difference
        except UserError:
            continue  # no longer a file of ballots at all, and the place is named
        assert found is not None, path


@pytest.mark.parametrize("method", METHODS)
def test_anything_left_out_is_found(method):
    document, *_ = published(method)
    for path in [
        (key,)
        for key in document
        if key not in ("drawn", "numbers", "order", "winners", "ties", "scores", "quota", "stages")
    ]:
        changed = copy.deepcopy(document)
        del at(changed, path[:-1])[path[-1]]
        try:
            found = verify(changed).difference
        except UserError:
            continue
        assert found is not None, path


def put(holder: Any, key: Any, value: Any) -> None:
    holder[key] = value


def swap(values: list[Any], one: int, two: int) -> None:
    values[one], values[two] = values[two], values[one]


def both(document: dict[str, Any], change: Callable[[list[Any]], Any]) -> None:
    change(document["ballots"])
    change(document["commitments"])


def also_turnout(document: dict[str, Any], more: int) -> None:
    document["turnout"]["voters"] += more


TAMPER: dict[str, Callable[[dict[str, Any]], Any]] = {
    "mark": lambda d: put(d["ballots"][2], "w1", 4),
    "mark taken back": lambda d: d["ballots"][2].pop("w1"),
    "removed": lambda d: d["ballots"].pop(2),
    "last removed": lambda d: d["ballots"].pop(),
    "removed with its commitment": lambda d: both(d, lambda values: values.pop(2)),
    "removed and the turnout": lambda d: (both(d, lambda values: values.pop(2)), also_turnout(d, -1)),
    "added": lambda d: d["ballots"].insert(2, {"w1": 5}),
    "added at the end": lambda d: d["ballots"].append({"w1": 5}),
    "added with a commitment": lambda d: add(d, {"w1": 5}),
    "added and the turnout": lambda d: (add(d, {"w1": 5}), also_turnout(d, 1)),
    "twice": lambda d: both(d, lambda values: values.insert(2, values[2])),
    "exchanged": lambda d: swap(d["ballots"], 1, 2),
    "order": lambda d: both(d, lambda values: values.reverse()),
    "salt": lambda d: put(d["commitments"][2], "salt", other(d["commitments"][2]["salt"])),
    "id": lambda d: put(d["commitments"][2], "id", other(d["commitments"][2]["id"])),
    "hash": lambda d: put(d["commitments"][2], "hash", other(d["commitments"][2]["hash"])),
    "root": lambda d: put(d, "root", other(d["root"])),
    "seats": lambda d: put(d, "seats", 2),
    "seed": lambda d: put(d, "seed", "chosen afterwards"),
    "seed and commitment": lambda d: d.update(seed="afterwards", draw_commitment=commit("afterwards")),
    "score": lambda d: put(d["scores"], "w1", "1/3"),
    "number": lambda d: put(d["numbers"]["w2"], "low", 0),
    "winner": lambda d: put(d, "winners", ["w2"]),
}


def add(document: dict[str, Any], ballot: dict[str, int]) -> None:
    """Add a ballot that is committed to as it should be, where it belongs by its id."""
    id_, salt = ballot_id("EXTRA"), ballot_salt("EXTRA")
    own = {"id": id_, "salt": salt, "hash": commitment_to("voters", ballot, id_=id_, salt=salt)}
    place = sum(one["id"] < id_ for one in document["commitments"])
    document["ballots"].insert(place, ballot)
    document["commitments"].insert(place, own)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("mark", r"ballots\[2\]: it does not match its commitment"),
        ("mark taken back", r"ballots\[2\]: it does not match its commitment"),
        ("removed", r"ballots: there are 5 for 6 commitments; that of [0-9a-f]{32} \(place 2\) was removed"),
        ("last removed", r"ballots: there are 5 for 6 commitments; that of [0-9a-f]{32} \(place 5\) was removed"),
        ("removed with its commitment", "ballots: there are 5, but turnout.voters says 6; a ballot was removed"),
        ("removed and the turnout", "root: the file says .* or a ballot was added, removed"),
        ("added", r"ballots\[2\]: there are 7 ballots for 6 commitments; this one was added"),
        ("added at the end", r"ballots\[6\]: it has no commitment; a ballot was added"),
        ("added with a commitment", "ballots: there are 7, but turnout.voters says 6; a ballot was added"),
        ("added and the turnout", "root: the file says .* or a ballot was added, removed"),
        ("twice", r"commitments\[3\].id: ids must rise, each once"),
        ("exchanged", r"ballots\[1\]: it does not match its commitment"),
        ("order", r"commitments\[1\].id: ids must rise"),
        ("salt", r"ballots\[2\]: it does not match its commitment \([0-9a-f]{32}\); a mark, the id, the salt"),
        ("id", r"(ballots\[2\]: it does not match|commitments\[[23]\].id: ids must rise)"),
        ("hash", r"ballots\[2\]: it does not match its commitment"),
        ("root", "root: the file says "),
        ("seats", "root: the file says .* a rule was changed"),
        ("seed", "seed: its SHA-256 is "),
        ("seed and commitment", "root: the file says .* a rule was changed"),
        ("score", "scores.w1: the file says 1/3, the count gives 13/4"),
        ("number", "numbers.w2.low: the file says 0, the count gives "),
        ("winner", r"winners\[0\]: the file says w2, the count gives w1"),
    ],
)
def test_each_kind_of_tampering_is_named(kind, says):
    cast = ({"w1": 5, "w2": 3}, {"w1": 4}, {"w1": 1, "w2": 2}, {"w1": 3}, {"w2": 1}, {"w2": 4})
    rng = Random(3)
    while True:
        document = publish(Election("score", ("w1", "w2"), cast, seed="s"), receipts(rng, 6), about={"show": "x"})
        if document["ballots"][2].get("w1") not in (None, 4, document["ballots"][1].get("w1")):
            break
    changed = copy.deepcopy(document)
    TAMPER[kind](changed)
    found = verify(changed).difference
    assert found is not None
    assert re.match(says, found), found


def test_a_file_made_anew_is_not_what_was_announced():
    """Somebody with the file can publish another that holds in itself; only the announced root tells them apart."""
    document, election, own, jurors = published("score")
    forged = publish(replace(election, seats=election.seats + 1), own, jury_receipts=jurors)
    assert verify(forged).difference is None
    assert "the root that you gave" in str(verify(forged, root=document["root"]).difference)


def test_a_struck_ballot_is_found_with_its_reason():
    [code] = receipts(Random(1), 1)
    document = publish(Election("approval", ("a",), ()), [], struck=[Struck(code, "Cast by a bot")])
    found = find_ballot(document, code.lower())
    assert found is not None
    assert (found.struck, found.ballot) == ("Cast by a bot", {})
    with pytest.raises(UserError, match="No counted ballot"):
        inclusion(document, code)


def test_nothing_in_the_file_leads_back_to_a_receipt_or_to_who_came_first():
    rng = Random(2)
    own = receipts(rng, 200)
    document = publish(Election("approval", ("a",), tuple({"a": 1} for _ in own)), own)
    text = json.dumps(document)
    assert not [code for code in own if code in text or code.replace("-", "") in text]
    ids = [one["id"] for one in document["commitments"]]
    assert ids == sorted(ids)
    assert [ballot_id(code) for code in own] != ids


def test_a_node_of_the_tree_is_not_a_ballot():
    """Second preimages: the two children of an inner node, put together, do not pass for a leaf."""
    document, *_ = published("approval", 3)
    hashes = [bytes.fromhex(one["hash"]) for one in document["commitments"]]
    inner = sha256(b"\x00" + hashes[0]).digest() + sha256(b"\x00" + hashes[1]).digest()
    assert merkle_root([inner]) != merkle_root(hashes[:2])
    assert sha256(canonical(document["ballots"][0])).hexdigest() != document["commitments"][0]["hash"]


def test_receipts_and_ballots_must_be_as_many():
    with pytest.raises(ValueError, match="zip"):
        publish(Election("approval", ("a",), ({"a": 1},)), [])


def test_an_election_without_commitments_is_counted_again():
    election = {"kind": "ballots", "method": "approval", "works": ["a"], "ballots": [{"a": 1}]}
    verdict = verify(election | report(from_json(election)))
    assert verdict.difference is None
    assert verdict.shown == ("Counted again by approval, the result is the same.",)
    with pytest.raises(UserError, match="order: is missing: there is no result"):
        verify(election)
    with pytest.raises(UserError, match="root: is missing, although"):
        verify(election | {"order": [["a"]], "commitments": []})
