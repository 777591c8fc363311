"""Changing the login identifier (ID-051…055)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import events, notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, RuleBroken
from stellwerk.identity import policy
from stellwerk.identity.events import LoginChanged
from stellwerk.identity.models import Account, Confirmation, WithdrawnLogin
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

_LOGIN = Confirmation.Purpose.LOGIN


def start_login_change(*, actor: Actor, account_id: int, new_login: str, repeated: str, current_password: str) -> None:
    """Mail a code to the new address; the old login stays until the code comes back (ID-051, ID-052).

    A second call replaces the first. Refusals in order: policy, TooManyAttempts, `password_incorrect`, Invalid for
    what is no address, differs from its repetition or is the login already, `login_equals_recovery` (ID-053),
    `login_already_used` with the detour (ID-054: shown to signed-in people only).
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    account = open_account(account_id)
    throttle.count(throttle.LOGIN_CHANGES_PER_ACCOUNT, str(account_id))
    require_password(account, current_password)
    email = _checked(new_login, repeated)
    _refuse_unusable(account, email)
    throttle.count(throttle.MAILS_PER_RECIPIENT, f"login:{email}")
    with transaction.atomic():
        account = locked(account)
        opened = open_change(account, purpose=_LOGIN, value=email)
        notify.send(
            "identity/email/login_change_code",
            recipient=email,
            language=account.language,
            context={"name": account.display_name, "code": opened.code},
            account_id=account.pk,
        )


def finish_login_change(*, actor: Actor, account_id: int, code: str) -> str:
    """Put the new login in force at once, for every door (ID-055); answers it.

    Password, second factor, memberships, tokens and sessions stay. Reset codes on their way to the old address are
    void. Old and new address get a notice. Refusals in order: policy, TooManyAttempts, CodeInvalid, CodeExpired (a
    reset or a second click came first), `login_equals_recovery`, `login_already_used`. Publishes LoginChanged.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    number, email = confirmed_value(actor=actor, account_id=account_id, purpose=_LOGIN, code=code)
    try:
        with transaction.atomic():
            account = Account.objects.select_for_update().get(pk=account_id)
            close_confirmation(number)
            _refuse_unusable(account, email)
            old_login = store_login(account, email)
            forget_resets_sent_to(account_id, old_login)
            was_withdrawn = WithdrawnLogin.objects.filter(account_id=account_id).delete()[0] > 0
            _tell(account, "" if was_withdrawn else old_login)  # a stand-in is nobody's address
            events.publish(LoginChanged(account_id=account_id), actor=actor)
    except IntegrityError as rival:  # the address became a login between the look-up and the write
        raise _already_used() from rival
    return email


def store_login(account: Account, email: str) -> str:
    """Write the login where we and django-allauth read it, in the caller's transaction; answers the old one."""
    old_login, account.email = account.email, email
    account.save(update_fields=["email"])
    EmailAddress.objects.filter(user=account).update(email=email, primary=True, verified=True)
    return old_login


def _checked(new_login: str, repeated: str) -> str:
    try:
        email = normalised_login(new_login)
    except Invalid as bad:
        raise Invalid(*(FieldError("new_login", each.rule, each.text) for each in bad.errors)) from bad
    try:
        is_same = normalised_login(repeated) == email
    except Invalid:
        is_same = False
    if not is_same:
        raise Invalid(FieldError("repeated", "same", _("The two addresses differ. Type the same one twice.")))
    return email


def _refuse_unusable(account: Account, email: str) -> None:
    if email == account.email:
        raise Invalid(FieldError("new_login", "unchanged", _("This is your login already.")))
    if email == account.recovery_email:
        raise RuleBroken("login_equals_recovery", field_name="new_login")
    if Account.objects.filter(email=email).exists():
        raise _already_used()


def _already_used() -> RuleBroken:
    text = _(
        "This address is the login of another account. To bring both together, invite that account into your "
        "organisation, give it all rights, sign in with it, and then remove the old account."
    )
    return RuleBroken("login_already_used", text=text, field_name="new_login")


def _tell(account: Account, old_login: str) -> None:
    """Old and new address (ID-055), and the recovery address, which an intruder does not read."""
    for reader in sorted({account.email, account.recovery_email, old_login} - {""}):
        notify.send(
            "identity/email/login_changed",
            recipient=reader,
            language=account.language,
            context={
                "name": account.display_name,
                "new_login": account.email,
                "is_new": reader == account.email,
            },
            account_id=account.pk,
        )
