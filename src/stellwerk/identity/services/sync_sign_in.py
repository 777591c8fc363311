"""The door of the sync protocols: who may synchronise what, with an application password or the account's own."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import Q

from stellwerk.foundation import clock, secrets
from stellwerk.identity import queries
from stellwerk.identity.hashers import LONGEST
from stellwerk.identity.models import Account, ApplicationPassword
from stellwerk.identity.queries.application_passwords import SyncCheck, sync_check
from stellwerk.identity.rules import APPLICATION_PASSWORD_PREFIX, SYNC_SCOPES, USE_NOTED_EVERY_MINUTES
from stellwerk.identity.services import throttle
from stellwerk.identity.services.sign_in import hash_of_nobody

if TYPE_CHECKING:
    from datetime import datetime

_LONGEST_LOGIN = 320


def checked_application_password(login: str, raw: str, *, protocol: str, address: str | None) -> SyncCheck:
    """What login and password open for `protocol`, one of SYNC_SCOPES (SEC-044, SEC-047…051).

    An application password costs one indexed query, and once an hour the note of its use. The account's own password
    opens every protocol while the person has no second factor, at the cost of its slow hash: the caller should
    remember a success for some minutes. With a second factor it is refused as `application_password_required`,
    which a guesser learns from the right password only. Call it outside of a transaction.

    System-only. Raises TooManyAttempts for passwords that people choose, per login and per network address.
    """
    if protocol not in SYNC_SCOPES:
        raise ValueError(f"not a protocol: {protocol}")
    login = unicodedata.normalize("NFKC", login[:_LONGEST_LOGIN]).strip().lower()
    if not secrets.is_well_formed(raw, APPLICATION_PASSWORD_PREFIX):
        return _checked_account_password(login, raw, address=address)
    check = sync_check(login, raw, protocol=protocol)
    if check.unnoted_password_id is not None:
        note_application_password_use(password_id=check.unnoted_password_id, address=address)
    return check


@transaction.atomic
def note_application_password_use(*, password_id: int, address: str | None) -> None:
    """Remember when and from where a password was used last (SEC-048). Within the hour a second call changes nothing.

    System-only: the door that checked the password calls it.
    """
    now = clock.now()
    ApplicationPassword.objects.filter(_not_noted_lately(now), pk=password_id, revoked_at=None).update(
        last_used_at=now, last_used_from=address or None
    )


def _not_noted_lately(now: datetime) -> Q:
    return Q(last_used_at=None) | Q(last_used_at__lte=now - timedelta(minutes=USE_NOTED_EVERY_MINUTES))


def _checked_account_password(login: str, raw: str, *, address: str | None) -> SyncCheck:
    throttle.count(throttle.SYNC_PER_ACCOUNT, login)
    throttle.count(throttle.SYNC_PER_ADDRESS, address or "")
    account = Account.objects.filter(email=login, is_active=True).first()
    fits = check_password(raw[:LONGEST], account.password if account else hash_of_nobody()) and len(raw) <= LONGEST
    if account is None or not fits:
        return SyncCheck(refused_because="credentials_invalid")
    throttle.forgive_and_take_back((throttle.SYNC_PER_ACCOUNT, login), (throttle.SYNC_PER_ADDRESS, address or ""))
    if queries.has_second_factor(account.pk):
        return SyncCheck(refused_because="application_password_required")
    return SyncCheck(account.pk, account.display_name)
