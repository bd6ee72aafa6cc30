"""How long the sound in an MP4 file (M4A) plays, by the boxes that the file is made of.

What the boxes say is held against what is there: a file cannot hold more samples than bytes, and sound cannot be
thinner than the thinnest that anybody makes.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

_HEAD, _LARGE = 8, 16
_BOXES = 10_000
_ENTRIES = 64 * 1024
_FEWEST_BITS = 500
"""Bits a second below which nobody makes sound."""

Box = tuple[bytes, int, int]
"""A box: its kind, where its content begins and where it ends."""


def m4a_length(file: BinaryIO, size: int) -> int | None:
    """Milliseconds of the longest sound track; None where there is none, or it cannot be so long."""
    moov = next((box for box in _boxes(file, 0, size) if box[0] == b"moov"), None)
    if moov is None:
        return None
    lengths = [_sound(file, box) for box in _boxes(file, moov[1], moov[2]) if box[0] == b"trak"]
    longest = max((length for length in lengths if length is not None), default=0)
    if not longest or size * 8 * 1000 < longest * _FEWEST_BITS:
        return None
    return longest


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Box]:
    """The boxes between two places; one that goes over the end ends there."""
    place = start
    for _ in range(_BOXES):
        if place + _HEAD > end:
            return
        file.seek(place)
        head = file.read(_LARGE)
        length, kind = struct.unpack_from(">I4s", head)
        content = place + _HEAD
        if length == 1 and len(head) == _LARGE:
            (length,) = struct.unpack_from(">Q", head, _HEAD)
            content = place + _LARGE
        elif length == 0:
            length = end - place
        if length < content - place:
            raise ValueError("a box that is shorter than its head")
        yield kind, content, min(place + length, end)
        place += length


def _inside(file: BinaryIO, box: Box, *path: bytes) -> Box | None:
    """The first box along a path of kinds inside a box."""
    for kind in path:
        found = next((inner for inner in _boxes(file, box[1], box[2]) if inner[0] == kind), None)
        if found is None:
            return None
        box = found
    return box


def _sound(file: BinaryIO, track: Box) -> int | None:
    """Milliseconds of a track of sound; None for other tracks."""
    media = _inside(file, track, b"mdia")
    handler = media and _inside(file, media, b"hdlr")
    header = media and _inside(file, media, b"mdhd")
    if not media or not handler or not header or _read(file, handler, 12)[8:] != b"soun":
        return None
    scale, stated = _header(_read(file, header, 32))
    if not scale:
        return None
    table = _inside(file, media, b"minf", b"stbl", b"stts")
    counted = _counted(file, table) if table else 0
    # The table of samples is what players go by; a file in fragments has an empty one.
    return (counted or stated) * 1000 // scale


def _header(body: bytes) -> tuple[int, int]:
    """The time scale and the duration of a track, in the short or the long form."""
    if body[0]:
        scale, duration = struct.unpack_from(">IQ", body, 20)
    else:
        scale, duration = struct.unpack_from(">II", body, 12)
    return scale, 0 if duration in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF) else duration


def _counted(file: BinaryIO, table: Box) -> int:
    """The sum of all samples' durations, in the track's time scale."""
    (entries,) = struct.unpack_from(">I", _read(file, table, 8), 4)
    if entries > _ENTRIES or table[1] + 8 + entries * 8 > table[2]:
        raise ValueError("a table of samples that does not fit its box")
    file.seek(table[1] + 8)
    body = file.read(entries * 8)
    return sum(count * delta for count, delta in struct.iter_unpack(">II", body))


def _read(file: BinaryIO, box: Box, length: int) -> bytes:
    """The first bytes of a box's content; ValueError where it is shorter."""
    file.seek(box[1])
    body = file.read(min(length, box[2] - box[1]))
    if len(body) < min(length, 8):
        raise ValueError("a box without content")
    return body
