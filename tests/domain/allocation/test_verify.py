"""A published statement with anything changed: the check fails, and names the place."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from domain.allocation import (
    Adjustment,
    AllocationWork,
    CreditShare,
    Inputs,
    Parts,
    Party,
    SourceShare,
    Weighing,
    difference,
    statement,
    weights_of,
)
from domain.errors import UserError

WEIGHING = Weighing(Parts(50, 30, 20), {"w1": (3, 4_250_000), "w2": (1, 3_666_667), "w4": (0, 5_000_000)})


def real() -> dict[str, Any]:
    """A statement with everything that one can have."""
    weights = weights_of(WEIGHING)
    works = (
        AllocationWork("w1", weights["w1"], True, (CreditShare("ann", 6_500), CreditShare("ben", 3_500))),
        AllocationWork("w2", weights["w2"], True, (CreditShare("cleo", 10_000),), (SourceShare(work="w1"),)),
        AllocationWork(
            "w3", 0, False, (CreditShare("dora", 10_000),),
            (SourceShare(work="w1", bp=7_000), SourceShare(outside="a song", bp=3_000)),
        ),
        AllocationWork("w4", weights["w4"], True, (CreditShare("eve", 10_000),), (SourceShare(work="w3"),)),
    )  # fmt: skip
    moved = (
        Adjustment(None, Party(artist="fay"), 1_000, "She drove."),
        Adjustment(Party(artist="cleo"), Party(work="w3"), 77, "The loop is hers."),
    )
    inputs = Inputs(
        "USD", 1_000_003, works, floor=20_000, cap_bp=3_900, seed="round 1", adjustments=moved, weighing=WEIGHING
    )
    return statement(inputs, {"episode": "S1E3", "round": 1})


def numbers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every number in a document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from numbers(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from numbers(inner, (*path, place))
    elif type(value) is int:
        yield path


def changed(document: dict[str, Any], path: tuple[Any, ...], by: int) -> dict[str, Any]:
    found = copy.deepcopy(document)
    target = found
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] += by
    return found


def said(document: dict[str, Any]) -> str:
    """What the check says of a document: the first difference, or what is malformed."""
    try:
        return difference(document) or ""
    except UserError as refused:
        return str(refused)


def test_it_holds_also_after_a_round_trip() -> None:
    assert difference(json.loads(json.dumps(real()))) is None


@pytest.mark.parametrize("path", list(numbers(real())), ids=lambda path: ".".join(map(str, path)))
def test_any_single_number_changed_is_named(path: tuple[Any, ...]) -> None:
    document = real()
    for by in (1, -1, 10_007):
        found = said(changed(document, path, by))
        if path[0] == "works":
            assert found.startswith(f"works[{path[1]}]"), found
        elif path[0] == "lines":
            assert found.startswith(f"lines[{path[1]}].amount: is "), found
        elif path[0] == "allocations":
            assert found.startswith(f"allocations.{path[1]}: is "), found
        elif path[0] == "unallocated":
            assert found.startswith("unallocated: is "), found
        else:
            assert found.startswith(f"{path[0]}"), found


def test_without_digests_every_result_is_still_recomputed() -> None:
    document = real()
    del document["digests"]
    assert difference(document) is None
    for path in numbers(document):
        if path[0] in ("lines", "allocations", "unallocated"):
            assert said(changed(document, path, 1)).startswith(str(path[0]))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d["lines"].pop(), "must be"),
        (lambda d: d["lines"].append(d["lines"][0]), "there is no such line"),
        (lambda d: d["lines"].reverse(), "lines[0].artist"),
        (lambda d: d["lines"][0].update(extra=1), "lines[0].extra"),
        (lambda d: d["lines"][-1].update(reason="Because."), ".reason"),
        (lambda d: d["allocations"].pop("ann"), "allocations.ann: is missing"),
        (lambda d: d["allocations"].update(zoe=5), "allocations.zoe: is 5, but the inputs give missing"),
        (lambda d: d.update(lines=5), "lines: must be a list"),
        (lambda d: d.update(allocations=[]), "allocations: must be an object"),
        (lambda d: d.pop("unallocated"), "unallocated: is missing"),
        (lambda d: d["works"].pop(2), "works[2]: was changed"),
        (lambda d: d["works"].pop(), "works[3]: was changed"),
        (lambda d: d.update(digests=3), "digests: must be an object"),
        (lambda d: d.update(seed="another"), "seed: was changed"),
        (lambda d: d["about"].update(episode="S9"), "about: was changed"),
        (lambda d: d["unallocated"].__class__, ""),
    ],
)
def test_what_else_can_be_changed(change: Any, says: str) -> None:
    document = real()
    change(document)
    found = said(document)
    assert says in found
    assert bool(found) == bool(says)


def test_true_is_not_one() -> None:
    document = real()
    document["unallocated"] = False
    assert said(document) == "unallocated: is False, but the inputs give 0."


def test_whatever_is_malformed_gets_a_sentence() -> None:
    """Random damage to a real statement: always a sentence or a difference, never another error."""
    rng = Random(5)
    junk: list[Any] = [None, True, -1, 10**30, "", "x", [], {}, [[]], {"a": 1}, 1 << 4000]
    text = json.dumps(real())
    for _ in range(400):
        document = json.loads(text)
        for _ in range(rng.randint(1, 3)):
            target: Any = document
            while True:
                keys = list(target) if isinstance(target, dict) else list(range(len(target)))
                key = rng.choice(keys) if keys else None
                if key is None or rng.random() < 0.3 or not isinstance(target[key], dict | list):
                    break
                target = target[key]
            if key is None:
                continue
            if rng.random() < 0.3:
                del target[key]
            else:
                target[key] = rng.choice(junk)
        found = said(document)
        assert isinstance(found, str)
