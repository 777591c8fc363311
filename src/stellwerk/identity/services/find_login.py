"""A forgotten login, found by telephone number and, if need be, recovery address (ID-072…074, Q22)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.foundation import jobs, notify, secrets
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity.models import Account
from stellwerk.identity.rules import is_mobile, is_withdrawn
from stellwerk.identity.services import throttle
from stellwerk.identity.services.entries import checked_phone, normalised_login
from stellwerk.identity.services.rescue import withdraw_login

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

EMAIL, SMS = "email", "sms"


def send_my_login(*, actor: Actor, phone: str, channel: str, recovery_email: str = "", language: str) -> None:
    """Plan a message with the login of whoever number and address identify exactly; to stored values only (ID-073).

    System-only: everybody may ask. Hit and miss get the same answer after the same work: the look-up is the job's.
    Raises Invalid for what is no number or no address, RuleBroken `channel_unknown`, TooManyAttempts per number and
    per network address.
    """
    number = checked_phone(phone)
    address = normalised_login(recovery_email) if recovery_email.strip() else ""
    if channel not in (EMAIL, SMS) or (channel == SMS and not notify.can_send_sms()):
        raise RuleBroken("channel_unknown")
    throttle.count(throttle.SMS_PER_RECIPIENT, number)
    throttle.count(throttle.SMS_PER_ADDRESS, actor.address or "")
    asked = {"phone": number, "channel": channel, "recovery_email": address, "language": language}
    with transaction.atomic():
        jobs.enqueue(deliver_login, {"sealed": secrets.encrypt(json.dumps(asked))})


@jobs.task("identity.deliver_login")
def deliver_login(sealed: str) -> None:
    """Send the login if exactly one account is meant; nothing otherwise. System-only: a job."""
    asked: dict[str, Any] = json.loads(secrets.decrypt(sealed))
    account = _identified(asked["phone"], asked["recovery_email"])
    if account is None:
        return
    if is_withdrawn(account.email):  # a new rescue identifier instead, to the same places
        withdraw_login(actor=SYSTEM, account_id=account.pk, reason="by_operator")
        return
    context = {"name": account.display_name, "login": account.email}
    language = account.language or asked["language"]
    if asked["channel"] == SMS:
        if is_mobile(account.phone) and notify.can_send_sms():
            notify.send_sms(
                "identity/sms/your_login",
                recipient=account.phone,
                language=language,
                context=context,
                account_id=account.pk,
            )
        return
    for reader in sorted({account.email, account.recovery_email} - {""}):
        notify.send(
            "identity/email/your_login", recipient=reader, language=language, context=context, account_id=account.pk
        )


def _identified(phone: str, recovery_email: str) -> Account | None:
    """The one account of this number; of several, or of none, the one with this recovery address (ID-072).

    Numbers that proved themselves go before numbers that somebody merely typed.
    """
    found = list(Account.objects.filter(phone=phone, is_active=True).order_by("pk")[:50])
    proved = [account for account in found if account.phone_verified_at is not None]
    candidates = proved or found
    if len(candidates) == 1:
        return candidates[0]
    if not recovery_email:
        return None
    if candidates:
        matching = [account for account in candidates if account.recovery_email == recovery_email]
    else:
        matching = list(Account.objects.filter(recovery_email=recovery_email, is_active=True)[:2])
    return matching[0] if len(matching) == 1 else None
