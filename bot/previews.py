"""Small pictures of big ones: WebP, 1200 pixels at most, without anything that the camera wrote into the file."""

import io
import warnings
from contextlib import suppress
from pathlib import Path

import structlog

from domain.lookalike import COLUMNS, ROWS, dhash

EDGE = 1200
"""Pixels of a preview's longer side."""

MOST_PIXELS = 40_000_000
"""Pictures beyond this are kept but not decoded: a small file can unfold to gigabytes."""

_FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "AVIF", "HEIF")
_QUALITY = 80

_log = structlog.get_logger(__name__)


def look_of(preview: bytes) -> int | None:
    """What a picture looks like, from its preview: see domain.lookalike. Blocks: for a thread.

    From the preview, so that one and the same picture in several sizes and formats is one and the same.
    """
    from PIL import Image  # noqa: PLC0415 - a start does not need it

    with Image.open(io.BytesIO(preview), formats=("WEBP",)) as picture:
        plain = Image.new("RGB", picture.size, "white")
        plain.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
        grey = plain.convert("L").resize((COLUMNS, ROWS), Image.Resampling.BOX).tobytes()
    return dhash([grey[row * COLUMNS : (row + 1) * COLUMNS] for row in range(ROWS)])


def make_preview(path: Path, *, edge: int = EDGE) -> bytes | None:
    """A WebP of the picture at `path`, its longer side `edge` pixels at most. Blocks: for a thread.

    None where it cannot or should not be decoded.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - a start does not need it

    with suppress(ImportError):
        from pillow_heif import register_heif_opener  # noqa: PLC0415 - an extra

        register_heif_opener()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                picture.draft("RGB", (edge, edge))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((edge, edge))
                plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
                # A new picture: nothing that was written beside the pixels comes along.
                clean = Image.new(plain.mode, plain.size)
                clean.paste(plain)
                out = io.BytesIO()
                clean.save(out, "WEBP", quality=_QUALITY, method=4)
                return out.getvalue()
    except Exception as error:  # noqa: BLE001 - a decoder fed with anything at all may raise anything at all
        _log.info("No preview", error=repr(error))
        return None
