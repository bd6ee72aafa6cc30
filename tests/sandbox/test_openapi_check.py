"""What a real bot sends, checked against Discord's own description; and the check checked."""

import copy
import json
from pathlib import Path

import pytest

from tests.sandbox.openapi_check import Description, check_recording
from tests.sandbox.support import House

OPENAPI = Path(__file__).parents[3] / "shared" / "discord" / "openapi.json"


@pytest.fixture(scope="session")
def openapi() -> dict:
    if not OPENAPI.is_file():
        pytest.skip("Discord's description (../shared/discord/openapi.json) is not here: requests were not checked.")
    return json.loads(OPENAPI.read_text())


@pytest.fixture(scope="session")
def description(openapi: dict) -> Description:
    return Description(openapi)


def exchange(method: str, path: str, request: object, status: int = 200) -> dict:
    return {"method": method, "path": path, "query": {}, "request": request, "status": status, "response": None}


async def test_what_discordpy_sends_is_as_described(house: House, openapi: dict):
    mira = house.member(house.mira)
    for what in ("nonce", "dm", "thread", "event", "history", "embed", "setup"):
        await mira.slash("attempt", channel=house.general, what=what)
    await mira.slash("show_card", channel=house.general)
    shown = await mira.slash("counter", channel=house.general)
    assert shown.message is not None
    await mira.click(shown.message, "Count 0")
    await mira.submit_modal(
        await mira.slash("submit", channel=house.general), {"Title": "x", "Medium": "Sound"}, {"Files": [("a", b"1")]}
    )
    await mira.slash("later", channel=house.general)
    assert len(house.sandbox.record.read_text().splitlines()) > 20
    assert check_recording(house.sandbox.record, openapi, refused=False) == []


MESSAGE = {"content": "x", "embeds": [{"title": "t", "fields": [{"name": "a", "value": "b"}]}]}
TEXT = {"type": 10, "content": "words"}
LAYOUT = {"flags": 1 << 15, "components": [{"type": 17, "components": [TEXT]}]}


@pytest.mark.parametrize("body", [MESSAGE, LAYOUT])
def test_a_right_message_passes(description: Description, body: dict):
    assert list(description.problems(exchange("POST", "/channels/123456789012345678/messages", body))) == []


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda body: body.update(colour=1), "colour"),
        (lambda body: body["embeds"][0].update(colour=1), "colour"),
        (lambda body: body["embeds"][0]["fields"][0].update(wide=True), "wide"),
    ],
)
def test_an_unknown_field_is_found_at_every_depth(description: Description, spoil, field: str):
    body = copy.deepcopy(MESSAGE)
    spoil(body)
    found = list(description.problems(exchange("POST", "/channels/123456789012345678/messages", body)))
    assert len(found) == 1
    assert repr(field) in found[0]


def test_an_unknown_field_inside_a_layout_is_found_and_named(description: Description):
    body = copy.deepcopy(LAYOUT)
    body["components"][0]["components"][0]["colour"] = "red"
    callback = {"type": 4, "data": body}
    path = "/interactions/123456789012345678/token/callback"
    found = list(description.problems(exchange("POST", path, callback)))
    assert found == [
        (
            "POST /interactions/{interaction_id}/{interaction_token}/callback: data/components/0/components/0: "
            "Additional properties are not allowed ('colour' was unexpected)"
        )
    ]


def test_unknown_routes_methods_parameters_and_refusals_are_problems(description: Description):
    assert "no such route" in next(description.problems(exchange("GET", "/nobody/knows", None)))
    assert "no such route" in next(description.problems(exchange("PUT", "/users/@me", {})))
    asked = {**exchange("GET", "/channels/123456789012345678/messages", None), "query": {"limt": "5"}}
    assert "'limt'" in next(description.problems(asked))
    refused = exchange("POST", "/channels/123456789012345678/messages", MESSAGE, status=400)
    assert "refused with 400" in next(description.problems(refused))


def test_the_same_problem_is_told_once_with_a_count(tmp_path: Path, openapi: dict):
    recording = tmp_path / "traffic.jsonl"
    line = json.dumps(exchange("POST", "/channels/123456789012345678/messages", {"content": 5}))
    recording.write_text(f"{line}\n{line}\n")
    problems = check_recording(recording, openapi)
    assert len(problems) == 1
    assert problems[0].endswith("(2 times)")
