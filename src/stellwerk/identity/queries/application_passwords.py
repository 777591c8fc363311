"""Application passwords: what one opens, and the list of its owner (SEC-044…050)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.prepared import Prepared
from stellwerk.identity.models import ApplicationPassword
from stellwerk.identity.queries.accounts import AccountRow
from stellwerk.identity.rules import USE_NOTED_EVERY_MINUTES

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHECKED = (
    "pk", "account_id", "scopes", "is_read_only", "expires_at", "last_used_at", "revoked_at",
    "account__is_active", "account__email", "account__first_name", "account__last_name",
)  # fmt: skip
_PASSWORD = Prepared(lambda digest: ApplicationPassword.objects.filter(digest=digest).values_list(*_CHECKED), str)
_LISTED = ("pk", "name", "scopes", "is_read_only", "created_at", "expires_at", "last_used_at", "last_used_from")


@dataclass(frozen=True, slots=True)
class SyncCheck:
    """Who synchronises, and how far: the answer of a sync protocol's door.

    `refused_because` is empty for a password that opens the protocol; else `credentials_invalid`, `password_expired`,
    `protocol_not_allowed` or `application_password_required` (SEC-051).
    """

    account_id: int | None = None
    name: str = ""
    is_read_only: bool = False
    refused_because: str = ""
    unnoted_password_id: int | None = None  # whose use must be noted, because an hour has passed since the last note


@dataclass(frozen=True, slots=True)
class ApplicationPasswordRow:
    """An application password as its owner sees it (SEC-048)."""

    id: int
    name: str
    scopes: list[str]
    is_read_only: bool
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str | None

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= clock.now()


def sync_check(login: str, raw: str, *, protocol: str) -> SyncCheck:
    """What a value of our form opens for this login and protocol: one indexed query.

    The login must be that of the password's owner; every mismatch is the same `credentials_invalid`.
    """
    row = _PASSWORD.row(secrets.digest(raw))
    if row is None:
        return SyncCheck(refused_because="credentials_invalid")
    (
        password_id,
        account_id,
        scopes,
        is_read_only,
        expires_at,
        used_at,
        revoked_at,
        is_active,
        email,
        first_name,
        last_name,
    ) = row
    if revoked_at is not None or not is_active or email != login:
        return SyncCheck(refused_because="credentials_invalid")
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        return SyncCheck(refused_because="password_expired")
    if protocol not in scopes:
        return SyncCheck(refused_because="protocol_not_allowed")
    is_noted = used_at is not None and now - used_at < timedelta(minutes=USE_NOTED_EVERY_MINUTES)
    name = AccountRow(account_id, email, first_name, last_name, "").display_name
    return SyncCheck(account_id, name, is_read_only, unnoted_password_id=None if is_noted else password_id)


def application_password_rows(
    account_id: int, *, password_ids: Iterable[int] | None = None, limit: int = 200
) -> list[ApplicationPasswordRow]:
    """The application passwords that were not revoked, newest first; only those of `password_ids` where given."""
    rows = ApplicationPassword.objects.filter(account_id=account_id, revoked_at=None).order_by("-pk")
    if password_ids is not None:
        rows = rows.filter(pk__in=list(password_ids))
    return [ApplicationPasswordRow(*row) for row in rows.values_list(*_LISTED)[:limit]]


def has_application_password(account_id: int, password_id: int) -> bool:
    """Whether this is an application password of the person's that was not revoked."""
    return ApplicationPassword.objects.filter(pk=password_id, account_id=account_id, revoked_at=None).exists()
