"""What an account's person is told of sign-ins, and whether strangers are locked out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from stellwerk.foundation import clock
from stellwerk.identity.models import SignInGuard

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class GuardRow:
    """The choices of a person, and until when the account is locked; `locks_after` None means never."""

    alerts: str
    locks_after: int | None
    opens_at: datetime | None

    @property
    def is_locked(self) -> bool:
        return self.opens_at is not None


def guard_row(account_id: int) -> GuardRow:
    guard = SignInGuard.objects.filter(account_id=account_id).first() or SignInGuard()
    opens_at = guard.locked_at + timedelta(hours=settings.ACCOUNT_LOCK_HOURS) if guard.locked_at else None
    return GuardRow(guard.alerts, guard.locks_after, opens_at if opens_at and opens_at > clock.now() else None)


def is_locked(account_id: int) -> bool:
    """Whether browsers that the account does not know are kept out now."""
    return guard_row(account_id).is_locked
