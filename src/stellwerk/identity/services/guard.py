"""Locking an account for strangers after too many wrong passwords, and opening it again (SEC-055…057, Q33).

The lock concerns the password in browsers that the account does not know. Known browsers, passkeys and approvals go
on, so that nobody can be kept out by somebody who only knows the address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events, notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity import policy
from stellwerk.identity.errors import AccountLocked
from stellwerk.identity.events import AccountLockedForStrangers, AccountUnlocked, SecurityChoicesChanged, SignInBlocked
from stellwerk.identity.models import Account, SignInGuard
from stellwerk.identity.rules import LOCK_CHOICES

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

TOLD_EVERY = timedelta(hours=1)
_MOST = 10_000  # fits the column; more need not be told apart


@dataclass(frozen=True, slots=True)
class FailuresRow:
    """What a mail about failed sign-ins says: how many since the last one, and the latest of them."""

    count: int
    at: datetime
    device: str
    address: str | None


def opens_at(guard: SignInGuard | None) -> datetime | None:
    """When a locked account opens by itself; None while it is not locked."""
    if guard is None or guard.locked_at is None:
        return None
    at: datetime = guard.locked_at + timedelta(hours=settings.ACCOUNT_LOCK_HOURS)
    return at if at > clock.now() else None


def count_failure(account: Account, actor: Actor, *, device: str | None = None) -> None:
    """One more wrong password in a row, in the caller's transaction. Publishes AccountLockedForStrangers at the last.

    System-only. A lock that has opened by itself begins to count anew. With a `device` it was a sign-in, which a mail
    will tell of (ID-036); without, the password was asked once more inside a session.
    """
    guard = _locked_row(account.pk)
    if guard.locked_at is not None and opens_at(guard) is None:
        guard.locked_at, guard.failures = None, 0
    guard.failures = min(guard.failures + 1, _MOST)
    if device is not None:
        guard.untold_failures = min(guard.untold_failures + 1, _MOST)
        guard.last_failed_at, guard.last_failed_address = clock.now(), actor.address
        guard.last_failed_device = device[:100]
    if guard.locked_at is None and guard.locks_after is not None and guard.failures >= guard.locks_after:
        guard.locked_at = clock.now()
        events.publish(
            AccountLockedForStrangers(account_id=account.pk, failures=guard.failures), actor=account.acting(actor)
        )
    guard.save()


def forgive(account: Account) -> None:
    """A sign-in went through: the failures before it count no longer. A lock stays. System-only."""
    guard: SignInGuard | None = getattr(account, "guard", None)
    if guard is not None and guard.failures:
        SignInGuard.objects.filter(pk=guard.pk).update(failures=0)


def refuse_strangers(account: Account, actor: Actor) -> None:
    """The right password in an unknown browser: raises AccountLocked with the way out while the account is locked.

    System-only. Publishes SignInBlocked in a transaction of its own.
    """
    opens = opens_at(getattr(account, "guard", None))
    if opens is None:
        return
    with transaction.atomic():
        events.publish(SignInBlocked(account_id=account.pk), actor=account.acting(actor))
    raise AccountLocked(opens_at=notify.moment_in_words(opens, language=get_language() or "en"))


@transaction.atomic
def unlock_own(*, actor: Actor, account_id: int) -> None:
    """The person opens the account again, from a browser that is signed in. A second call changes nothing.

    Publishes AccountUnlocked.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    unlock(account_id, actor)


def unlock(account_id: int, actor: Actor) -> bool:
    """Open the account for unknown browsers, in the caller's transaction; False when it was not locked.

    System-only: a new password, the person, or an administrator (organisations decides who that is, SEC-057).
    """
    guard = SignInGuard.objects.select_for_update().filter(account_id=account_id).first()
    is_locked = opens_at(guard) is not None
    if guard is not None:
        guard.failures, guard.locked_at = 0, None
        guard.save(update_fields=["failures", "locked_at"])
    if is_locked:
        events.publish(AccountUnlocked(account_id=account_id), actor=actor)
    return is_locked


@transaction.atomic
def choose_security(*, actor: Actor, account_id: int, alerts: str, locks_after: int | None) -> None:
    """Which mails about sign-ins are sent, and after how many failures strangers are locked out (SEC-055, SEC-056).

    Refusals in order: policy, Invalid. Publishes SecurityChoicesChanged when something changed.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    if alerts not in SignInGuard.Alerts.values:
        raise Invalid(FieldError("alerts", "in", _("Choose one of the offered values."), tuple(SignInGuard.Alerts)))
    if locks_after is not None and locks_after not in LOCK_CHOICES:
        offered = tuple(map(str, LOCK_CHOICES))
        raise Invalid(FieldError("locks_after", "in", _("Choose one of the offered values."), offered))
    guard = _locked_row(account_id)
    if (guard.alerts, guard.locks_after) == (alerts, locks_after):
        return
    guard.alerts, guard.locks_after, guard.untold_failures = alerts, locks_after, 0
    guard.save()
    events.publish(SecurityChoicesChanged(account_id=account_id), actor=actor)


def failures_to_tell(account_id: int) -> FailuresRow | None:
    """Take the turn to tell of failures; None when there are none, or when the last mail is less than an hour old.

    In the caller's transaction. System-only.
    """
    guard = _locked_row(account_id)
    now = clock.now()
    if not guard.untold_failures or (guard.told_at is not None and now - guard.told_at < TOLD_EVERY):
        return None
    told = FailuresRow(
        count=guard.untold_failures,
        at=guard.last_failed_at or now,
        device=guard.last_failed_device,
        address=guard.last_failed_address,
    )
    guard.untold_failures, guard.told_at = 0, now
    guard.save(update_fields=["untold_failures", "told_at"])
    return told


def next_telling_at(account_id: int) -> datetime | None:
    """When the next mail about failures is due; None when there is nothing to tell. System-only."""
    guard = SignInGuard.objects.filter(account_id=account_id, untold_failures__gt=0).first()
    return (guard.told_at or clock.now()) + TOLD_EVERY if guard else None


def _locked_row(account_id: int) -> SignInGuard:
    guard, _is_new = SignInGuard.objects.select_for_update().get_or_create(account_id=account_id)
    return guard
