"""Challenges wait in the browser's session: one answer each, within five minutes."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.crypto import constant_time_compare

from stellwerk.foundation import clock, rate_limits
from stellwerk.identity.errors import PasskeyExpired

if TYPE_CHECKING:
    from collections.abc import MutableMapping

VALID_MINUTES = 5
VALID = timedelta(minutes=VALID_MINUTES)
_SESSION_KEY = "passkey_challenges"
_MOST_OPEN = 6  # several tabs of one browser
_BYTES = 32
_ONE_ANSWER_SECONDS = 60 * 60


def new_challenge(*, session: MutableMapping[str, Any], purpose: str) -> bytes:
    """A challenge for one purpose. The session keeps the latest few, so that a second tab does not break the first."""
    challenge = secrets.token_bytes(_BYTES)
    until = clock.now() + VALID
    entry = {"purpose": purpose, "challenge": in_letters(challenge), "until": until.timestamp()}
    session[_SESSION_KEY] = [*session.get(_SESSION_KEY, [])[1 - _MOST_OPEN :], entry]
    return challenge


def use_up(*, session: MutableMapping[str, Any], purpose: str, answered: bytes) -> bytes:
    """The challenge that was answered; from now on it is worth nothing, whatever becomes of the answer.

    Raises PasskeyExpired for one that is unknown, older than five minutes, of another purpose, or answered before.
    """
    raw = in_letters(answered)
    waiting = session.get(_SESSION_KEY, [])
    found = next((entry for entry in waiting if constant_time_compare(entry["challenge"], raw)), None)
    session[_SESSION_KEY] = [entry for entry in waiting if entry is not found]
    if found is None or found["purpose"] != purpose or found["until"] <= clock.now().timestamp():
        raise PasskeyExpired
    # Two requests at the same moment have both read the session before either has written it: the first one counts.
    if rate_limits.take(f"passkey_challenge:{raw}", limit=1, window_seconds=_ONE_ANSWER_SECONDS).is_exhausted:
        raise PasskeyExpired
    return in_bytes(raw)


def in_letters(raw: bytes) -> str:
    """base64url without padding, as the standard writes every binary value."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def in_bytes(letters: str) -> bytes:
    return urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
