"""Which characters the fonts of the paper can draw, and what happens to those that they cannot.

PDF/A refuses a text without a glyph, so a name in Chinese would stop the whole invoice. It is printed with a
replacement sign instead; the structured half keeps it in full.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPLACEMENT = "\ufffd"
# Longer than nearly every word of the five languages: a host name or a token may break, after its dots and
# hyphens and otherwise after a few letters, so that even capitals fit the narrowest column.
UNBROKEN_CHARACTERS = 24
PIECE_CHARACTERS = 8

# Formats of a character map (OpenType, table `cmap`): the full one and the one up to U+FFFF.
SEGMENTED_COVERAGE = 12
SEGMENT_MAPPING = 4

_LONG_WORD = re.compile(rf"\S{{{UNBROKEN_CHARACTERS + 1},}}")
_BREAK_AFTER = re.compile(rf"([./@_-]+|[^./@_-]{{{PIECE_CHARACTERS}}})(?=\S)")
_ZERO_WIDTH_SPACE = "\u200b"


def printable(value: Any, covered: frozenset[int]) -> Any:
    """The same structure with every text composed (NFC), drawable with `covered` and breakable in long words."""
    if isinstance(value, str):
        return _breakable(_drawable(unicodedata.normalize("NFC", value), covered))
    if isinstance(value, dict):
        return {key: printable(inner, covered) for key, inner in value.items()}
    return [printable(inner, covered) for inner in value] if isinstance(value, list) else value


def covered_by(font: Path) -> frozenset[int]:
    """Code points of the font's Unicode character map (OpenType `cmap`, formats 4 and 12)."""
    content = font.read_bytes()
    tables = struct.unpack_from(">H", content, 4)[0]
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", content, 12 + 16 * index)
        if tag == b"cmap":
            return frozenset(_code_points(content, offset))
    return frozenset()


def _drawable(text: str, covered: frozenset[int]) -> str:
    if all(ord(sign) in covered for sign in text):
        return text
    sign = REPLACEMENT if ord(REPLACEMENT) in covered else "?"
    return "".join(letter if ord(letter) in covered else sign for letter in text)


def _breakable(text: str) -> str:
    return _LONG_WORD.sub(lambda word: _BREAK_AFTER.sub(rf"\1{_ZERO_WIDTH_SPACE}", word.group()), text)


def _code_points(content: bytes, cmap: int) -> Iterator[int]:
    for index in range(struct.unpack_from(">H", content, cmap + 2)[0]):
        subtable = cmap + struct.unpack_from(">I", content, cmap + 8 + 8 * index)[0]
        kind = struct.unpack_from(">H", content, subtable)[0]
        if kind == SEGMENTED_COVERAGE:
            yield from _groups(content, subtable)
        elif kind == SEGMENT_MAPPING:
            yield from _segments(content, subtable)


def _groups(content: bytes, subtable: int) -> Iterator[int]:
    for index in range(struct.unpack_from(">I", content, subtable + 12)[0]):
        first, last = struct.unpack_from(">II", content, subtable + 16 + 12 * index)
        yield from range(first, last + 1)


def _segments(content: bytes, subtable: int) -> Iterator[int]:
    size = struct.unpack_from(">H", content, subtable + 6)[0]
    for index in range(0, size, 2):
        last = struct.unpack_from(">H", content, subtable + 14 + index)[0]
        first = struct.unpack_from(">H", content, subtable + 16 + size + index)[0]
        yield from range(first, min(last + 1, 0xFFFF))
