"""The recovery e-mail address (ID-049, ID-050)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import events, notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, RuleBroken
from stellwerk.identity import policy
from stellwerk.identity.events import RecoveryEmailChanged
from stellwerk.identity.models import Account, Confirmation
from stellwerk.identity.services import throttle
from stellwerk.identity.services.confirmations import close_confirmation
from stellwerk.identity.services.entries import normalised_login
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.services.sign_in_data.pending import (
    confirmed_value,
    forget_resets_sent_to,
    locked,
    open_account,
    open_change,
)

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_RECOVERY = Confirmation.Purpose.RECOVERY_EMAIL


def start_recovery_email_change(*, actor: Actor, account_id: int, new_email: str, current_password: str) -> None:
    """Mail a code to the new address; the old one stays until the code comes back (ID-049).

    A second call replaces the first. Refusals in order: policy, TooManyAttempts, `password_incorrect`, Invalid for
    what is no address or is stored already, `recovery_equals_login` (ID-050).
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    account = open_account(account_id)
    require_password(account, current_password)
    email = _checked(new_email)
    _refuse_unusable(account, email)
    throttle.count(throttle.MAILS_PER_RECIPIENT, f"recovery:{email}")
    throttle.count(throttle.MAILS_PER_ADDRESS, actor.address or f"account:{account_id}")
    with transaction.atomic():
        account = locked(account)
        opened = open_change(account, purpose=_RECOVERY, value=email)
        notify.send(
            "identity/email/recovery_email_code",
            recipient=email,
            language=account.language,
            context={"name": account.display_name, "code": opened.code},
            account_id=account.pk,
        )


def finish_recovery_email_change(*, actor: Actor, account_id: int, code: str) -> str:
    """Store the proved address and answer it; the old one and the login are told.

    Refusals in order: policy, TooManyAttempts, CodeInvalid, CodeExpired, `recovery_equals_login` when the login became
    this address in the meantime. Publishes RecoveryEmailChanged.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    number, email = confirmed_value(actor=actor, account_id=account_id, purpose=_RECOVERY, code=code)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        close_confirmation(number)
        _refuse_unusable(account, email)
        _store(account, email, actor)
    return email


def remove_recovery_email(*, actor: Actor, account_id: int, current_password: str) -> None:
    """Do without a recovery address; the old one and the login are told. Without one nothing happens.

    Refusals in order: policy, TooManyAttempts, `password_incorrect`. Publishes RecoveryEmailChanged.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    account = open_account(account_id)
    require_password(account, current_password)
    with transaction.atomic():
        account = locked(account)
        Confirmation.objects.filter(account_id=account_id, purpose=_RECOVERY).delete()
        if account.recovery_email:
            _store(account, "", actor)


def _store(account: Account, email: str, actor: Actor) -> None:
    old, account.recovery_email = account.recovery_email, email
    account.save(update_fields=["recovery_email"])
    if old:
        forget_resets_sent_to(account.pk, old)
    for reader in sorted({old, account.email} - {""}):
        notify.send(
            "identity/email/recovery_email_changed",
            recipient=reader,
            language=account.language,
            context={"name": account.display_name, "login": account.email, "is_removed": not email},
            account_id=account.pk,
        )
    events.publish(RecoveryEmailChanged(account_id=account.pk), actor=actor)


def _checked(raw: str) -> str:
    try:
        return normalised_login(raw)
    except Invalid as bad:
        raise Invalid(*(FieldError("new_email", each.rule, each.text) for each in bad.errors)) from bad


def _refuse_unusable(account: Account, email: str) -> None:
    if email == account.email:
        raise RuleBroken("recovery_equals_login", field_name="new_email")
    if email == account.recovery_email:
        raise Invalid(FieldError("new_email", "unchanged", _("This is your recovery address already.")))
