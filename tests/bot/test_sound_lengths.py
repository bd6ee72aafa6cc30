"""Lengths of MP3, AAC and M4A: of files made here frame by frame and box by box, and of files that lie."""

import io
import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import soundframes
from bot.soundboxes import m4a_length
from bot.soundframes import aac_length, mp3_length
from bot.sounds import Sound, read_sound

TOLERANCE = 2


def mp3(frames: int, *, first: bytes = b"", head: bytes = b"\xff\xfb\x90\x64", length: int = 417) -> bytes:
    """MPEG 1, layer III, 128 kbit/s at 44.1 kHz unless `head` says otherwise; `first` is the first frame's content."""
    body = (head + first).ljust(length, b"\0") if first else b""
    return body + (head + b"\x55" * (length - len(head))) * frames


def adts(frames: int, *, size: int = 300, rate_at: int = 4) -> bytes:
    head = bytes([0xFF, 0xF1, 0x40 | rate_at << 2, 0x80 | size >> 11, size >> 3 & 0xFF, (size & 7) << 5 | 0x1F, 0xFC])
    return (head + b"\x21" * (size - len(head))) * frames


def box(kind: bytes, *parts: bytes, says: int | None = None) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", len(body) + 8 if says is None else says, kind) + body


def m4a(
    *, seconds: int = 3, scale: int = 44100, table: bool = True, long: bool = False, data: int = 50_000,
    handler: bytes = b"soun", entries: int | None = None,
) -> bytes:  # fmt: skip
    duration = seconds * scale
    mdhd = (
        struct.pack(">IQQIQ", 1 << 24, 0, 0, scale, duration)
        if long
        else struct.pack(">IIIII", 0, 0, 0, scale, duration)
    )
    samples, rest = divmod(duration, 1024)
    rows = [(samples, 1024), (1, rest)] if table else []
    stts = struct.pack(">II", 0, len(rows) if entries is None else entries) + b"".join(
        struct.pack(">II", *row) for row in rows
    )
    track = box(
        b"trak",
        box(b"tkhd", bytes(84)),
        box(
            b"mdia",
            box(b"mdhd", mdhd + bytes(4)),
            box(b"hdlr", bytes(8) + handler + bytes(12)),
            box(b"minf", box(b"smhd", bytes(8)), box(b"stbl", box(b"stts", stts))),
        ),
    )
    video = box(b"trak", box(b"mdia", box(b"mdhd", mdhd), box(b"hdlr", bytes(8) + b"vide" + bytes(12))))
    return (
        box(b"ftyp", b"M4A \0\0\0\0") + box(b"mdat", bytes(data)) + box(b"moov", box(b"mvhd", bytes(100)), video, track)
    )


def read(tmp_path: Path, data: bytes) -> Sound | None:
    path = tmp_path / "sound"
    path.write_bytes(data)
    return read_sound(path)


