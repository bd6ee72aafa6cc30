"""The JSON format of a vote: round trips, and the place of every fault."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UserError
from domain.voting import Election, from_json, result_to_json, tally, to_json

GOOD = {"kind": "ballots", "method": "score", "works": ["w1", "w2"], "ballots": [{"w1": 5, "w2": 3}, {"w1": 4}]}
elections = st.builds(
    Election,
    st.sampled_from(["approval", "score"]),
    st.just(("a", "b")),
    st.lists(st.dictionaries(st.sampled_from("ab"), st.just(1)), max_size=4).map(tuple),
    seats=st.integers(0, 3),
    max_score=st.integers(1, 10),
    normalise=st.booleans(),
)


@given(elections)
def test_round_trip(election):
    text = json.dumps(to_json(election) | result_to_json(tally(election)))
    assert from_json(json.loads(text)) == election


def test_results_are_exact():
    result = tally(from_json(GOOD | {"ballots": [{"w1": 5, "w2": 3}, {"w1": 4}]}))
    assert result_to_json(result) == {
        "order": [["w1"], ["w2"]],
        "winners": ["w1"],
        "ties": [],
        "scores": {"w1": "9/2", "w2": 3},
    }


@pytest.mark.parametrize(
    ("obj", "says"),
    [
        ([], "the file: must be an object"),
        ({}, "kind: is missing"),
        (GOOD | {"kind": "allocation"}, "kind: must be “ballots”"),
        (GOOD | {"works": "w1"}, "works: must be a list"),
        (GOOD | {"works": ["w1", 2]}, "works\\[1\\]: must be a text, not 2"),
        (GOOD | {"ballots": [{"w1": 5}, []]}, "ballots\\[1\\]: must be an object, not \\[\\]"),
        (GOOD | {"seats": "1"}, "seats: must be a whole number, not “1”"),
        (GOOD | {"seats": True}, "seats: must be a whole number"),
        (GOOD | {"normalise": 1}, "normalise: must be true or false"),
        (GOOD | {"normalize": True}, "normalize: is not a member that we know"),
    ],
)
def test_faults_name_the_place(obj, says):
    with pytest.raises(UserError, match=f"^{says}"):
        from_json(obj)
