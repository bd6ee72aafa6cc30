"""How long a sound plays, and of WAV files how loud it is from beginning to end.

Read in blocks, whatever the size; whatever a file says of itself is held against what is there.
"""

import struct
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from sys import byteorder
from typing import BinaryIO, Final

import structlog

from bot.soundboxes import m4a_length
from bot.soundframes import aac_length, is_adts, mp3_length

PEAKS = 80
"""Bars of a waveform."""

LOUDEST = 100
"""What the loudest bar of a waveform is."""

_BLOCK = 256 * 1024
_LONGEST_MS = 1000 * 60 * 60 * 24 * 7
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_FULL = 32768.0
_FLAC_INFO = 34
_OGG_PAGE = 27  # bytes of a page's head, of which the last says how many follow it
_OGG_HEAD = 512
_OGG_TAIL = 128 * 1024  # a page is never longer than 65,307 bytes

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sound:
    """Its length in milliseconds, and its bars from 0 to LOUDEST; no bars where they are not known."""

    duration_ms: int
    peaks: tuple[int, ...] = ()


def read_sound(path: Path) -> Sound | None:
    """What can be told of the sound at `path`; None for what is broken or of another kind. Blocks: for a thread."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
            if head[:4] in {b"RIFF", b"RF64"} and head[8:] == b"WAVE":
                return _wav(file, path.stat().st_size)
            if head[:4] == b"fLaC":
                return _flac(file)
            if head[:4] == b"OggS":
                return _ogg(file, path.stat().st_size)
            return _framed(file, head, path.stat().st_size)
    except (OSError, ValueError, struct.error, ArithmeticError) as error:
        _log.info("A sound could not be read", error=repr(error))
    return None


@dataclass(frozen=True, slots=True)
class _Format:
    """How a WAV file's samples are written; `width` is a sample's bytes, `frame` those of all channels together."""

    kind: int
    channels: int
    rate: int
    frame: int

    @property
    def width(self) -> int:
        return self.frame // self.channels


def _wav(file: BinaryIO, size: int) -> Sound | None:
    form: _Format | None = None
    for name, start, length in _chunks(file, size):
        if name == b"fmt ":
            form = _format(file.read(min(length, 40)))
        elif name == b"data" and form is not None:
            # A file that was cut off, or whose writer did not come back to fill in the length, ends where it ends.
            frames = min(length, size - start) // form.frame
            if not frames:
                return None
            return Sound(_length(frames, form.rate), _peaks(file, start, frames, form))
    return None


def _chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """The chunks of a RIFF file: name, where its content begins, and its length as the file says."""
    place = 12
    while place + 8 <= size:
        file.seek(place)
        name, length = struct.unpack("<4sI", file.read(8))
        yield name, place + 8, length
        place += 8 + length + length % 2


def _format(head: bytes) -> _Format:
    """ValueError for samples that are none of ours."""
    kind, channels, rate, _, frame, _ = struct.unpack("<HHIIHH", head[:16])
    if kind == _EXTENSIBLE:
        (kind,) = struct.unpack("<H", head[24:26])
    if not channels or not rate or not frame or frame % channels:
        raise ValueError("a WAV file without channels, rate or width")
    form = _Format(kind, channels, rate, frame)
    if (form.kind, form.width) not in _LOUDNESS:
        raise ValueError(f"samples of kind {kind} and {form.width} bytes")
    return form


def _peaks(file: BinaryIO, start: int, frames: int, form: _Format) -> tuple[int, ...]:
    """The loudest sample of each part of the sound, against the loudest of all."""
    loudness = _LOUDNESS[form.kind, form.width]
    file.seek(start)
    bars, done = [], 0
    for bar in range(1, PEAKS + 1):
        until = frames * bar // PEAKS
        heard = [0.0]
        while done < until:
            count = min(until - done, max(1, _BLOCK // form.frame))
            block = file.read(count * form.frame)
            if len(block) < count * form.frame:
                raise ValueError("the file became shorter while it was read")
            heard.append(loudness(block))
            done += count
        bars.append(max(heard))
    top = max(bars)
    return tuple(round(LOUDEST * bar / top) if top else 0 for bar in bars)


def _extent(samples: "array[int] | array[float]") -> float:
    low, high = min(samples), max(samples)
    return float(max(high, -low))


def _native(samples: "array[int] | array[float]") -> "array[int] | array[float]":
    if byteorder == "big":
        samples.byteswap()
    return samples


def _of_8(block: bytes) -> float:
    """8 bits are written without a sign."""
    low, high = min(block), max(block)
    return max(high - 128, 128 - low) / 128


def _of_upper_16(width: int) -> Callable[[bytes], float]:
    """Of wider samples the upper 16 bits suffice for a picture."""

    def loudness(block: bytes) -> float:
        upper = bytearray(len(block) // width * 2)
        upper[0::2], upper[1::2] = block[width - 2 :: width], block[width - 1 :: width]
        return _extent(_native(array("h", bytes(upper)))) / _FULL

    return loudness


def _of_float(block: bytes) -> float:
    loudest = _extent(_native(array("f", block)))
    return min(1.0, loudest) if isfinite(loudest) else 1.0


_LOUDNESS: Final[dict[tuple[int, int], Callable[[bytes], float]]] = {
    (_PCM, 1): _of_8,
    (_PCM, 2): _of_upper_16(2),
    (_PCM, 3): _of_upper_16(3),
    (_PCM, 4): _of_upper_16(4),
    (_FLOAT, 4): _of_float,
}


def _flac(file: BinaryIO) -> Sound | None:
    """The length stands in the first block: 20 bits of rate, 3 of channels, 5 of width, 36 of samples."""
    file.seek(4)
    block = file.read(4 + _FLAC_INFO)
    if len(block) < 4 + _FLAC_INFO or block[0] & 0x7F:
        return None
    packed = int.from_bytes(block[14:22], "big")
    rate, samples = packed >> 44, packed & (1 << 36) - 1
    return Sound(_length(samples, rate)) if rate and samples else None


def _ogg(file: BinaryIO, size: int) -> Sound | None:
    """The last page says how many samples there have been by its end; Opus counts in 48 kHz and skips the first."""
    file.seek(0)
    head = file.read(_OGG_HEAD)
    begin = _OGG_PAGE + int.from_bytes(head[_OGG_PAGE - 1 : _OGG_PAGE], "little")
    if head[begin : begin + 7] == b"\x01vorbis":
        rate, skip = int.from_bytes(head[begin + 12 : begin + 16], "little"), 0
    elif head[begin : begin + 8] == b"OpusHead":
        rate, skip = 48_000, int.from_bytes(head[begin + 10 : begin + 12], "little")
    else:
        return None
    start = max(0, size - _OGG_TAIL)
    file.seek(start)
    tail = file.read(_OGG_TAIL)
    last = tail.rfind(b"OggS")
    samples = int.from_bytes(tail[last + 6 : last + 14], "little", signed=True) - skip if last >= 0 else 0
    return Sound(_length(samples, rate)) if rate and samples > 0 else None


def _framed(file: BinaryIO, head: bytes, size: int) -> Sound | None:
    """MP4, or a stream of AAC or MP3 frames."""
    if head[4:8] == b"ftyp":
        length = m4a_length(file, size)
    elif is_adts(head):
        length = aac_length(file)
    elif head[:3] == b"ID3" or head[:1] == b"\xff":
        length = mp3_length(file) or aac_length(file)
    else:
        return None
    return Sound(_plausible(length)) if length else None


def _length(samples: int, rate: int) -> int:
    """Milliseconds. ValueError for what nobody records."""
    return _plausible(samples * 1000 // rate)


def _plausible(length: int) -> int:
    """The same milliseconds; ValueError for what nobody records."""
    if length > _LONGEST_MS:
        raise ValueError("longer than a week")
    return length