def id3(size: int) -> bytes:
    """A tag with as much in it, a picture for instance, that looks like frames."""
    body = (b"\xff\xfb\x90\x64" + b"\0" * 413) * (size // 417 + 1)
    head = bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    return b"ID3\x04\0\0" + head + body[:size]


@pytest.mark.parametrize(
    ("data", "milliseconds"),
    [
        (mp3(100), 100 * 1152 * 1000 // 44100),
        (id3(70_000) + mp3(100) + b"TAG" + bytes(125), 100 * 1152 * 1000 // 44100),
        (id3(100) + id3(2000) + mp3(10), 10 * 1152 * 1000 // 44100),
        # A table of contents that claims a million frames is no sound, and is not believed.
        (mp3(50, first=bytes(32) + b"Xing\0\0\0\x01\0\x0f\x42\x40"), 50 * 1152 * 1000 // 44100),
        # MPEG 2, layer III, 64 kbit/s at 22.05 kHz; MPEG 1, layer II; MPEG 1, layer I.
        (mp3(100, head=b"\xff\xf3\x80\x64", length=208), 100 * 576 * 1000 // 22050),
        (mp3(100, head=b"\xff\xfd\x80\x64", length=417), 100 * 1152 * 1000 // 44100),
        (mp3(100, head=b"\xff\xff\x40\x64", length=136), 100 * 384 * 1000 // 44100),
        # A broken place in the middle costs what is broken.
        (mp3(60) + b"\0" * 1000 + b"\xff\xe0junk" + mp3(40), 100 * 1152 * 1000 // 44100),
        (mp3(2000), 2000 * 1152 * 1000 // 44100),
        (adts(200), 200 * 1024 * 1000 // 44100),
        (adts(50, rate_at=11, size=1000), 50 * 1024 * 1000 // 8000),
        (m4a(), 3000),
        (m4a(long=True), 3000),
        (m4a(table=False), 3000),
    ],
)
def test_how_long_it_plays(tmp_path: Path, data: bytes, milliseconds: int) -> None:
    found = read(tmp_path, data)
    assert found is not None
    assert abs(found.duration_ms - milliseconds) <= TOLERANCE
    assert found.peaks == ()


def test_a_changing_rate_is_followed(tmp_path: Path) -> None:
    other = mp3(100, head=b"\xff\xfb\x94\x64", length=384)
    found = read(tmp_path, mp3(100) + other)
    assert found is not None
    assert abs(found.duration_ms - (115_200_000 // 44100 + 115_200_000 // 48000)) <= TOLERANCE


@pytest.mark.parametrize(
    "data",
    [
        b"ID3",
        id3(5000),
        b"\xff\xfb\x90\x64" + bytes(5000),
        b"\xff" * 5000,
        b"\xff\xf1" + b"\xff" * 5000,
        mp3(1),
        m4a(handler=b"text"),
        m4a(scale=0, table=False),
        m4a(entries=1000),
        m4a(seconds=3600, data=100),
        m4a(seconds=700_000, scale=1000, data=50_000_000),
        m4a()[:60_000][:-9000],
        box(b"ftyp", b"M4A ") + box(b"moov", box(b"trak", says=4)),
        box(b"ftyp", b"M4A ") + box(b"free", says=0),
        box(b"ftyp", b"M4A ") + box(b"moov", box(b"trak", box(b"mdia", box(b"mdhd"), box(b"hdlr")))),
    ],
)
def test_what_is_not_believed(tmp_path: Path, data: bytes) -> None:
    assert read(tmp_path, data) is None


def test_long_files_take_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.mp3"
    path.write_bytes(mp3(15_000))
    tracemalloc.start()
    found = read_sound(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found is not None
    assert found.duration_ms == 15_000 * 1152 * 1000 // 44100
    assert peak < 1_500_000


def test_a_file_made_to_be_slow_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soundframes, "_STEPS", 10_000)
    assert read(tmp_path, mp3(9000)) is not None
    assert read(tmp_path, mp3(11_000)) is None
    assert read(tmp_path, mp3(10) + b"\xff" * 100_000) is None


@given(
    st.binary(max_size=3000), st.sampled_from([b"ID3\x04\0\0\0\0\0\0", b"\xff\xfb\x90\x64", b"\xff\xf1\x50\x80", b""])
)
def test_anything_at_all_is_read_or_refused(data: bytes, head: bytes) -> None:
    for length in (mp3_length, aac_length):
        found = length(io.BytesIO(head + data))
        assert found is None or 0 <= found < 1000 * 3600


@given(st.binary(max_size=400), st.integers(0, 300))
def test_boxes_of_anything_end(data: bytes, cut: int) -> None:
    whole = m4a(data=64)
    mixed = whole[:cut] + data + whole[cut:]
    try:
        found = m4a_length(io.BytesIO(mixed), len(mixed))
    except (ValueError, struct.error):
        return
    assert found is None or found >= 0
