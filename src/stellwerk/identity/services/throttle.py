"""Limits on guessing, counted by real time for all processes (SEC-059).

Not in the cache: a database cache throws a third of its entries away when it is full, so whoever filled it with other
keys would begin anew. What is counted stays counted, also when the call around it is undone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from stellwerk.foundation import rate_limits
from stellwerk.foundation.edge.addresses import network_of
from stellwerk.identity.errors import TooManyAttempts


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts in so many seconds, per key; `by_network` where the key is a network address."""

    action: str
    amount: int
    seconds: int
    by_network: bool = False


SIGN_IN_PER_ACCOUNT = Limit("sign_in_account", 10, 15 * 60)
SIGN_IN_PER_ADDRESS = Limit("sign_in_address", 50, 15 * 60, by_network=True)
CODES_PER_ADDRESS = Limit("code_address", 30, 15 * 60, by_network=True)
MAILS_PER_RECIPIENT = Limit("mail_recipient", 5, 60 * 60)
MAILS_PER_ADDRESS = Limit("mail_address", 20, 60 * 60, by_network=True)
HELP_PER_ADDRESS = Limit("help_address", 20, 60 * 60, by_network=True)
SMS_PER_RECIPIENT = Limit("sms_recipient", 5, 60 * 60)
SMS_PER_ADDRESS = Limit("sms_address", 10, 60 * 60, by_network=True)
LOGIN_CHANGES_PER_ACCOUNT = Limit("login_change_account", 10, 60 * 60)
RECOVERY_PER_ADDRESS = Limit("recovery_address", 60, 15 * 60, by_network=True)
# Three of a million codes fit at any time: whoever knows the password has less than one chance in 1,000 a day.
FACTOR_PER_ACCOUNT = Limit("factor_account", 10, 60 * 60)
# Apart from sign-in: a forgotten phone that keeps trying an old password must not lock its owner out of the Manager.
SYNC_PER_ACCOUNT = Limit("sync_account", 20, 15 * 60)
SYNC_PER_ADDRESS = Limit("sync_address", 100, 15 * 60, by_network=True)
RECOVERY_CODE_PER_ACCOUNT = Limit("recovery_code_account", 10, 60 * 60)  # apart: the way out must stay open
SMS_PER_ACCOUNT = Limit("sms_account", 5, 60 * 60)
DEVICE_CODES_PER_ACCOUNT = Limit("device_code_account", 20, 15 * 60)
REENTRY_PER_ACCOUNT = Limit("reentry_account", 10, 15 * 60)
LOGOS_PER_ORGANISATION = Limit("logo_organisation", 20, 60 * 60)
PICTURES_PER_ACCOUNT = Limit("picture_account", 20, 60 * 60)
APPROVALS_PER_ACCOUNT = Limit("approval_account", 10, 15 * 60)


def count(limit: Limit, key: str) -> None:
    """One more attempt. Raises TooManyAttempts with the waiting time when the limit is reached."""
    count_in_turn((limit, key))


def count_in_turn(*attempts: tuple[Limit, str]) -> None:
    """One more attempt for each. Raises TooManyAttempts for the first limit that is reached; none after it counts."""
    asked = [rate_limits.Asked(_key(limit, key), limit.amount, limit.seconds) for limit, key in attempts]
    allowance = rate_limits.take_in_turn(*asked)
    if allowance.is_exhausted:
        raise TooManyAttempts(retry_after_seconds=allowance.retry_after_seconds)


def forgive(limit: Limit, key: str) -> None:
    """Forget the attempts of a key: whoever signs in is no guesser."""
    rate_limits.forget(_key(limit, key))


def take_back(limit: Limit, key: str) -> None:
    """Uncount the latest attempt: it was a good one."""
    rate_limits.give_back(_key(limit, key))


def forgive_and_take_back(forgiven: tuple[Limit, str], taken_back: tuple[Limit, str]) -> None:
    """Forget the attempts of one key, and uncount the latest of another.

    Many people may sign in from one office; only failures count against its address.
    """
    rate_limits.forget_and_give_back(_key(*forgiven), _key(*taken_back))


def _key(limit: Limit, key: str) -> str:
    if limit.by_network:
        key = network_of(key)
    return f"{limit.action}:{hashlib.sha256(key.encode()).hexdigest()}"
