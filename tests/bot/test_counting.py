"""`showrunner tally` and `showrunner verify` on files, from good ones to nonsense."""

import asyncio
import io
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.__main__ import main
from domain.voting import Criterion, Election, Struck, inclusion, publish

RECEIPTS = tuple(f"AAAA{letter}-BBBBB-CCCCC-DDDDD" for letter in "ABCDEF")
BALLOTS = ({"w1": 5, "w2": 3}, {"w1": 4, "w3": 0}, {"w2": 5, "w3": 5}, {"w1": 1})
ELECTION = Election("score", ("w1", "w2", "w3"), BALLOTS, seats=2, seed="opened", exposure={"w1": 4})
ABOUT = {"show": "Night Shift", "titles": {"w1": "Neon\x1b[31m", "w2": "Rails"}}


def published(**changes: Any) -> dict[str, Any]:
    struck = [Struck(RECEIPTS[5], "Two accounts of one person")]
    return publish(ELECTION, RECEIPTS[:4], struck=struck, about=ABOUT) | changes


@pytest.fixture
def run(tmp_path, capsys):
    """Run a command on a document; the file is written as it is when it is bytes."""

    def run_on(command: str, document: Any, *arguments: str) -> SimpleNamespace:
        file = tmp_path / "file.json"
        file.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
        code = main([command, str(file), *arguments])
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err.replace(f"{file}: ", ""))

    return run_on


def test_tally_prints_the_result(run):
    document = {"kind": "ballots", "method": "score", "works": ["w1", "w2"], "ballots": [{"w1": 5, "w2": 3}, {"w1": 4}]}
    said = run("tally", document)
    result = json.loads(said.out)
    assert said.code == 0
    assert {key: result[key] for key in ("order", "winners", "ties", "scores")} == {
        "order": [["w1"], ["w2"]],
        "winners": ["w1"],
        "ties": [],
        "scores": {"w1": "9/2", "w2": 3},
    }


@pytest.mark.parametrize("method", ["approval", "score", "star", "schulze", "stv"])
def test_what_tally_prints_added_to_its_input_verifies(run, method):
    document = {
        "kind": "ballots",
        "method": method,
        "works": ["w1", "w2"],
        "ballots": [{"w1": 1}, {"w2": 1}, {"w1": 1}],
    }
    result = json.loads(run("tally", document).out)
    assert run("verify", document | result).code == 0
    changed = run("verify", document | result | {"scores": result["scores"] | {"w2": 7}})
    assert changed.code == 1
    assert "scores.w2: the file says 7, the count gives" in changed.out


def test_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(published()).encode())))
    assert main(["verify", "-"]) == 0
    assert capsys.readouterr().out.endswith("It holds.\n")


def test_published_ballots_verify_also_against_the_announced_root(run):
    document = published()
    assert run("verify", document, "--root", document["root"].upper()).code == 0
    other = run("verify", document, "--root", "00")
    assert (other.code, "root: the root that you gave is 00, the file has" in other.out) == (1, True)
    # Whoever leaves the commitments out can change ballots, but not pass for what was announced.
    bare = {key: value for key, value in document.items() if key not in ("root", "commitments")}
    assert run("verify", bare).code == 0
    assert "the file has none" in run("verify", bare, "--root", document["root"]).out


def test_a_receipt_shows_its_ballot(run):
    document = published()
    said = run("verify", document, "--receipt", RECEIPTS[1].lower())
    assert said.code == 0
    assert "  w1 “Neon[31m”: 4\n  w3: 0\n" in said.out
    assert "is in the count" in said.out
    unknown = run("verify", document, "--receipt", "AAAAA")
    assert (unknown.code, "no ballot belongs to this receipt" in unknown.out) == (1, True)
    struck = run("verify", document, "--receipt", RECEIPTS[5])
    assert (struck.code, "Two accounts of one person" in struck.out) == (1, True)


def test_marks_by_criterion_are_shown(run):
    criteria = (Criterion("Craft", 2), Criterion("Idea", 1))
    election = Election("star", ("w1",), ({"w1": {"Craft": 5, "Idea": 3}},), criteria=criteria)
    said = run("verify", publish(election, RECEIPTS[:1]), "--receipt", RECEIPTS[0])
    assert "  w1: Craft 5, Idea 3\n" in said.out


def test_an_inclusion_proof_verifies(run):
    document = published()
    proof = inclusion(document, RECEIPTS[2])
    assert "w2: 5" in run("verify", proof, "--root", document["root"]).out
    assert run("verify", proof, "--root", "00").code == 1
    for change in ({"ballot": {"w2": 4}}, {"index": 2 if proof["index"] != 2 else 1}, {"path": proof["path"][1:]},
                   {"size": 9}, {"salt": "00"}, {"id": "00"}, {"electorate": "jury"}, {"root": "00" * 32}):  # fmt: skip
        assert run("verify", proof | change).code == 1, change
    assert run("verify", proof | {"path": [1]}).code == 2
    assert run("verify", proof, "--receipt", RECEIPTS[2]).code == 2


