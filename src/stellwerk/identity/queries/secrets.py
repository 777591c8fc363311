"""API tokens and application passwords: what one is worth, and the lists of their owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.prepared import Prepared
from stellwerk.identity.models import ApiToken, ApplicationPassword
from stellwerk.identity.queries.accounts import AccountRow
from stellwerk.identity.rules import IDLE_TOKEN_DAYS, TOKEN_PREFIX, TOKEN_USE_NOTED_EVERY_MINUTES

if TYPE_CHECKING:
    from datetime import datetime

_TOKEN_COLUMNS = (
    "pk", "account_id", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at",
    "account__first_name", "account__last_name", "account__email", "account__is_active",
)  # fmt: skip
_TOKEN = Prepared(lambda digest: ApiToken.objects.filter(digest=digest).values_list(*_TOKEN_COLUMNS), str)


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """The outcome of a presented token: the owner and scopes, or the reason for a 401 (API-011)."""

    account_id: int | None
    name: str
    scopes: frozenset[str]
    refused_because: str = ""
    unnoted_token_id: int | None = None  # whose use must be noted, because an hour has passed since the last note


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its owner sees it: never the value (API-006)."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class ApplicationPasswordRow:
    """An application password as its owner sees it (SEC-048)."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    last_used_from: str | None


def checked_token(raw: str) -> TokenCheck:
    """What a token is worth now: one indexed query, none for a value that cannot be ours."""
    if not raw:
        return _refused("token_missing")
    if not secrets.is_well_formed(raw, TOKEN_PREFIX):
        return _refused("token_invalid")
    row = _TOKEN.row(secrets.digest(raw))
    if row is None or not row[-1]:
        return _refused("token_invalid")
    token_id, account_id, scopes, created_at, expires_at, used_at, revoked_at, first_name, last_name, email, _ = row
    if revoked_at is not None:
        return _refused("token_revoked")
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        return _refused("token_expired")
    if (used_at or created_at) + timedelta(days=IDLE_TOKEN_DAYS) <= now:
        return _refused("token_inactive")
    is_noted = used_at is not None and now - used_at < timedelta(minutes=TOKEN_USE_NOTED_EVERY_MINUTES)
    name = AccountRow(account_id, email, first_name, last_name, "").display_name
    return TokenCheck(account_id, name, frozenset(scopes), unnoted_token_id=None if is_noted else token_id)


def token_rows(account_id: int, *, limit: int = 200) -> list[TokenRow]:
    """The tokens that were not revoked, newest first."""
    rows = ApiToken.objects.filter(account_id=account_id, revoked_at=None).order_by("-pk")
    columns = ("pk", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at")
    return [TokenRow(*row) for row in rows.values_list(*columns)[:limit]]


def application_password_rows(account_id: int, *, limit: int = 200) -> list[ApplicationPasswordRow]:
    """The application passwords that were not revoked, newest first."""
    rows = ApplicationPassword.objects.filter(account_id=account_id, revoked_at=None).order_by("-pk")
    columns = ("pk", "name", "created_at", "last_used_at", "last_used_from")
    return [ApplicationPasswordRow(*row) for row in rows.values_list(*columns)[:limit]]


def _refused(reason: str) -> TokenCheck:
    return TokenCheck(None, "", frozenset(), reason)
