"""Sounds that the demo's artists make: a few seconds of melody over a bass, each from its own seed."""

import io
import math
import wave
from array import array
from functools import lru_cache
from random import Random

RATE = 11_025
_SCALES = ((0, 2, 3, 5, 7, 8, 10), (0, 2, 4, 7, 9), (0, 3, 5, 6, 7, 10), (0, 2, 4, 6, 7, 9, 11))
_LOUDEST = 30_000


def compose(seed: int) -> bytes:
    """A little tune as a WAV: mono, 16 bits, RATE samples a second."""
    rng = Random(seed)
    scale, root, beat = rng.choice(_SCALES), rng.uniform(160, 260), rng.choice((0.18, 0.22, 0.26))
    beats = rng.choice((12, 16))
    track = [0.0] * int(RATE * (beats + 3) * beat)
    step = rng.randrange(len(scale))
    for number in range(beats):
        step += rng.choice((-2, -1, -1, 0, 1, 1, 2))
        if rng.random() < 0.85:  # noqa: PLR2004 - now and then a rest
            _note(track, number * beat, root * _pitch(scale, step), beat * rng.choice((1, 1.5, 2)), 0.32)
        if number % 4 == 0:
            _note(track, number * beat, root / 2 * _pitch(scale, rng.choice((0, 0, 3, 4))), beat * 3.5, 0.4)
    return _wav(track)


def _pitch(scale: tuple[int, ...], step: int) -> float:
    octave, degree = divmod(step, len(scale))
    return float(2 ** (octave + scale[degree] / 12))


def _note(track: list[float], start: float, frequency: float, seconds: float, volume: float) -> None:
    first, length = int(start * RATE), int(seconds * RATE)
    turn, table = frequency * len(_tone()) / RATE, _tone()
    for index in range(min(length, len(track) - first)):
        fade = (1 - index / length) ** 2 * min(1.0, index / 60)
        track[first + index] += volume * fade * table[int(index * turn) % len(table)]


@lru_cache(maxsize=1)
def _tone() -> tuple[float, ...]:
    """One turn of a soft tone: a sine with two overtones."""
    turns = (2 * math.pi * index / 1024 for index in range(1024))
    return tuple((math.sin(x) + 0.35 * math.sin(2 * x) + 0.15 * math.sin(3 * x)) / 1.5 for x in turns)


def _wav(track: list[float]) -> bytes:
    peak = max(abs(value) for value in track) or 1.0
    samples = array("h", (int(value / peak * _LOUDEST) for value in track))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()
