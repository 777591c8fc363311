"""Steps that the three changes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import policy
from stellwerk.identity.errors import CodeExpired, PasswordIncorrect
from stellwerk.identity.models import Account, Confirmation
from stellwerk.identity.services import throttle
from stellwerk.identity.services.confirmations import OpenedConfirmation, open_confirmation, payload_behind

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

CHANGES = (Confirmation.Purpose.LOGIN, Confirmation.Purpose.RECOVERY_EMAIL, Confirmation.Purpose.PHONE)


@transaction.atomic
def cancel_change(*, actor: Actor, account_id: int, purpose: str) -> None:
    """Forget a change that waits for its code (ID-052). Without one nothing happens."""
    require(policy.can_manage_secrets_of(actor, account_id))
    Confirmation.objects.filter(account_id=account_id, purpose=purpose, purpose__in=CHANGES).delete()


def open_account(account_id: int) -> Account:
    """The account to change. Raises NotFound for a closed one."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise NotFound
    return account


def locked(account: Account) -> Account:
    """The account's row under lock, in the caller's transaction.

    Raises PasswordIncorrect when the password that was compared is no longer the password: a reset came in between,
    and whoever is slower than the reset may be the one it was meant to lock out.
    """
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    if fresh.password != account.password or not fresh.is_active:
        raise PasswordIncorrect(field_name="current_password")
    return fresh


def open_change(account: Account, *, purpose: str, value: str) -> OpenedConfirmation:
    """Keep the new value until its code comes back; an earlier change of the same kind is forgotten."""
    Confirmation.objects.filter(account_id=account.pk, purpose=purpose).delete()
    return open_confirmation(purpose=purpose, email=value, payload={"value": value}, account_id=account.pk)


def confirmed_value(*, actor: Actor, account_id: int, purpose: str, code: str) -> tuple[int, str]:
    """Number and value of the pending change whose code this is.

    Call it outside of a transaction: a wrong code must stay counted. Raises TooManyAttempts, CodeInvalid,
    CodeExpired.
    """
    throttle.count(throttle.CODES_PER_ADDRESS, actor.address or f"account:{account_id}")
    pending = Confirmation.objects.filter(account_id=account_id, purpose=purpose).values_list("pk", flat=True)
    number = pending.first()
    if number is None:
        raise CodeExpired(field_name="code")
    return number, str(payload_behind(purpose=purpose, confirmation_id=number, code=code)["value"])


def forget_codes_of(account_id: int) -> None:
    """Void every code that is on its way: changes that wait, and resets. In the caller's transaction, account locked.

    Whoever sets the password decides alone from then on (ID-052, ID-071).
    """
    waiting = (*CHANGES, Confirmation.Purpose.PASSWORD_RESET)
    Confirmation.objects.filter(account_id=account_id, purpose__in=waiting).delete()


def forget_resets_sent_to(account_id: int, address: str) -> None:
    """Void reset codes on their way to an address or number that no longer belongs to the account."""
    resets = Confirmation.objects.filter(account_id=account_id, purpose=Confirmation.Purpose.PASSWORD_RESET)
    resets.filter(email=address).delete()
