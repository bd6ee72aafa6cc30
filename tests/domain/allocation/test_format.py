"""The JSON format of an allocation: round trips, defaults, statements, and the place of every fault."""

import copy
import json

import pytest
from hypothesis import given

from domain.allocation import Inputs, allocate, allocation_to_json, from_json, to_json
from domain.errors import UserError
from tests.domain.allocation.strategies import inputs

GOOD = {
    "kind": "allocation",
    "currency": "USD",
    "pool": 5_000_000,
    "lineage_bp": 2_000,
    "floor": 0,
    "cap_bp": 10_000,
    "seed": "s",
    "works": [
        {
            "id": "w1",
            "weight": 3,
            "in_cut": True,
            "credits": [{"artist": "a1", "bp": 10_000}],
            "sources": [{"work": "w2", "bp": None}, {"outside": "a song"}],
        },
        {"id": "w2", "credits": [{"artist": "a2", "bp": 10_000}]},
    ],
}


@given(inputs())
def test_round_trip_also_of_a_statement(given_inputs):
    statement = to_json(given_inputs) | allocation_to_json(allocate(given_inputs))
    assert from_json(json.loads(json.dumps(statement))) == given_inputs


def test_the_designs_example():
    example = copy.deepcopy(GOOD)
    example["works"] = [{**GOOD["works"][0], "sources": []}]
    example["pool"] = 3_000_000
    assert allocation_to_json(allocate(from_json(example))) == {
        "allocations": {"a1": 3_000_000},
        "lines": [{"artist": "a1", "work": "w1", "kind": "own", "from": None, "amount": 3_000_000}],
        "unallocated": 0,
    }


def test_defaults():
    assert from_json({"kind": "allocation", "currency": "JPY", "pool": 5, "works": []}) == Inputs("JPY", 5, ())


def with_change(path, value):
    """GOOD with one place changed; a value of ... deletes it."""
    obj = copy.deepcopy(GOOD)
    target = obj
    for step in path[:-1]:
        target = target[step]
    if value is ...:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return obj


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["kind"], "ballots", "kind: must be “allocation”, not “ballots”"),
        (["kind"], ..., "kind: is missing"),
        (["currency"], 5, "currency: must be a text, not 5"),
        (["pool"], "5", "pool: must be a whole number, not “5”"),
        (["pool"], 5.0, "pool: must be a whole number, not 5.0"),
        (["pool"], True, "pool: must be a whole number, not True"),
        (["pool"], None, "pool: is missing"),
        (["flor"], 5, "flor: is not a member that we know"),
        (["works"], {}, "works: must be a list, not {}"),
        (["works", 1], "w2", "works[1]: must be an object, not “w2”"),
        (["works", 1, "id"], ..., "works[1].id: is missing"),
        (["works", 1, "id"], "\ud800", "works[1].id: is not valid Unicode"),
        (["works", 1, "in_cut"], 1, "works[1].in_cut: must be true or false, not 1"),
        (["works", 1, "credits"], ..., "works[1].credits: is missing"),
        (["works", 1, "credits", 0, "bp"], "10000", "works[1].credits[0].bp: must be a whole number, not “10000”"),
        (["works", 0, "credits", 0, "role"], "x", "works[0].credits[0].role: is not a member that we know"),
        (["works", 0, "sources", 0], {}, "works[0].sources[0]: give either “work” or “outside”"),
        (["works", 0, "sources", 1, "work"], "w2", "works[0].sources[1]: give either “work” or “outside”"),
    ],
)
def test_faults_name_the_place(path, value, says):
    with pytest.raises(UserError) as refused:
        from_json(with_change(path, value))
    assert str(refused.value) == f"{says}."


@pytest.mark.parametrize("obj", [None, [], "text", 5])
def test_what_is_no_object_at_all(obj):
    with pytest.raises(UserError, match=r"^the file: must be an object"):
        from_json(obj)
