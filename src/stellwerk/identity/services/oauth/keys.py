"""The key that signs ID tokens: a file of the data folder, made once, readable by its owner only."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jwt
from allauth.core.internal.jwkkit import load_jwk_from_pem
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from stellwerk.identity.errors import OAuthRefusal

if TYPE_CHECKING:
    from pathlib import Path

ALGORITHM = "RS256"
_BITS = 2048


def public_keys() -> list[dict[str, Any]]:
    """The key set that applications verify ID tokens with (RFC 7517). System-only, writes no row."""
    public, _private = _loaded(_path())
    return [{**public, "use": "sig", "alg": ALGORITHM}]


def signed(claims: dict[str, Any]) -> str:
    """The claims as a signed token. System-only, writes no row."""
    public, private = _loaded(_path())
    return jwt.encode(claims, private, algorithm=ALGORITHM, headers={"kid": public["kid"]})


def verified(raw: str, *, issuer: str) -> dict[str, Any]:
    """The claims of an ID token that we signed, however old. Raises OAuthRefusal for any other. System-only."""
    _public, private = _loaded(_path())
    try:
        claims: dict[str, Any] = jwt.decode(
            raw,
            private.public_key(),
            algorithms=[ALGORITHM],
            issuer=issuer,
            options={"verify_exp": False, "verify_iat": False, "verify_aud": False, "require": ["aud", "sub"]},
        )
    except jwt.PyJWTError as forged:
        raise OAuthRefusal("invalid_request", "The id_token_hint is not one of ours.") from forged
    return claims


def _path() -> Path:
    path: Path = settings.OIDC_KEY_FILE
    if not path.exists():
        _make(path)
    return path


def _make(path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    try:
        os.link(waiting, path)  # the first process wins; a link never replaces what is there
    except FileExistsError:
        pass
    finally:
        waiting.unlink()


@lru_cache(maxsize=2)
def _loaded(path: Path) -> tuple[dict[str, Any], Any]:
    loaded: tuple[dict[str, Any], Any] = load_jwk_from_pem(path.read_text())
    return loaded
