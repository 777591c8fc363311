"""The mobile number (ID-010, ID-049)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events, notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.identity import policy
from stellwerk.identity.events import PhoneChanged
from stellwerk.identity.models import Account, Confirmation
from stellwerk.identity.rules import is_mobile
from stellwerk.identity.services import throttle
from stellwerk.identity.services.confirmations import close_confirmation
from stellwerk.identity.services.entries import checked_phone
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

_PHONE = Confirmation.Purpose.PHONE


def start_phone_change(*, actor: Actor, account_id: int, new_phone: str, current_password: str) -> bool:
    """Send a code to the new number; the old one stays until the code comes back (ID-049). Answers whether one waits.

    The number stored already may be given again to prove it. Where the instance sends no text messages (Q23) the
    number is stored at once, unproved: it then finds a login but resets no password. Refusals in order: policy,
    TooManyAttempts, `password_incorrect`, Invalid for what is no mobile number or is proved already.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    account = open_account(account_id)
    require_password(account, current_password)
    phone = _checked(account, new_phone)
    throttle.count(throttle.SMS_PER_RECIPIENT, phone)
    throttle.count(throttle.SMS_PER_ADDRESS, f"account:{account_id}")
    with transaction.atomic():
        account = locked(account)
        if not notify.can_send_sms():
            _store(account, phone, actor, is_proved=False)
            return False
        opened = open_change(account, purpose=_PHONE, value=phone)
        notify.send_sms(
            "identity/sms/phone_code",
            recipient=phone,
            language=account.language,
            context={"code": opened.code},
            account_id=account.pk,
        )
    return True


def finish_phone_change(*, actor: Actor, account_id: int, code: str) -> str:
    """Store the proved number and answer it; the old number and the login are told.

    Refusals in order: policy, TooManyAttempts, CodeInvalid, CodeExpired. Publishes PhoneChanged.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    number, phone = confirmed_value(actor=actor, account_id=account_id, purpose=_PHONE, code=code)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        close_confirmation(number)
        _store(account, phone, actor, is_proved=True)
    return phone


def _store(account: Account, phone: str, actor: Actor, *, is_proved: bool) -> None:
    old, account.phone = account.phone, phone
    account.phone_verified_at = clock.now() if is_proved else None
    account.save(update_fields=["phone", "phone_verified_at"])
    if old == phone:
        return
    forget_resets_sent_to(account.pk, old)
    if old and is_mobile(old) and notify.can_send_sms():
        notify.send_sms(
            "identity/sms/phone_changed", recipient=old, language=account.language, context={}, account_id=account.pk
        )
    notify.send(
        "identity/email/phone_changed",
        recipient=account.email,
        language=account.language,
        context={"name": account.display_name},
        account_id=account.pk,
    )
    events.publish(PhoneChanged(account_id=account.pk), actor=actor)


def _checked(account: Account, raw: str) -> str:
    try:
        phone = checked_phone(raw)
    except Invalid as bad:
        raise Invalid(*(FieldError("new_phone", each.rule, each.text) for each in bad.errors)) from bad
    if not is_mobile(phone):
        text = _("Enter a mobile number: the codes are sent as text messages.")
        raise Invalid(FieldError("new_phone", "mobile", text))
    if phone == account.phone and account.phone_verified_at is not None:
        raise Invalid(FieldError("new_phone", "unchanged", _("This is your number already.")))
    return phone
