"""What an account is reached by, and what of it waits for a code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stellwerk.foundation import clock
from stellwerk.identity.models import Account, Confirmation
from stellwerk.identity.rules import phone_as_read

if TYPE_CHECKING:
    from datetime import datetime

_WAITING = (Confirmation.Purpose.LOGIN, Confirmation.Purpose.RECOVERY_EMAIL, Confirmation.Purpose.PHONE)


@dataclass(frozen=True, slots=True)
class PendingChange:
    """A new value whose code has not come back yet."""

    id: int
    value: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignInData:
    """Login, recovery address and number of a person; `pending` by purpose (login, recovery_email, phone)."""

    login: str
    recovery_email: str
    phone: str
    is_phone_proved: bool
    pending: dict[str, PendingChange] = field(default_factory=dict)

    @property
    def printed_phone(self) -> str:
        """The number as people write and read it: +41 79 123 45 67; empty without one."""
        return phone_as_read(self.phone) if self.phone else ""


def sign_in_data(account_id: int) -> SignInData:
    """In two queries. An account that does not exist has no data."""
    columns = ("email", "recovery_email", "phone", "phone_verified_at")
    row = Account.objects.filter(pk=account_id, is_active=True).values_list(*columns).first()
    if row is None:
        return SignInData("", "", "", is_phone_proved=False)
    waiting = Confirmation.objects.filter(account_id=account_id, purpose__in=_WAITING, expires_at__gt=clock.now())
    pending = {
        purpose: PendingChange(number, value, expires_at)
        for purpose, number, value, expires_at in waiting.values_list("purpose", "pk", "email", "expires_at")
    }
    login, recovery_email, phone, proved_at = row
    return SignInData(login, recovery_email, phone, is_phone_proved=proved_at is not None, pending=pending)
