"""Makes text that people typed safe to put into XML, a QR code and onto paper, without changing what it says."""

import re
import unicodedata

# XML 1.0 has no place for control characters, surrogates and non-characters; marks that turn the direction of
# writing could make a document show another amount or name than it holds.
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(" {2,}")
# What the QR-bill allows (guidelines 2.3, annex on the character set): Latin to Extended-A, Ș ș Ț ț and €.
_NOT_ON_A_QR_BILL = re.compile("[^\x20-\x7e\xa0-\u017f\u0218-\u021b\u20ac]")


def plain(raw_text: str) -> str:
    """One line of text: what is unusable, line breaks and blanks in a row become one space; direction marks vanish."""
    return _SPACES.sub(" ", _UNUSABLE.sub(" ", _TURNING.sub("", raw_text))).strip()


def qr_text(raw_text: str, characters: int) -> str:
    """As `plain`, within the character set and length of the QR-bill.

    Letters with marks outside the set lose their marks, everything else outside becomes a full stop; what is too
    long is cut, as the guidelines ask for.
    """
    text = unicodedata.normalize("NFC", plain(raw_text))
    return _NOT_ON_A_QR_BILL.sub(_nearest, text)[:characters].strip()


def _nearest(match: re.Match[str]) -> str:
    letters = unicodedata.normalize("NFKD", match.group())
    base = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "." if not base or _NOT_ON_A_QR_BILL.search(base) else base
