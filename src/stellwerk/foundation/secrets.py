"""Secrets: random values with a checksum, stored as digests; data that must be read back is encrypted."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets as standard
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_LENGTH = 32  # 190 bits
_CHECKSUM_LENGTH = 6


def new_secret(prefix: str) -> str:
    """`prefix_` + 190 random bits + a CRC-32 checksum, all in base 62.

    Prefix and checksum let a scanner find a leaked value in a repository without asking us.
    """
    body = "".join(standard.choice(_ALPHABET) for _ in range(_RANDOM_LENGTH))
    return f"{prefix}_{body}{_checksum(prefix, body)}"


def is_well_formed(raw: str, prefix: str) -> bool:
    """Whether `raw` carries our prefix and its checksum fits; spares the database a look-up for typing errors."""
    head, separator, tail = raw.rpartition("_")
    body, checksum = tail[:-_CHECKSUM_LENGTH], tail[-_CHECKSUM_LENGTH:]
    return bool(separator) and head == prefix and len(body) == _RANDOM_LENGTH and checksum == _checksum(prefix, body)


def digest(raw: str) -> str:
    """SHA-256 of a random secret. Enough for 190 random bits; passwords that people choose go through argon2id."""
    return hashlib.sha256(raw.encode()).hexdigest()


def encrypt(plain: str) -> str:
    """Authenticated encryption with the first key of the ring."""
    return _ring(settings.ENCRYPTION_KEYS).encrypt(plain.encode()).decode()


def decrypt(sealed: str) -> str:
    """Read with any key of the ring. Raises cryptography.fernet.InvalidToken for anything else."""
    return _ring(settings.ENCRYPTION_KEYS).decrypt(sealed.encode()).decode()


def encrypt_again(sealed: str) -> str:
    """The same content under the first key: how a ring is rotated."""
    return _ring(settings.ENCRYPTION_KEYS).rotate(sealed.encode()).decode()


def _ring(keys: Sequence[str]) -> MultiFernet:
    derived = (base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()) for key in keys)
    return MultiFernet([Fernet(key) for key in derived])


def _checksum(prefix: str, body: str) -> str:
    number = binascii.crc32(f"{prefix}_{body}".encode())
    letters = ""
    for _ in range(_CHECKSUM_LENGTH):
        number, rest = divmod(number, 62)
        letters = _ALPHABET[rest] + letters
    return letters
