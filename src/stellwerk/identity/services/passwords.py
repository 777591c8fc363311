"""Changing the account password, knowing the old one or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import events, notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity import policy
from stellwerk.identity.errors import CodeExpired
from stellwerk.identity.events import PasswordChanged, PasswordReset
from stellwerk.identity.models import Account, Confirmation
from stellwerk.identity.services import browsers, guard, throttle
from stellwerk.identity.services.confirmations import close_confirmation, open_confirmation, payload_behind
from stellwerk.identity.services.entries import NewAccount, hashed_password, normalised_login
from stellwerk.identity.services.sessions import end_sessions_of
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.services.sign_in_data.pending import forget_codes_of, locked

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_RESET = Confirmation.Purpose.PASSWORD_RESET


def change_password(*, actor: Actor, account_id: int, current_password: str, new_password: str) -> Account:
    """Replace the password by one the person chooses (ID-057, ID-061: tokens and application passwords stay).

    Refusals in order: policy, TooManyAttempts, `password_incorrect`, `password_unchanged`, a weak password.
    A change of login, recovery address or number that waits for its code is cancelled. Publishes PasswordChanged.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    account = Account.objects.get(pk=account_id)
    require_password(account, current_password)
    if current_password == new_password:
        text = _("This is your current password. Choose another one.")
        raise Invalid(FieldError("new_password", "password_unchanged", text))
    with transaction.atomic():
        return _store(locked(account), new_password, PasswordChanged(account_id=account.pk), actor)


def start_password_reset(*, actor: Actor, login: str, language: str) -> int:
    """Open a reset and mail its code; the number of the confirmation is for the browser's session (ID-069, ID-070).

    System-only: everybody may ask. An unknown login gets the same answer after the same work, and no mail. Raises
    Invalid for what is no address, TooManyAttempts per recipient and per network address.
    """
    email = normalised_login(login)
    throttle.count(throttle.MAILS_PER_RECIPIENT, f"reset:{email}")
    throttle.count(throttle.MAILS_PER_ADDRESS, actor.address or "")
    account = Account.objects.filter(email=email, is_active=True).first()
    with transaction.atomic():
        opened = open_confirmation(
            purpose=_RESET,
            email=email,
            payload={"account_id": account.pk if account else None},
            sends_code=account is not None,
            account_id=account.pk if account else None,
        )
        if account is not None:
            notify.send(
                "identity/email/password_reset_code",
                recipient=email,
                language=account.language or language,
                context={"name": account.display_name, "code": opened.code},
                account_id=account.pk,
            )
    return opened.id


def finish_password_reset(*, actor: Actor, confirmation_id: int, code: str, new_password: str) -> Account:
    """Set a new password with the code of the mail (ID-071). Every session of the account ends by itself.

    System-only: the code is the right. Raises TooManyAttempts, CodeInvalid, CodeExpired, Invalid for a weak password
    (the code stays good). Publishes PasswordReset.
    """
    throttle.count(throttle.CODES_PER_ADDRESS, actor.address or "")
    payload: dict[str, Any] = payload_behind(purpose=_RESET, confirmation_id=confirmation_id, code=code)
    with transaction.atomic():
        # The account first, as in every change of sign-in data: of a reset and a change of login at the same moment
        # one finds its code void (ID-052).
        account = Account.objects.select_for_update().filter(pk=payload["account_id"], is_active=True).first()
        if account is None:
            raise CodeExpired(field_name="code")
        close_confirmation(confirmation_id)
        account = _store(account, new_password, PasswordReset(account_id=account.pk), account.acting(actor))
        end_sessions_of(account.pk)
    throttle.forgive(throttle.SIGN_IN_PER_ACCOUNT, account.email)
    return account


def _store(account: Account, new_password: str, event: PasswordChanged | PasswordReset, actor: Actor) -> Account:
    """Write the password of a locked account. Codes that are on their way are void: see `forget_codes_of`."""
    entries = NewAccount(
        email=account.email, first_name=account.first_name, last_name=account.last_name, password=new_password
    )
    password_hash = hashed_password(entries, field="new_password")
    if check_password(new_password, account.password):
        text = _("This is your current password. Choose another one.")
        raise Invalid(FieldError("new_password", "password_unchanged", text))
    account.password = password_hash
    account.save(update_fields=["password"])
    forget_codes_of(account.pk)
    browsers.forget_trust(account.pk)
    guard.unlock(account.pk, actor)
    events.publish(event, actor=actor)
    return account
