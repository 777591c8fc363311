"""A picture from outside, drawn anew. What was uploaded is never kept and never served."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from PIL import Image

from stellwerk.foundation.errors import FieldError, Invalid

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE_PIXELS = 420  # twice the 210 that screens show, for dense ones
LOGO_PIXELS = (480, 160)  # twice the largest place for it
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82
# What Pillow's readers raise for data that are broken or lie about themselves.
_BROKEN = (
    OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError, KeyError, OverflowError, struct.error,
    zlib.error,
)  # fmt: skip
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)
_ORIENTATION = 0x0112


class _HigherThanWide(Exception):
    """A portrait where a landscape is wanted."""


# What undoes each orientation (Exif 2.32, 4.6.4); 1 and unknown ones need nothing.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# A picture of 40 megapixels takes some hundred megabytes while it is drawn: one at a time in a process.
_drawing = threading.Lock()


def redrawn_logo(content: bytes, *, field: str) -> bytes:
    """A WebP of the whole picture, at most 480 pixels wide and 160 high, with the limits of `redrawn` (ORG-015).

    Transparent parts become white, so that dark writing is read on a dark page. Raises Invalid for `field` as
    `redrawn` does, and with rule `landscape` for a picture that is higher than wide.
    """
    return _judged(content, field, _drawn_logo)


def redrawn(content: bytes) -> bytes:
    """A square WebP of 420 pixels from the middle of a JPEG, PNG or WebP: only its pixels, upright, nothing else.

    The kind is told by the content, never by name or declared type. Of moving pictures the first frame counts;
    transparent parts become white. Raises Invalid for `picture`: rule `max_size` over 5 MB, `dimensions` over 40
    megapixels, `image` for anything else.
    """
    return _judged(content, "picture", _drawn)


def _judged(content: bytes, field: str, draw: Callable[[bytes], bytes]) -> bytes:
    if len(content) > LARGEST_BYTES:
        raise _refused("max_size", field)
    try:
        with _drawing:
            return draw(content)
    except _HigherThanWide as portrait:
        raise _refused("landscape", field) from portrait
    except _TOO_LARGE as bomb:
        raise _refused("dimensions", field) from bomb
    except _BROKEN as broken:
        raise _refused("image", field) from broken


def _drawn(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        # Only the head is read so far: nothing is unpacked before its size is known.
        if opened.width * opened.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        opened.seek(0)
        opened.draft("RGB", (2 * SIDE_PIXELS, 2 * SIDE_PIXELS))  # a large JPEG is unpacked at a fraction of its size
        # As the camera was held: the middle of a picture stays the middle whichever way it is turned.
        turn = _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
        square = _square(opened)
    if turn is not None:
        square = square.transpose(turn)
    # A new canvas has no metadata that could be written along.
    canvas = Image.new("RGB", (SIDE_PIXELS, SIDE_PIXELS), "white")
    canvas.paste(square, mask=square.getchannel("A"))
    out = io.BytesIO()
    canvas.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


def _drawn_logo(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        opened.seek(0)
        opened.draft("RGB", (2 * LOGO_PIXELS[0], 2 * LOGO_PIXELS[1]))
        turn = _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
        whole = opened.convert("RGBA") if turn is None else opened.convert("RGBA").transpose(turn)
    if whole.height > whole.width:
        raise _HigherThanWide
    whole.thumbnail(LOGO_PIXELS, Image.Resampling.LANCZOS)
    canvas = Image.new("RGB", whole.size, "white")
    canvas.paste(whole, mask=whole.getchannel("A"))
    out = io.BytesIO()
    canvas.save(out, "WEBP", quality=_QUALITY, method=4)
    return out.getvalue()


def _square(image: Image.Image) -> Image.Image:
    """The middle of the picture in the size we keep."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    middle = image.crop((left, top, left + side, top + side)).convert("RGBA")
    return middle.resize((SIDE_PIXELS, SIDE_PIXELS), Image.Resampling.LANCZOS)


def _refused(rule: str, field: str) -> Invalid:
    return Invalid(FieldError(field, rule, _TEXTS[rule]))


_TEXTS = {
    "max_size": _("This file is larger than 5 MB. Choose a smaller one."),
    "dimensions": _("This picture has more than 40 megapixels. Choose a smaller one."),
    "landscape": _("This picture is higher than wide. Choose one in landscape format."),
    "image": _("This is not a picture we can read. Choose a JPEG, PNG or WebP file."),
}
