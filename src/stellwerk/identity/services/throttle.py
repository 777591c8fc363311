"""Limits on guessing, counted in the shared cache by real time (SEC-059).

The counting is django-allauth's: a list of moments per key in the cache of all processes, guarded by a lock.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import ceil

from allauth.core.internal.ratelimit import Rate, apply_rate, cache_lock
from django.core.cache import cache

from stellwerk.foundation import clock
from stellwerk.identity.errors import TooManyAttempts


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts in so many seconds, per key."""

    action: str
    amount: int
    seconds: int


SIGN_IN_PER_ACCOUNT = Limit("sign_in_account", 10, 15 * 60)
SIGN_IN_PER_ADDRESS = Limit("sign_in_address", 50, 15 * 60)
CODES_PER_ADDRESS = Limit("code_address", 30, 15 * 60)
MAILS_PER_RECIPIENT = Limit("mail_recipient", 5, 60 * 60)
MAILS_PER_ADDRESS = Limit("mail_address", 20, 60 * 60)
REENTRY_PER_ACCOUNT = Limit("reentry_account", 10, 15 * 60)


def count(limit: Limit, key: str) -> None:
    """One more attempt. Raises TooManyAttempts with the waiting time when the limit is reached."""
    cache_key = _cache_key(limit, key)
    with cache_lock(cache_key) as is_mine:
        if not is_mine:
            raise TooManyAttempts(retry_after_seconds=1)
        history = cache.get(cache_key, [])
        now = clock.wall().timestamp()
        is_allowed, history = apply_rate(history, now, Rate(limit.amount, limit.seconds, "key"))
        if is_allowed:
            cache.set(cache_key, history, limit.seconds)
    if not is_allowed:
        raise TooManyAttempts(retry_after_seconds=max(1, ceil(history[-1] + limit.seconds - now)))


def forgive(limit: Limit, key: str) -> None:
    """Forget the attempts of a key: whoever signs in is no guesser."""
    cache.delete(_cache_key(limit, key))


def take_back(limit: Limit, key: str) -> None:
    """Uncount the latest attempt. Many people may sign in from one office; only failures count against it."""
    cache_key = _cache_key(limit, key)
    with cache_lock(cache_key) as is_mine:
        if is_mine:
            cache.set(cache_key, cache.get(cache_key, [])[1:], limit.seconds)


def _cache_key(limit: Limit, key: str) -> str:
    return f"throttle:{limit.action}:{hashlib.sha256(key.encode()).hexdigest()}"
