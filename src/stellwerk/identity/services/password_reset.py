"""A new password for somebody who forgot the old one (ID-069…071, ID-075)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from stellwerk.foundation import events, jobs, notify, secrets
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity.errors import CodeExpired
from stellwerk.identity.events import AccountSecured, PasswordReset
from stellwerk.identity.models import Account, Confirmation
from stellwerk.identity.rules import is_withdrawn, masked_email, masked_phone, plausible_values
from stellwerk.identity.services import throttle
from stellwerk.identity.services.confirmations import close_confirmation, open_confirmation, payload_behind
from stellwerk.identity.services.logins import checked_key, knock
from stellwerk.identity.services.passwords import store_password
from stellwerk.identity.services.sessions import end_sessions_of

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_RESET = Confirmation.Purpose.PASSWORD_RESET
EMAIL, RECOVERY_EMAIL, SMS = "email", "recovery_email", "sms"


@dataclass(frozen=True, slots=True)
class ResetOption:
    """A way a code can take. `masked` says enough to recognise one's own value."""

    channel: str
    masked: str


def reset_options(*, actor: Actor, login: str) -> tuple[ResetOption, ...]:
    """The stored ways of a login, plausible ones for an unknown login: always the same for the same input (ID-070).

    System-only: everybody may ask. Raises Invalid for what is no login, TooManyAttempts per network address.
    """
    key = checked_key(login)
    throttle.count(throttle.RECOVERY_PER_ADDRESS, actor.address or "")
    account = knock(key).account
    values = plausible_values(key, salted_hmac("recovery options", key, algorithm="sha256").digest())
    if account is not None:
        values = {
            name: mask(value)
            for name, value, mask in (
                (RECOVERY_EMAIL, account.recovery_email, masked_email),
                (SMS, account.phone if account.phone_verified_at else "", masked_phone),
            )
            if value
        }
    if "@" in key:
        values[EMAIL] = masked_email(key)
    if not notify.can_send_sms():
        values.pop(SMS, None)
    return tuple(ResetOption(name, values[name]) for name in (EMAIL, RECOVERY_EMAIL, SMS) if name in values)


def start_password_reset(
    *, actor: Actor, login: str, channel: str = EMAIL, language: str, known_accounts: frozenset[int] = frozenset()
) -> int:
    """Open a reset and plan its code; the number of the confirmation is for the browser's session (ID-069).

    System-only: everybody may ask. Known and unknown logins get the same answer after the same work: one row opened,
    one job planned. Whether anything is sent, and where, the job decides. Raises Invalid for what is no login,
    RuleBroken `channel_unknown`, TooManyAttempts per login and per network address. Browsers that know the account
    (`known_accounts`) are counted apart: strangers who ask for codes do not close the way back (Q33).
    """
    key = checked_key(login)
    if channel not in (EMAIL, RECOVERY_EMAIL, SMS):
        raise RuleBroken("channel_unknown")
    account = knock(key).account
    is_known = account is not None and account.pk in known_accounts
    throttle.count(throttle.MAILS_PER_RECIPIENT, f"reset:{key} in a known browser" if is_known else f"reset:{key}")
    throttle.count(throttle.SMS_PER_ADDRESS if channel == SMS else throttle.MAILS_PER_ADDRESS, actor.address or "")
    address = _address(account, channel) if account else ""
    with transaction.atomic():
        opened = open_confirmation(
            purpose=_RESET,
            email=address,
            payload={"account_id": account.pk if account else None},
            sends_code=bool(address),
            account_id=account.pk if account else None,
        )
        letter = {
            "account_id": account.pk if account else None,
            "channel": channel,
            "address": address,
            "code": opened.code,
            "language": language,
        }
        jobs.enqueue(deliver_reset_code, {"sealed": secrets.encrypt(json.dumps(letter))})
    return opened.id


@jobs.task("identity.deliver_reset_code")
def deliver_reset_code(sealed: str) -> None:
    """Send the code of a reset where there is somebody to send it to. System-only: a job."""
    letter: dict[str, Any] = json.loads(secrets.decrypt(sealed))
    account = Account.objects.filter(pk=letter["account_id"], is_active=True).first()
    if account is None or not letter["address"]:
        return
    send = notify.send_sms if letter["channel"] == SMS else notify.send
    template = "identity/sms/reset_code" if letter["channel"] == SMS else "identity/email/password_reset_code"
    send(
        template,
        recipient=letter["address"],
        language=account.language or letter["language"],
        context={"name": account.display_name, "code": letter["code"]},
        account_id=account.pk,
    )


def finish_password_reset(*, actor: Actor, confirmation_id: int, code: str, new_password: str) -> Account:
    """Set a new password with the code (ID-071). Every session of the account ends; the second factor stays (ID-075).

    System-only: the code is the right. Raises TooManyAttempts, CodeInvalid, CodeExpired, Invalid for a weak password
    (the code stays good). Publishes PasswordReset and AccountSecured.
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
        me = account.acting(actor)
        account = store_password(account, new_password, event=PasswordReset(account_id=account.pk), actor=me)
        end_sessions_of(account.pk)
        events.publish(AccountSecured(account_id=account.pk), actor=me)
    throttle.forgive(throttle.SIGN_IN_PER_ACCOUNT, account.email)
    return account


def _address(account: Account, channel: str) -> str:
    """Where a code goes; a stand-in for a withdrawn login and an unproved number receive none."""
    if channel == EMAIL:
        return "" if is_withdrawn(account.email) else account.email
    if channel == RECOVERY_EMAIL:
        return account.recovery_email
    return account.phone if account.phone_verified_at and notify.can_send_sms() else ""
