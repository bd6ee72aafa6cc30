"""The parts that need no socket: pictures, names, signatures, limits, faults, the log of events."""

import asyncio
import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from sandbox.cdn import Signer, clean_filename, picture_size, portrait
from sandbox.faults import FaultError, Faults
from sandbox.limits import Limits, route_of
from sandbox.signals import EventLog, Signals

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_portrait_is_a_picture_and_always_the_same():
    drawn = portrait("ada")
    assert drawn == portrait("ada") != portrait("mira")
    with Image.open(io.BytesIO(drawn)) as picture:
        picture.load()
        assert picture.size == (80, 80)
    assert picture_size(drawn) == (80, 80)
    assert picture_size(b"\x89PNG broken") is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [("a b.png", "a_b.png"), ("../../x.png", "file.._.._x.png"), ("ü.png", "file.png"), ("", "file"), ("a", "a")],
)
def test_names_of_files_are_made_safe(given: str, kept: str):
    assert clean_filename(given) == kept


def test_an_address_is_good_for_a_day_and_only_as_signed():
    moment = [NOW]
    signer = Signer(b"secret", lambda: moment[0])
    signer.origin = "http://127.0.0.1:1"
    raw = b'{"url":"https://cdn.simcord.invalid/attachments/1/2/a.png"}'
    address = signer.outward(raw)[8:-2].decode()
    path, _, query = address.removeprefix("http://127.0.0.1:1/cdn/").partition("?")
    asked = dict(part.split("=") for part in query.split("&"))
    assert signer.valid(path, asked)
    assert not signer.valid(path.replace("a.png", "b.png"), asked)
    assert not signer.valid(path, {**asked, "ex": "7fffffff"})
    assert not signer.valid(path, {})
    assert signer.inward(signer.outward(raw)) == raw
    moment[0] += timedelta(hours=24, seconds=1)
    assert not signer.valid(path, asked)
    moment[0] = NOW
    signer.expire(2)
    assert not signer.valid(path, asked)
    assert signer.outward(raw) != address.encode()


def test_a_bucket_per_channel_that_fills_again():
    clock = [100.0]
    limits = Limits(lambda: clock[0])
    one, two = "/channels/123456789012345678/messages", "/channels/223456789012345678/messages"
    assert [limits.take("POST", one).allowed for _ in range(6)] == [True] * 5 + [False]
    assert limits.take("POST", two).allowed
    assert (
        limits.take("POST", one).headers["X-RateLimit-Bucket"] == limits.take("POST", two).headers["X-RateLimit-Bucket"]
    )
    clock[0] += 5.0
    assert limits.take("POST", one).allowed
    assert Limits(lambda: clock[0], factor=1000).take("POST", one).headers["X-RateLimit-Remaining"] == "4999"


def test_interactions_are_never_limited():
    limits = Limits(lambda: 0.0)
    assert all(limits.take("POST", "/interactions/1/token/callback").allowed for _ in range(200))


def test_routes_hide_ids_and_tokens():
    assert route_of("/webhooks/123456789012345678/tok.en/messages/@original") == "/webhooks/{token}/messages/@original"
    assert route_of("/guilds/123456789012345678/roles") == "/guilds/{id}/roles"


def test_faults_hit_as_often_as_told_and_in_order():
    faults = Faults()
    faults.plan({"kind": "status", "status": 500, "method": "POST", "path": "/messages$", "times": 2})
    faults.plan({"kind": "delay", "path": "messages", "times": None})
    hits = [faults.hit("POST", "/channels/1/messages") for _ in range(4)]
    assert [hit.kind for hit in hits if hit] == ["status", "status", "delay", "delay"]
    assert faults.hit("GET", "/users/@me") is None
    faults.clear()
    assert faults.hit("POST", "/channels/1/messages") is None
    for wrong in ({}, {"kind": "explode"}, {"kind": "delay", "path": "("}, {"kind": "delay", "when": 1}):
        with pytest.raises(FaultError):
            faults.plan(wrong)


def test_events_after_an_index_even_when_old_ones_are_gone():
    log = EventLog(keep=3)
    for number in range(5):
        log.add(f"E{number}", {})
    assert [event.name for event in log.after(3)] == ["E3", "E4"]
    assert [event.name for event in log.after(0)] == ["E2", "E3", "E4"]
    assert list(log.after(5)) == []


async def test_waiting_ends_with_the_change_or_with_the_time():
    signals, box = Signals(), []
    waiting = asyncio.create_task(signals.until(lambda: bool(box), 5))
    keyed = asyncio.create_task(signals.until(lambda: bool(box), 5, key="k"))
    await asyncio.sleep(0)
    box.append(1)
    signals.notify("k")
    assert await waiting
    assert await keyed
    assert not await signals.until(lambda: False, 0)
