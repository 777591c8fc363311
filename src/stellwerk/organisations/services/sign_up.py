"""Becoming a customer: an account and its organisation in one transaction, once the address has answered."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.foundation import notify
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity import queries as identity_queries
from stellwerk.identity.services import throttle
from stellwerk.identity.services.confirmations import close_confirmation, open_confirmation, payload_behind
from stellwerk.identity.services.create_account import NewAccount, create_account
from stellwerk.identity.services.entries import checked_account
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.services.entries import TEXTS, NewOrganisation, checked_organisation
from stellwerk.organisations.services.found_organisation import found_organisation

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

PURPOSE = "sign_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSignUp:
    """Everything the sign-up form asks for. The organisation of a private person takes the person's name (ID-006)."""

    account: NewAccount
    organisation: NewOrganisation


@dataclass(frozen=True, slots=True)
class SignedUp:
    """What a confirmed sign-up made."""

    account_id: int
    organisation_id: int


def start_sign_up(*, actor: Actor, entries: NewSignUp) -> int:
    """Check everything, keep it sealed and mail the code; the number is for the browser's session (ID-002…010).

    System-only: everybody may sign up. For an address that already is a login, everything looks the same, but the
    holder gets a mail offering to sign in and no code fits (ID-008). Raises Invalid with every refused field, then
    TooManyAttempts per recipient and per network address.
    """
    account, organisation = _checked(entries)
    throttle.count(throttle.MAILS_PER_RECIPIENT, f"sign_up:{account.email}")
    throttle.count(throttle.MAILS_PER_ADDRESS, actor.address or "")
    holder_id = identity_queries.account_id_of(account.email)
    with transaction.atomic():
        opened = open_confirmation(
            purpose=PURPOSE,
            email=account.email,
            payload={"account": asdict(account), "organisation": asdict(organisation)},
            sends_code=holder_id is None,
        )
        notify.send(
            "organisations/email/sign_up_code" if holder_id is None else "organisations/email/account_exists",
            recipient=account.email,
            language=account.language,
            context={"code": opened.code},  # no word of a stranger's: the address has not answered yet
        )
    return opened.id


def finish_sign_up(*, actor: Actor, confirmation_id: int, code: str) -> SignedUp:
    """Create account and organisation with the code of the mail: both or neither (ID-004).

    System-only: the code is the right. Raises TooManyAttempts, CodeInvalid, CodeExpired (a second click included),
    RuleBroken `login_already_used` when the address became a login in the meantime. Publishes AccountCreated,
    OrganisationFounded.
    """
    entries = proved_sign_up(actor=actor, confirmation_id=confirmation_id, code=code)
    with transaction.atomic():
        close_confirmation(confirmation_id)
        return create_customer(actor=actor, entries=entries)


def proved_sign_up(*, actor: Actor, confirmation_id: int, code: str) -> NewSignUp:
    """The entries whose address the code proves; the confirmation stays open. System-only: the code is the right.

    For sign-ups that ask for more than the address. Raises TooManyAttempts, CodeInvalid, CodeExpired.
    """
    throttle.count(throttle.CODES_PER_ADDRESS, actor.address or "")
    payload: dict[str, Any] = payload_behind(purpose=PURPOSE, confirmation_id=confirmation_id, code=code)
    return NewSignUp(account=NewAccount(**payload["account"]), organisation=NewOrganisation(**payload["organisation"]))


@transaction.atomic
def create_customer(*, actor: Actor, entries: NewSignUp) -> SignedUp:
    """Account and organisation, both or neither. System-only: the entries are proved.

    Publishes AccountCreated, OrganisationFounded.
    Raises RuleBroken `login_already_used` when the address became a login in the meantime.
    """
    account = create_account(actor=actor, entries=entries.account, is_confirmed=True)
    organisation = found_organisation(actor=account.acting(actor), entries=entries.organisation)
    return SignedUp(account.pk, organisation.pk)


def _checked(entries: NewSignUp) -> tuple[NewAccount, NewOrganisation]:
    """Both halves in their stored form; the refusals of both together, so that one page shows them all."""
    refused: list[FieldError] = []
    account, organisation = entries.account, entries.organisation
    if organisation.kind == Organisation.Kind.INDIVIDUAL:
        organisation = replace(organisation, name=f"{account.first_name} {account.last_name}")
    if not account.phone.strip():
        refused.append(FieldError("phone", "required", TEXTS["required"]))
    try:
        account = checked_account(account, country=organisation.country)
    except Invalid as bad:
        refused.extend(bad.errors)
    try:
        organisation = checked_organisation(organisation)
    except Invalid as bad:
        # A private person fills in no organisation name: its parts are already refused at the person.
        is_person = organisation.kind == Organisation.Kind.INDIVIDUAL
        refused.extend(error for error in bad.errors if not (is_person and error.name == "name"))
    if refused:
        raise Invalid(*refused)
    return account, replace(organisation, phone=account.phone, language=account.language)
