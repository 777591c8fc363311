"""The free personal Suite: one for each account and mobile number (ID-011…013)."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from stellwerk.foundation import clock, notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.foundation.orm import insert
from stellwerk.identity import queries as identity_queries
from stellwerk.identity.errors import CodeExpired
from stellwerk.identity.services import throttle
from stellwerk.identity.services.confirmations import (
    close_confirmation,
    open_confirmation,
    payload_behind,
    payload_waiting,
)
from stellwerk.identity.services.create_account import NewAccount
from stellwerk.identity.services.entries import checked_mobile
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.services.entries import NewOrganisation
from stellwerk.organisations.services.sign_up import (
    NewSignUp,
    SignedUp,
    create_customer,
    proved_sign_up,
    start_sign_up,
)
from stellwerk.products import policy
from stellwerk.products.models import PersonalSuite
from stellwerk.products.queries.owned import require_orderable
from stellwerk.products.rules import ENDLESS_MONTHS
from stellwerk.products.services.activate import NewProduct, activate_product

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

OFFER = "suite-personal"
PURPOSE = "personal_suite"
VALID = timedelta(minutes=5)


def is_personal_suite_offered() -> bool:
    """Whether this instance offers one at all: it reaches telephones and names countries (Q23). System-only: a fact."""
    return notify.can_send_sms() and bool(settings.PERSONAL_SUITE_COUNTRIES)


def start_personal_sign_up(*, actor: Actor, entries: NewSignUp) -> int:
    """Check everything and mail the code, as every sign-up does; no text message leaves before it came back.

    System-only: everybody may sign up. Refusals in order: not found where it is not offered, `country_not_available`
    for address or number, Invalid for what is no mobile number, then those of `start_sign_up`.
    """
    _require_offered()
    country = entries.organisation.country
    _require_country(country, "country")
    phone = _checked_mobile(entries.account.phone, country=country)
    return start_sign_up(
        actor=actor,
        entries=replace(
            entries,
            account=replace(entries.account, phone=phone),
            organisation=replace(entries.organisation, kind=organisations.INDIVIDUAL, vat_number=""),
        ),
    )


def prove_personal_address(*, actor: Actor, confirmation_id: int, code: str) -> int:
    """The address has answered: send the code to the mobile number; answers the number of that confirmation.

    System-only: the code is the right. Refusals in order: TooManyAttempts, CodeInvalid, CodeExpired, TooManyAttempts
    per mobile number and network address.
    """
    entries = proved_sign_up(actor=actor, confirmation_id=confirmation_id, code=code)
    payload = {"account": asdict(entries.account), "organisation": asdict(entries.organisation)}
    phone, language = entries.account.phone, entries.account.language
    _count_message(actor, phone)
    with transaction.atomic():
        close_confirmation(confirmation_id)
        return _send(phone, language, {**payload, "phone": phone, "language": language})


def send_personal_code_again(*, actor: Actor, confirmation_id: int) -> int:
    """Another code to the same number; the one before is void. System-only: for the browser that got the first.

    Refusals in order: CodeExpired after half an hour, TooManyAttempts per mobile number and network address.
    """
    payload = payload_waiting(purpose=PURPOSE, confirmation_id=confirmation_id)
    _count_message(actor, payload["phone"])
    with transaction.atomic():
        close_confirmation(confirmation_id)
        return _send(payload["phone"], payload["language"], payload)


def finish_personal_sign_up(*, actor: Actor, confirmation_id: int, code: str) -> SignedUp:
    """Create account, organisation and Suite with the code of the text message: all or nothing (ID-011, ID-012).

    System-only: the code is the right. Refusals in order: TooManyAttempts, CodeInvalid, CodeExpired (after five
    minutes), `login_already_used`, `personal_suite_limit_reached`: only who holds the number learns of the latter.
    """
    payload = _proved(actor, confirmation_id, code)
    if "account" not in payload:
        raise CodeExpired(field_name="code")
    account = NewAccount(**{**payload["account"], "is_phone_proved": True})
    entries = NewSignUp(account=account, organisation=NewOrganisation(**payload["organisation"]))
    with transaction.atomic():
        close_confirmation(confirmation_id)
        made = create_customer(actor=actor, entries=entries)
        _activate(actor, made, payload["phone"])
    return made


def start_personal_suite(*, actor: Actor, organisation_id: int, phone: str) -> int:
    """Send a code to the mobile number, for somebody with an account; answers the number of the confirmation.

    Refusals in order: policy, not found where it is not offered, `private_person_required`, `country_not_available`
    for organisation or number, Invalid for what is no mobile number, `suite_already_exists`,
    `personal_suite_limit_reached` for one's own account, TooManyAttempts per mobile number and network address.
    """
    require(policy.can_activate_personal_suite(actor, organisation_id))
    _require_offered()
    organisation = organisations.existing_organisation(organisation_id)
    if not organisation.is_individual:
        raise RuleBroken("private_person_required")
    _require_country(organisation.country, None)
    number = _checked_mobile(phone, country=organisation.country)
    require_orderable(organisation_id, OFFER)
    if PersonalSuite.objects.filter(account_id=actor.account_id or 0).exists():
        raise RuleBroken("personal_suite_limit_reached")
    _count_message(actor, number)
    me = identity_queries.account_row(actor.account_id or 0)
    language = me.language if me else "en"
    payload = {"phone": number, "language": language, "for": [actor.account_id, organisation_id]}
    with transaction.atomic():
        return _send(number, language, payload)


def finish_personal_suite(*, actor: Actor, organisation_id: int, confirmation_id: int, code: str) -> int:
    """Activate the Suite with the code of the text message; answers the product's id.

    Refusals in order: policy, TooManyAttempts, CodeInvalid, CodeExpired, `suite_already_exists`,
    `personal_suite_limit_reached`.
    """
    require(policy.can_activate_personal_suite(actor, organisation_id))
    payload = _proved(actor, confirmation_id, code)
    if payload.get("for") != [actor.account_id, organisation_id]:
        raise CodeExpired(field_name="code")
    with transaction.atomic():
        close_confirmation(confirmation_id)
        return _activate(actor, SignedUp(actor.account_id or 0, organisation_id), payload["phone"])


@transaction.atomic
def release_personal_suite(*, product_id: int) -> None:
    """The product has ended: account and number may have another. System-only: a handler calls it."""
    PersonalSuite.objects.filter(product_id=product_id).delete()


def phone_digest(*, phone: str) -> str:
    """What is stored of a number: the same for the same number, readable for nobody without the house's key.

    System-only: a computation.
    """
    return salted_hmac("stellwerk.products.personal_suite", phone, algorithm="sha256").hexdigest()


def _require_offered() -> None:
    if not is_personal_suite_offered():
        raise NotFound


def _require_country(country: str, field_name: str | None) -> None:
    if country.strip().upper() not in settings.PERSONAL_SUITE_COUNTRIES:
        raise RuleBroken("country_not_available", field_name=field_name)


def _checked_mobile(raw: str, *, country: str) -> str:
    phone, phone_country = checked_mobile(raw, country=country)
    _require_country(phone_country, "phone")
    return phone


def _count_message(actor: Actor, phone: str) -> None:
    """Outside of the transaction, so that a refusal stays counted."""
    throttle.count(throttle.SMS_PER_RECIPIENT, phone)
    throttle.count(throttle.SMS_PER_ADDRESS, actor.address or "")


def _send(phone: str, language: str, payload: dict[str, Any]) -> int:
    opened = open_confirmation(purpose=PURPOSE, email=phone, payload=payload, valid_for=VALID)
    notify.send_sms(
        "products/sms/personal_suite_code", recipient=phone, language=language, context={"code": opened.code}
    )
    return opened.id


def _proved(actor: Actor, confirmation_id: int, code: str) -> dict[str, Any]:
    throttle.count(throttle.CODES_PER_ADDRESS, actor.address or "")
    return payload_behind(purpose=PURPOSE, confirmation_id=confirmation_id, code="".join(code.split()))


def _activate(actor: Actor, made: SignedUp, phone: str) -> int:
    held = activate_product(
        actor=replace(actor, account_id=made.account_id, organisation_id=made.organisation_id),
        entries=NewProduct(
            organisation_id=made.organisation_id,
            offer_code=OFFER,
            period_months=ENDLESS_MONTHS,
            quantity=1,
            source=f"personal-suite:{made.organisation_id}:{clock.now().isoformat()}",
        ),
    )
    insert(
        PersonalSuite(
            account_id=made.account_id, phone_digest=phone_digest(phone=phone), product_id=held, created_at=clock.now()
        )
    )
    return held