def test_json(run):
    said = run("verify", published(scores={}), "--json")
    assert said.code == 1
    assert json.loads(said.out) == {"holds": False, "difference": "scores.w1: is missing.", "shown": []}


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (b"", "line 1, column 1: is not JSON"),
        (b"\xff", "byte 0: is not UTF-8."),
        (b"[" * 100_000, "the file: is nested too deeply."),
        (b'{"kind": "ballots", "about": ' + b"[" * 900 + b"]" * 900 + b"}", "the file: is nested too deeply."),
        (b'{"kind": "ballots", "kind": "ballots"}', "kind: stands twice in one object."),
        (b'{"kind": 1.5}', "the file: the number 1.5 is not a whole number."),
        (b'{"kind": NaN}', "the file: the number NaN is not a whole number."),
        (b'{"kind": ' + b"1" * 5000 + b"}", "the file: Exceeds the limit"),
        (b'{"about": {"titles": ["a", "\\ud800"]}}', "about.titles[1]: has text that is not Unicode."),
        (b'{"\\ud800": 1}', "\\ud800: has text that is not Unicode."),
        ([], "the file: must be an object"),
        ({"kind": "song"}, "kind: must be one of ballots, inclusion, allocation, not “song”."),
        (published(method="loudest"), "method: “loudest” is not a way of counting"),
        (published(ballots=[{"w9": 1}]), "ballots[0]: there is no work “w9”."),
        (published(ballots=[*BALLOTS[:3], {"w1": 9}]), "ballots[3].w1: the mark must be a whole number from 0 to 5"),
        (published(ballots=[*BALLOTS[:3], {"w1": True}]), "ballots[3].w1: the mark must be"),
        (published(works=["w1", 2]), "works[1]: must be a text, not 2."),
        (published(max_score=101), "max_score: must be 1 or more, and at most 100."),
        (published(root="00"), "root: must be 64 hex digits."),
        (published(commitments=[{"id": "a", "salt": "b"}]), "commitments[0].hash: is missing."),
        (published(turnout=None), "turnout: is missing."),
        (published(exposure={"w9": 1}), "exposure: there is no work “w9”."),
        (published(jury={"bp": 20_000, "ballots": [], "commitments": []}), "jury.bp: must be from 0 to 10,000"),
        (published(jury={"bp": 1, "ballots": [[]], "commitments": []}), "jury.ballots[0]: must be an object"),
        (published(criteria=[{"name": "a", "weight": 0}]), "criteria[0].weight: must be a whole number from 1"),
        (published(surprise=1), "surprise: is not a member that we know."),
    ],
)  # fmt: skip
def test_malformed_files_name_the_place(run, document, says):
    said = run("verify", document)
    assert said.err.startswith(says), said
    assert (said.code, said.out) == (2, "")


def test_a_file_that_is_not_there(capsys, tmp_path):
    assert main(["tally", str(tmp_path / "nowhere.json")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 300) | st.sampled_from(["w1", "", "stv", "\x00", "é", "10/3"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["w1", "id", "bp"]), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """The paths of all values in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, one in inner for found in places(one, (*path, key)))]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nonsense_anywhere_is_a_sentence_and_never_a_trace(run, data):
    election = data.draw(st.sampled_from(FUZZED))
    document = json.loads(json.dumps(election))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([path for path in places(document) if path]))
        holder = document
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = data.draw(nonsense)
    for command in ("verify", "tally"):
        said = run(command, document)
        assert said.code in (0, 1, 2)
        assert bool(said.err) == (said.code == 2)
        if command == "verify" and said.code == 0:
            assert json.dumps(document, sort_keys=True) == json.dumps(election, sort_keys=True)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_file_with_any_byte_changed_does_not_hold(run, data):
    text = json.dumps(data.draw(st.sampled_from(FUZZED)), separators=(",", ":")).encode()
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + bytes([data.draw(st.integers(0, 255))]) + text[place + 1 :]
    said = run("verify", changed)
    assert said.code in (1, 2) or json.loads(changed) == json.loads(text)
    assert bool(said.err) == (said.code == 2)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_any_bytes_are_answered_with_a_sentence(run, data):
    said = run("tally", data)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith(".\n")


async def test_the_command_needs_no_settings_and_no_database(tmp_path):
    """As a process of its own, with an empty environment, in an empty folder."""
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "ascii"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "verify", "-", "--receipt", RECEIPTS[1],
        cwd=tmp_path, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    out, errors = await process.communicate(json.dumps(published()).encode())
    assert (process.returncode, errors) == (0, b"")
    assert b"  w1 \\u201cNeon[31m\\u201d: 4\n" in out
    assert list(tmp_path.iterdir()) == []


FUZZED = [
    published(),
    publish(
        Election("stv", ("w1", "w2", "w3"), ({"w1": 1, "w2": 2}, {"w2": 1}), jury=({"w3": 1},), jury_bp=2000, seed="s"),
        RECEIPTS[:2],
        jury_receipts=RECEIPTS[2:3],
    ),
    publish(
        Election("score", ("w1", "w2"), ({"w1": {"a": 5, "b": 0}},), criteria=(Criterion("a", 2), Criterion("b", 1))),
        RECEIPTS[:1],
    ),
]
