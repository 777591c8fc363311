"""Changing the account password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity import policy
from stellwerk.identity.events import AccountSecured, PasswordChanged, PasswordReset
from stellwerk.identity.models import Account
from stellwerk.identity.services import browsers, guard
from stellwerk.identity.services.approve.ask import withdraw_requests
from stellwerk.identity.services.entries import NewAccount, hashed_password
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.services.sign_in_data.pending import forget_codes_of, locked

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


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
        return store_password(locked(account), new_password, event=PasswordChanged(account_id=account.pk), actor=actor)


def store_password(
    account: Account, new_password: str, *, event: PasswordChanged | PasswordReset, actor: Actor
) -> Account:
    """Write the password of a locked account, in the caller's transaction. System-only: a step of use cases.

    Codes that are on their way are void: see `forget_codes_of`. Raises Invalid for a weak or the present password.
    """
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
    withdraw_requests(account_id=account.pk)  # ID-067: nobody goes on with what an old password began
    browsers.forget_trust(account.pk)
    guard.unlock(account.pk, actor)
    events.publish(event, actor=actor)
    return account


def secure_account(*, actor: Actor, account_id: int, current_password: str, new_password: str) -> Account:
    """The first step after a suspected break-in: a new password, and nobody else stays in (ID-063, ID-067).

    The caller keeps its own session (`sessions.keep_session`), which ends all others; open approval requests are
    refused by whoever hears AccountSecured. Refusals are those of `change_password`. Publishes PasswordChanged, then
    AccountSecured.
    """
    account = change_password(
        actor=actor, account_id=account_id, current_password=current_password, new_password=new_password
    )
    with transaction.atomic():
        events.publish(AccountSecured(account_id=account_id), actor=actor)
    return account
