"""Pictures and sounds for tests to post: small, varied, always the same for the same number."""

import io
import math
import struct
import wave

from PIL import Image, ImageDraw


def painting(number: int) -> bytes:
    """A PNG of 360 x 240 with a sky, hills and a sun, its colours turned by the number."""
    image = Image.new("RGB", (360, 240))
    draw = ImageDraw.Draw(image)
    hue = number * 47 % 360
    for y in range(240):
        draw.line((0, y, 360, y), fill=f"hsl({(hue + y // 4) % 360}, 60%, {30 + y // 6}%)")
    draw.ellipse((220 - number * 9, 30, 290 - number * 9, 100), fill=f"hsl({(hue + 60) % 360}, 90%, 80%)")
    for layer in range(3):
        base = 150 + layer * 30
        points = [(x, base + 18 * math.sin(x / (38 - layer * 6) + number + layer)) for x in range(0, 361, 6)]
        draw.polygon([(0, 240), *points, (360, 240)], fill=f"hsl({(hue + 200) % 360}, 45%, {34 - layer * 9}%)")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def melody(seconds: float = 2.0, rate: int = 8_000) -> bytes:
    """A WAV of a few falling tones."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        frames = int(seconds * rate)
        for n in range(frames):
            tone = 660 - 110 * (n * 4 // frames)
            fade = 1 - n % (frames // 4) / (frames // 4)
            sound.writeframesraw(struct.pack("<h", int(9_000 * fade * math.sin(2 * math.pi * tone * n / rate))))
    return out.getvalue()
