from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import Actor, Through
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.foundation.orm import insert
from stellwerk.identity.events import AccountCreated
from stellwerk.identity.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What sign-up asks for. `phone` is E.164 or empty; `language` one of the five."""

    email: str
    password: str
    first_name: str
    last_name: str
    phone: str = ""
    language: str = "en"
    is_operator: bool = False


@transaction.atomic
def create_account(*, actor: Actor, entries: NewAccount, is_confirmed: bool = False) -> Account:
    """Store an account with its hashed password (ID-015).

    `is_confirmed` says that the address was proved already (command line, accepted invitation); otherwise sign-in
    asks for the code sent to it. Raises Invalid for a bad address or a weak password, RuleBroken
    `login_already_used` for a second account of one address. Publishes AccountCreated. System-only: the doors
    (sign-up, invitation, command line) decide who may.
    """
    email = normalised_login(entries.email)
    account = Account(
        email=email,
        first_name=entries.first_name.strip(),
        last_name=entries.last_name.strip(),
        phone=entries.phone,
        language=entries.language,
        is_operator=entries.is_operator,
        created_at=clock.now(),
    )
    _refuse_weak(entries.password, account)
    account.set_password(entries.password)
    insert(account)
    EmailAddress.objects.create(user=account, email=email, primary=True, verified=is_confirmed)
    myself = Actor(account_id=account.pk, through=actor.through or Through.BROWSER, name=account.display_name)
    events.publish(AccountCreated(account_id=account.pk, email=email), actor=myself)
    return account


def normalised_login(raw: str) -> str:
    """The login as stored: NFKC, trimmed, lower case, so that look-alike spellings are one login.

    Raises Invalid for anything that is not an address.
    """
    email = unicodedata.normalize("NFKC", raw).strip().lower()
    try:
        validate_email(email)
    except ValidationError as bad:
        raise Invalid(FieldError("email", "email", _("Enter an e-mail address, for example anna@example.ch."))) from bad
    return email


def _refuse_weak(password: str, account: Account) -> None:
    try:
        validate_password(password, account)
    except ValidationError as weak:
        raise Invalid(FieldError("password", str(weak.error_list[0].code), " ".join(weak.messages))) from weak
