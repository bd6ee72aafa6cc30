"""Lengths and waveforms: of every width of sample, of long files, and of files that lie about themselves."""

import io
import struct
import tracemalloc
import wave
from array import array
from math import sin, tau
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sounds import LOUDEST, PEAKS, Sound, read_sound

RATE = 8000


def chunk(name: bytes, body: bytes, *, says: int | None = None) -> bytes:
    return name + struct.pack("<I", len(body) if says is None else says) + body + b"\0" * (len(body) % 2)


def form(width: int, *, kind: int = 1, channels: int = 1, extensible: bool = False) -> bytes:
    frame = width * channels
    head = struct.pack("<HHIIHH", 0xFFFE if extensible else kind, channels, RATE, RATE * frame, frame, width * 8)
    rest = struct.pack("<HHIH", 22, width * 8, 0, kind) + bytes(14) if extensible else b""
    return chunk(b"fmt ", head + rest)


def riff(*chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", 4 + sum(map(len, chunks))) + b"WAVE" + b"".join(chunks)


def samples(width: int, *, kind: int = 1, loud: float = 1.0, seconds: int = 2, channels: int = 1) -> bytes:
    """A tone that is silent in its first half."""
    out = bytearray()
    for place in range(RATE * seconds):
        value = loud * sin(tau * 440 * place / RATE) if place >= RATE * seconds // 2 else 0.0
        if kind == 3:
            one = struct.pack("<f", value)
        elif width == 1:
            one = bytes([round(value * 127) + 128])
        else:
            one = round(value * (2 ** (8 * width - 1) - 1)).to_bytes(width, "little", signed=True)
        out += one * channels
    return bytes(out)


def sound(tmp_path: Path, data: bytes) -> Sound | None:
    path = tmp_path / "sound"
    path.write_bytes(data)
    return read_sound(path)


@pytest.mark.parametrize(("width", "kind"), [(1, 1), (2, 1), (3, 1), (4, 1), (4, 3)])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("extensible", [False, True])
def test_every_width(tmp_path: Path, width: int, kind: int, channels: int, extensible: bool) -> None:
    head = form(width, kind=kind, channels=channels, extensible=extensible)
    data = samples(width, kind=kind, channels=channels, loud=0.5)
    found = sound(tmp_path, riff(head, chunk(b"LIST", b"odd"), chunk(b"data", data)))
    assert found is not None
    assert (found.duration_ms, len(found.peaks)) == (2000, PEAKS)
    assert found.peaks[: PEAKS // 2] == (0,) * (PEAKS // 2)
    assert all(LOUDEST - 2 <= bar <= LOUDEST for bar in found.peaks[PEAKS // 2 :])


def test_what_the_standard_library_writes(tmp_path: Path) -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44100)
        file.writeframes(array("h", [100, -3000] * 44100).tobytes())
    assert sound(tmp_path, out.getvalue()) == Sound(1000, (LOUDEST,) * PEAKS)


def test_silence_and_the_shortest_sound(tmp_path: Path) -> None:
    assert sound(tmp_path, riff(form(2), chunk(b"data", bytes(RATE * 2)))) == Sound(1000, (0,) * PEAKS)
    found = sound(tmp_path, riff(form(2), chunk(b"data", struct.pack("<h", 9))))
    assert found is not None
    assert (found.duration_ms, len(found.peaks), max(found.peaks)) == (0, PEAKS, LOUDEST)
    assert sound(tmp_path, riff(form(2), chunk(b"data", b""))) is None


@pytest.mark.parametrize("says", [0xFFFFFFFF, 10**6])
def test_a_file_that_promises_more_than_it_has(tmp_path: Path, says: int) -> None:
    found = sound(tmp_path, riff(form(2), chunk(b"data", samples(2), says=says)))
    assert found is not None
    assert found.duration_ms == 2000


@pytest.mark.parametrize(
    "data",
    [
        b"", b"RIFF", b"RIFF\0\0\0\0WAVE", b"MZ" + bytes(100), riff(chunk(b"data", bytes(100))), riff(form(2)),
        riff(chunk(b"fmt ", b"\x01\0"), chunk(b"data", bytes(100))),
        riff(form(2, kind=2), chunk(b"data", bytes(100))), riff(form(5), chunk(b"data", bytes(100))),
        riff(chunk(b"fmt ", bytes(16)), chunk(b"data", bytes(100))),
        riff(chunk(b"fmt ", struct.pack("<HHIIHH", 1, 3, RATE, 0, 4, 16)), chunk(b"data", bytes(100))),
        riff(chunk(b"fmt ", struct.pack("<HHIIHH", 0xFFFE, 1, RATE, 0, 2, 16)), chunk(b"data", bytes(100))),
        riff(chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 1, 0, 1, 8)), chunk(b"data", bytes(700_000))),
    ],
)  # fmt: skip
def test_broken_files_have_no_sound(tmp_path: Path, data: bytes) -> None:
    assert sound(tmp_path, data) is None


def test_numbers_that_are_none(tmp_path: Path) -> None:
    odd = array("f", [float("nan"), float("inf"), -1e30, 0.5] * 1000).tobytes()
    found = sound(tmp_path, riff(form(4, kind=3), chunk(b"data", odd)))
    assert found is not None
    assert all(0 <= bar <= LOUDEST for bar in found.peaks)


@given(data=st.binary(max_size=400), cut=st.integers(0, 60))
def test_anything_at_all_is_read(tmp_path_factory: pytest.TempPathFactory, data: bytes, cut: int) -> None:
    folder = tmp_path_factory.getbasetemp()
    good = riff(form(2), chunk(b"data", data))
    for tried in (data, b"RIFF\0\0\0\0WAVE" + data, good[:cut] + data, b"fLaC" + data, b"OggS" + data):
        found = sound(folder, tried)
        assert found is None or len(found.peaks) in {0, PEAKS}


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "long"
    with path.open("wb") as file:
        file.write(b"RIFF\xff\xff\xff\xffWAVE" + form(2) + b"data" + struct.pack("<I", 40_000_000))
        file.truncate(40_000_044)
    tracemalloc.start()
    try:
        found = read_sound(path)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert found == Sound(20_000_000 * 1000 // RATE, (0,) * PEAKS)


def test_flac_has_a_length(tmp_path: Path) -> None:
    packed = (44100 << 44 | 1 << 41 | 15 << 36 | 44100 * 3).to_bytes(8, "big")
    head = b"fLaC\x80\0\0\x22" + bytes(10) + packed + bytes(16)
    assert sound(tmp_path, head) == Sound(3000)
    assert sound(tmp_path, head[:20]) is None
    assert sound(tmp_path, b"fLaC\x84\0\0\x22" + bytes(34)) is None


def ogg_page(granule: int, body: bytes) -> bytes:
    lacing = bytes([255] * (len(body) // 255) + [len(body) % 255])
    return b"OggS\0\0" + struct.pack("<q", granule) + bytes(12) + bytes([len(lacing)]) + lacing + body


VORBIS = b"\x01vorbis" + struct.pack("<IBI", 0, 2, 44100) + bytes(14)
OPUS = b"OpusHead\x01\x02" + struct.pack("<HIHB", 312, 44100, 0, 0)


@pytest.mark.parametrize(("head", "granule"), [(VORBIS, 44100 * 5), (OPUS, 48_000 * 5 + 312)])
def test_ogg_has_a_length(tmp_path: Path, head: bytes, granule: int) -> None:
    middle = b"".join(ogg_page(place, bytes(60_000)) for place in range(1, 5))
    data = ogg_page(0, head) + middle + ogg_page(granule, bytes(60_000))
    assert sound(tmp_path, data) == Sound(5000)
    assert sound(tmp_path, ogg_page(0, b"\x80theora" + bytes(40))) is None
    assert sound(tmp_path, ogg_page(0, head)) is None
    assert sound(tmp_path, ogg_page(0, head) + ogg_page(-1, b"x")) is None
