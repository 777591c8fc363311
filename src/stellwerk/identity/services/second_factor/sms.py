"""Codes by SMS, for numbers of the countries that the operator lists (SEC-004)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity import policy, queries
from stellwerk.identity.errors import CodeExpired, CodeInvalid
from stellwerk.identity.models import Account, Confirmation, SmsNumber
from stellwerk.identity.rules import Method, phone_as_read, phone_country
from stellwerk.identity.services import throttle
from stellwerk.identity.services.confirmations import close_confirmation, open_confirmation, payload_behind
from stellwerk.identity.services.entries import checked_phone
from stellwerk.identity.services.second_factor.collection import add
from stellwerk.identity.services.second_factor.failures import note_failure
from stellwerk.identity.services.sign_in import require_password

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

VALID = timedelta(minutes=5)
_OTHER = _("This is not the code of the message. Compare them and enter it again.")


def start_sms_number(*, actor: Actor, account_id: int, phone: str, current_password: str) -> int:
    """Send a code to the number that shall become a second factor; answers the number of the confirmation.

    Refusals in order: policy, Invalid for the number, `sms_not_available_in_country`, TooManyAttempts,
    `password_incorrect`, `sms_number_exists`, TooManyAttempts per number, account and network address.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    account = Account.objects.get(pk=account_id)
    number = checked_phone(phone)
    if not notify.can_send_sms() or phone_country(number) not in settings.SMS_COUNTRIES:
        raise RuleBroken("sms_not_available_in_country", field_name="phone")
    require_password(account, current_password)
    if queries.sms_number(account.pk):
        raise RuleBroken("sms_number_exists", field_name="phone")
    return _send(actor, account, number, Confirmation.Purpose.NEW_FACTOR)


def enrol_sms_number(*, actor: Actor, account_id: int, confirmation_id: int, code: str) -> tuple[str, ...]:
    """The code came back: the number is a second factor; answers recovery codes to show where it is the first.

    Refusals in order: policy, TooManyAttempts, CodeInvalid, CodeExpired, `sms_number_exists`. Publishes
    SecondFactorAdded.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    throttle.count(throttle.CODES_PER_ADDRESS, actor.address or "")
    phone = _number_behind(account_id, confirmation_id, code, Confirmation.Purpose.NEW_FACTOR)
    number = SmsNumber(account_id=account_id, name=phone_as_read(phone), phone=phone, created_at=clock.now())
    with transaction.atomic():
        close_confirmation(confirmation_id)
        return add(actor=actor, method=Method.SMS, factor=number)


def send_sms_code(*, actor: Actor, account: Account) -> int:
    """Send a code to the number of an account whose sign-in waits; answers the number of the confirmation.

    System-only: the sign-in waits for it. Refusals in order: `sms_not_available_in_country` where this instance sends
    no messages any more, TooManyAttempts per account and network address.
    """
    phone = queries.sms_number(account.pk)
    if not notify.can_send_sms() or not phone:
        raise RuleBroken("sms_not_available_in_country")
    return _send(actor, account, phone, Confirmation.Purpose.SECOND_FACTOR)


def use_sms_code(*, actor: Actor, account: Account, confirmation_id: int, code: str) -> None:
    """Accept the code of the message, once and within five minutes. System-only: the sign-in waits for it.

    Call it outside of a transaction. Refusals in order: TooManyAttempts per account and per network address,
    CodeInvalid, CodeExpired (also after five wrong codes). Publishes SecondFactorFailed for a wrong one.
    """
    throttle.count(throttle.FACTOR_PER_ACCOUNT, str(account.pk))
    throttle.count(throttle.CODES_PER_ADDRESS, actor.address or "")
    try:
        phone = _number_behind(account.pk, confirmation_id, code, Confirmation.Purpose.SECOND_FACTOR)
    except CodeInvalid:
        note_failure(actor=actor, account=account, method=Method.SMS)
        raise
    with transaction.atomic():
        close_confirmation(confirmation_id)
        if not SmsNumber.objects.filter(account=account, phone=phone).update(last_used_at=clock.now()):
            raise CodeExpired(field_name="code")
    throttle.forgive_and_take_back(
        (throttle.FACTOR_PER_ACCOUNT, str(account.pk)), (throttle.CODES_PER_ADDRESS, actor.address or "")
    )


def _send(actor: Actor, account: Account, phone: str, purpose: Confirmation.Purpose) -> int:
    if purpose is Confirmation.Purpose.NEW_FACTOR:
        # A number of one's own is asked for by many pages, also by strangers: they must not keep its owner out.
        throttle.count(throttle.SMS_PER_RECIPIENT, phone)
    throttle.count(throttle.SMS_PER_ACCOUNT, str(account.pk))
    throttle.count(throttle.SMS_PER_ADDRESS, actor.address or "")
    with transaction.atomic():
        opened = open_confirmation(
            purpose=purpose,
            email=phone,
            payload={"account_id": account.pk, "phone": phone},
            account_id=account.pk,
            valid_for=VALID,
        )
        notify.send_sms(
            "identity/sms/second_factor_code",
            recipient=phone,
            language=account.language,
            context={"code": opened.code},
            account_id=account.pk,
        )
    return opened.id


def _number_behind(account_id: int, confirmation_id: int, code: str, purpose: Confirmation.Purpose) -> str:
    try:
        payload = payload_behind(purpose=purpose, confirmation_id=confirmation_id, code="".join(code.split()))
    except CodeInvalid as wrong:
        raise CodeInvalid(field_name="code", text=_OTHER) from wrong
    if payload["account_id"] != account_id:
        raise CodeExpired(field_name="code")
    return str(payload["phone"])
