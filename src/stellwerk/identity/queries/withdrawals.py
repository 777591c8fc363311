"""By what the person of a lost login can be told (ID-078, ID-084, ID-085)."""

from __future__ import annotations

from dataclasses import dataclass

from stellwerk.foundation import notify
from stellwerk.foundation.errors import NotFound
from stellwerk.identity.models import Account
from stellwerk.identity.rules import is_mobile


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Which stored values the person is reached by; neither leaves identity verification only (ID-084)."""

    is_told_by_sms: bool
    is_told_by_email: bool


def ways_to_tell(account_id: int) -> Withdrawal:
    """What a withdrawal of the login would tell, before anything is done. Raises NotFound for a closed account."""
    columns = ("phone", "recovery_email")
    row = Account.objects.filter(pk=account_id, is_active=True).values_list(*columns).first()
    if row is None:
        raise NotFound
    phone, recovery_email = row
    return Withdrawal(bool(phone) and is_mobile(phone) and notify.can_send_sms(), bool(recovery_email))
