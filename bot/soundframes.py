"""How long MP3 and AAC streams play: every frame is walked, so that no header that lies is believed.

Both are chains of frames, each of which says how long it is and how many samples it holds. Read in blocks, whatever
the size; what lies between frames (tags, junk, a broken place) is passed over.
"""

from collections import Counter
from collections.abc import Callable
from typing import BinaryIO

_BLOCK = 256 * 1024
_FRAMES_AT_LEAST = 2
_SYNC, _SYNC_BYTE, _SYNC_REST = b"\xff", 0xFF, 0b1110_0000
_ADTS_BITS, _ADTS_SYNC = 0b1111_0110, 0b1111_0000
_HEAD = 8
_TAG_HEAD = 10
_STEPS = 3_000_000
"""Frames, and places that were none, after which a file is not worth reading further: some 20 hours of music."""

_MPEG_1, _RESERVED_VERSION = 3, 1
_LAYER_I, _LAYER_III, _RESERVED = 3, 1, 0
_FREE, _BAD = 0, 15
_NO_RATE = 3

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}  # MPEG 1, 2, 2.5
_KBITS = {
    (3, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By MPEG 1 (3) or later (2) and layer I (3), II (2), III (1); the later ones have one table for II and III."""

_AAC_RATES = (96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350)
_TAGS = (b"TAG", b"APE", b"ID3", b"LYR")

Frame = tuple[int, int, int]
"""A frame: its bytes, its samples, its rate."""
Reader = Callable[[bytes, int], Frame | None]


def mp3_length(file: BinaryIO) -> int | None:
    """Milliseconds of an MP3; None where there are no frames."""
    return _length(file, _mp3_frame, skip=_is_xing)


def aac_length(file: BinaryIO) -> int | None:
    """Milliseconds of AAC in ADTS frames; None where there are none."""
    return _length(file, _adts_frame, skip=None)


def _length(file: BinaryIO, read: Reader, skip: Callable[[bytes, int], bool] | None) -> int | None:
    walk = _Walk(file, read, skip)
    samples = walk.samples()
    if walk.frames < _FRAMES_AT_LEAST:
        return None
    return sum(count * 1000 // rate for rate, count in samples.items())


class _Walk:
    """Goes through a file frame by frame, with one block of it in memory."""

    def __init__(self, file: BinaryIO, read: Reader, skip: Callable[[bytes, int], bool] | None) -> None:
        self._file, self._read, self._skip = file, read, skip
        self.frames = self._steps = 0

    def samples(self) -> Counter[int]:
        """The samples there are, by their rate."""
        found: Counter[int] = Counter()
        place = _after_tags(self._file)
        rate_before = 0
        while True:
            self._file.seek(place)
            block = self._file.read(_BLOCK)
            if len(block) < _HEAD:
                return found
            moved, rate_before = self._through(block, found, rate_before)
            place += max(1, moved)

    def _through(self, block: bytes, found: Counter[int], rate: int) -> tuple[int, int]:
        """Count the frames that begin in a block; how far it was read, and the rate of the last frame."""
        at, end = 0, len(block) - _HEAD
        while at <= end:
            self._steps += 1
            if self._steps > _STEPS:
                raise ValueError("more frames than anybody makes")
            frame = self._read(block, at)
            if frame is None or not self._holds(block, at, frame, rate):
                at, rate = _next_sync(block, at + 1), 0
                continue
            length, samples, rate = frame
            if not (self._skip is not None and self.frames == 0 and self._skip(block, at)):
                found[rate] += samples
            self.frames += 1
            at += length
        return at, rate

    def _holds(self, block: bytes, at: int, frame: Frame, rate: int) -> bool:
        """Whether it is a frame: one that goes on as before, or is followed by another of its kind, or is the last."""
        if frame[2] == rate:
            return True
        following = at + frame[0]
        if following + _HEAD > len(block):
            return self.frames > 0 or len(block) < _BLOCK
        after = self._read(block, following)
        return (after is not None and after[2] == frame[2]) or block[following : following + 3] in _TAGS


def _after_tags(file: BinaryIO) -> int:
    """Where the sound begins behind ID3v2 tags; their length is four times seven bits."""
    place = 0
    while True:
        file.seek(place)
        head = file.read(_TAG_HEAD)
        if len(head) < _TAG_HEAD or head[:3] != b"ID3" or any(byte & 0x80 for byte in head[6:]):
            return place
        footer = _TAG_HEAD if head[5] & 0x10 else 0
        place += _TAG_HEAD + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]) + footer


def _next_sync(block: bytes, start: int) -> int:
    found = block.find(_SYNC, start)
    return found if found >= 0 else len(block)


def _mp3_frame(block: bytes, at: int) -> Frame | None:
    """The frame whose head is at `at`: 11 bits of sync, version, layer, bit rate, sample rate, padding."""
    if block[at] != _SYNC_BYTE or block[at + 1] & _SYNC_REST != _SYNC_REST:
        return None
    version, layer = block[at + 1] >> 3 & 3, block[at + 1] >> 1 & 3
    kbits_at, rate_at, padding = block[at + 2] >> 4, block[at + 2] >> 2 & 3, block[at + 2] >> 1 & 1
    if version == _RESERVED_VERSION or layer == _RESERVED or kbits_at in (_FREE, _BAD) or rate_at == _NO_RATE:
        return None
    rate = _RATES[version][rate_at]
    table = (3, layer) if version == _MPEG_1 else (2, 3 if layer == _LAYER_I else 2)
    bits = _KBITS[table][kbits_at - 1] * 1000
    if layer == _LAYER_I:
        return (12 * bits // rate + padding) * 4, 384, rate
    # Layer III of the later versions has half as many.
    samples = 576 if layer == _LAYER_III and version != _MPEG_1 else 1152
    return samples // 8 * bits // rate + padding, samples, rate


def _is_xing(block: bytes, at: int) -> bool:
    """Whether a first frame holds a table of contents rather than sound."""
    head = block[at + 4 : at + 48]
    return b"Xing" in head or b"Info" in head or b"VBRI" in head


def is_adts(head: bytes) -> bool:
    """Whether these two bytes begin a frame of AAC: the sync, and layer 0, which MP3 never has."""
    return head[:1] == _SYNC and len(head) > 1 and head[1] & _ADTS_BITS == _ADTS_SYNC


def _adts_frame(block: bytes, at: int) -> Frame | None:
    """The ADTS frame at `at`: 12 bits of sync, layer 0, a rate by its number, 13 bits of length, blocks of 1,024."""
    if not is_adts(block[at : at + 2]):
        return None
    rate_at = block[at + 2] >> 2 & 15
    length = (block[at + 3] & 3) << 11 | block[at + 4] << 3 | block[at + 5] >> 5
    if rate_at >= len(_AAC_RATES) or length < _HEAD:
        return None
    return length, ((block[at + 6] & 3) + 1) * 1024, _AAC_RATES[rate_at]
