"""Codes that prove an address. System-only: the use case that opens one decides who may."""

from __future__ import annotations

import json
import secrets as standard
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from stellwerk.foundation import clock, lasting, secrets
from stellwerk.identity.errors import CodeExpired, CodeInvalid
from stellwerk.identity.models import Confirmation

if TYPE_CHECKING:
    from collections.abc import Mapping

VALID_MINUTES = 30
MOST_ATTEMPTS = 5
_KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenedConfirmation:
    """`code` is for the mail only, and empty where none is to be sent."""

    id: int
    code: str


@transaction.atomic
def open_confirmation(
    *,
    purpose: str,
    email: str,
    payload: Mapping[str, Any],
    sends_code: bool = True,
    account_id: int | None = None,
    valid_for: timedelta = timedelta(minutes=VALID_MINUTES),
) -> OpenedConfirmation:
    """Keep `payload` sealed until the code comes back. Without `sends_code` no code will ever fit.

    The work is the same with and without, so that the time of the answer tells nothing (ID-070).
    """
    now = clock.now()
    row = Confirmation(
        purpose=purpose,
        email=email,
        account_id=account_id,
        sealed=secrets.encrypt(json.dumps(dict(payload))),
        created_at=now,
        expires_at=now + valid_for,
    )
    row.save(force_insert=True)  # insert() would look for rivals where there is an account, and only there
    code = f"{standard.randbelow(1_000_000):06}"
    row.code_digest = _digest(row.pk, code if sends_code else standard.token_hex())
    row.save(update_fields=["code_digest"])
    return OpenedConfirmation(row.pk, code if sends_code else "")


def payload_behind(*, purpose: str, confirmation_id: int, code: str) -> dict[str, Any]:
    """What the right code opens; it stays open until `close_confirmation`.

    A wrong code is counted before the refusal leaves: call this outside of a transaction. Raises CodeInvalid, and
    CodeExpired after 30 minutes, five wrong codes or a code already used.
    """
    row, is_open, fits = lasting.write(partial(_judged, purpose, confirmation_id, code))
    if row is None or not is_open:
        raise CodeExpired(field_name="code")
    if not fits:
        raise CodeInvalid(field_name="code")
    payload: dict[str, Any] = json.loads(secrets.decrypt(row.sealed))
    return payload


def payload_waiting(*, purpose: str, confirmation_id: int) -> dict[str, Any]:
    """What waits behind a code that was lost or has expired, to send another one. System-only, for the browser's own.

    Raises CodeExpired once half an hour has passed, or the code was used.
    """
    earliest = clock.now() - timedelta(minutes=VALID_MINUTES)
    rows = Confirmation.objects.filter(pk=confirmation_id, purpose=purpose, created_at__gt=earliest)
    sealed = rows.values_list("sealed", flat=True).first()
    if sealed is None:
        raise CodeExpired(field_name="code")
    payload: dict[str, Any] = json.loads(secrets.decrypt(sealed))
    return payload


def close_confirmation(confirmation_id: int) -> None:
    """Use the confirmation up, in the caller's transaction. Raises CodeExpired when a second click came first."""
    deleted, _ = Confirmation.objects.filter(pk=confirmation_id).delete()
    if not deleted:
        raise CodeExpired(field_name="code")


def forget_old_confirmations() -> int:
    """Delete what nobody answered: entries of people who never became customers are kept for a day at most."""
    return Confirmation.objects.filter(expires_at__lt=clock.now() - _KEPT_FOR).delete()[0]


@transaction.atomic
def _judged(purpose: str, confirmation_id: int, code: str) -> tuple[Confirmation | None, bool, bool]:
    """The row, whether it still takes codes, and whether this one fits; a wrong one is counted."""
    row = Confirmation.objects.select_for_update().filter(pk=confirmation_id, purpose=purpose).first()
    is_open = row is not None and row.expires_at > clock.now() and row.failed_attempts < MOST_ATTEMPTS
    fits = row is not None and constant_time_compare(row.code_digest, _digest(row.pk, code.strip()))
    if row is not None and is_open and not fits:
        row.failed_attempts += 1
        row.save(update_fields=["failed_attempts"])
    return row, is_open, fits


def _digest(confirmation_id: int, code: str) -> str:
    # Keyed, because six digits could be tried out against a stolen plain digest.
    return salted_hmac(f"confirmation:{confirmation_id}", code, algorithm="sha256").hexdigest()
