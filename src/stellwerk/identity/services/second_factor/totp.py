"""Applications that show a code of six digits every 30 seconds (RFC 6238)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

import pyotp
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity import policy
from stellwerk.identity.errors import CodeInvalid
from stellwerk.identity.models import Account, TotpApp
from stellwerk.identity.rules import Method
from stellwerk.identity.services import throttle
from stellwerk.identity.services.entries import checked_name
from stellwerk.identity.services.second_factor.collection import add
from stellwerk.identity.services.second_factor.failures import note_failure
from stellwerk.identity.services.sign_in import require_password

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

STEP_SECONDS = 30
DIGITS = 6
TOLERATED_STEPS = 1  # a clock may be 30 seconds early or late (SEC-027)
_NOT_SHOWN = _("This is not the code that the app shows now. Check the time of the device, then enter the next code.")


def new_secret() -> str:
    """160 random bits in base 32. System-only: worth nothing before `enrol_totp`."""
    return pyotp.random_base32()


def totp_address(secret: str, *, login: str) -> str:
    """What the QR code says: the address that an application reads. System-only: it writes nothing."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=str(settings.OPERATOR["name"]))


def enrol_totp(
    *, actor: Actor, account_id: int, name: str, secret: str, code: str, current_password: str
) -> tuple[str, ...]:
    """Link an application that has proved its secret by a code; answers recovery codes to show where it is the first.

    Refusals in order: policy, Invalid for the name, TooManyAttempts, `password_incorrect`, `code_invalid`. The code
    is used up by it. Publishes SecondFactorAdded.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    name = checked_name("name", name)
    require_password(Account.objects.get(pk=account_id), current_password)
    step = _matching_step(secret, code)
    if step is None:
        raise CodeInvalid(field_name="code", text=_NOT_SHOWN)
    app = TotpApp(
        account_id=account_id,
        name=name,
        secret=secrets.encrypt(secret),
        created_at=clock.now(),
        last_used_step=step,
    )
    return add(actor=actor, method=Method.TOTP, factor=app)


def use_totp(*, actor: Actor, account: Account, code: str) -> None:
    """Accept the code that one of the person's applications shows, once. System-only: the sign-in waits for it.

    Call it outside of a transaction: attempts must stay counted. Refusals in order: TooManyAttempts per account and
    per network address (SEC-059), `code_already_used`, `code_invalid`. Publishes SecondFactorFailed for the latter.
    """
    throttle.count(throttle.FACTOR_PER_ACCOUNT, str(account.pk))
    throttle.count(throttle.CODES_PER_ADDRESS, actor.address or "")
    for app in TotpApp.objects.filter(account=account).order_by("pk"):
        step = _matching_step(secrets.decrypt(app.secret), code)
        if step is not None:
            _use_up(app, step)
            throttle.forgive_and_take_back(
                (throttle.FACTOR_PER_ACCOUNT, str(account.pk)), (throttle.CODES_PER_ADDRESS, actor.address or "")
            )
            return
    note_failure(actor=actor, account=account, method=Method.TOTP)
    raise CodeInvalid(field_name="code", text=_NOT_SHOWN)


def _use_up(app: TotpApp, step: int) -> None:
    """One statement decides between two uses at once: the row remembers the newest step it has accepted."""
    unused = TotpApp.objects.filter(pk=app.pk, last_used_step__lt=step)
    if not unused.update(last_used_step=step, last_used_at=clock.now()):
        raise RuleBroken("code_already_used", field_name="code")


def _matching_step(secret: str, code: str) -> int | None:
    """The 30-second step whose code this is, newest first; None for a wrong one. Same work for every code."""
    typed = "".join(code.split()).encode()
    now = int(clock.now().timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS)
    steps = range(now + TOLERATED_STEPS, now - TOLERATED_STEPS - 1, -1)
    matching = [step for step in steps if hmac.compare_digest(generator.generate_otp(step).encode(), typed)]
    return matching[0] if matching else None
