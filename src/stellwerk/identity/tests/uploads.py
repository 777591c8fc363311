"""Pictures to upload, honest and hostile ones."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

PLACE = b"46.948 N 7.447 E"  # what a camera would tell
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def an_upload(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), color: str = "navy", mode: str = "RGB") -> bytes:
    return saved(Image.new(mode, size, color), kind)


def saved(image: Image.Image, kind: str, **more) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def a_photograph_taken_sideways() -> bytes:
    """A JPEG that tells the place. Its left half is red as stored; the camera was turned: red belongs on top."""
    image = Image.new("RGB", (400, 400), "blue")
    image.paste("red", (0, 0, 200, 400))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise
    exif[0x010E] = PLACE.decode()
    return saved(image, "JPEG", exif=exif, quality=95, comment=PLACE)


def two_frames(kind: str) -> bytes:
    """Red, then blue."""
    red, blue = (Image.new("RGB", (50, 50), color) for color in ("red", "blue"))
    return saved(red, kind, save_all=True, append_images=[blue], duration=100)


def a_bomb(width: int, height: int) -> bytes:
    """A small PNG that claims to be so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
