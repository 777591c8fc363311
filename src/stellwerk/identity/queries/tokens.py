"""API tokens: what one is worth, and the list of its owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.prepared import Prepared
from stellwerk.identity.models import ApiToken
from stellwerk.identity.queries.accounts import AccountRow
from stellwerk.identity.queries.oauth import checked_access_token
from stellwerk.identity.rules import ACCESS_TOKEN_PREFIX, IDLE_TOKEN_DAYS, TOKEN_PREFIX, USE_NOTED_EVERY_MINUTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_TOKEN_COLUMNS = (
    "pk", "account_id", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at", "deactivated_at",
    "organisation_id", "account__first_name", "account__last_name", "account__email", "account__is_active",
)  # fmt: skip
_TOKEN = Prepared(lambda digest: ApiToken.objects.filter(digest=digest).values_list(*_TOKEN_COLUMNS), str)
_LISTED = (
    "pk",
    "name",
    "prefix",
    "scopes",
    "created_at",
    "expires_at",
    "last_used_at",
    "deactivated_at",
    "organisation_id",
)


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """The outcome of a presented token: the owner and scopes, or the reason for a 401 (API-011)."""

    account_id: int | None
    name: str
    scopes: frozenset[str]
    refused_because: str = ""
    client_id: str = ""  # the OAuth application that presents an access token
    unnoted_token_id: int | None = None  # whose use must be noted, because an hour has passed since the last note
    organisation_id: int | None = None  # the only one it opens


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
    deactivated_at: datetime | None
    organisation_id: int | None = None
    place: str = ""  # the name of that organisation, where a page shows it

    @property
    def goes_idle_at(self) -> datetime:
        """When it is deactivated unless somebody uses it (API-007)."""
        return (self.last_used_at or self.created_at) + timedelta(days=IDLE_TOKEN_DAYS)

    @property
    def state(self) -> str:
        """`active`, or why it no longer works: `expired`, `inactive`."""
        now = clock.now()
        if self.expires_at is not None and self.expires_at <= now:
            return "expired"
        return "inactive" if self.deactivated_at is not None or self.goes_idle_at <= now else "active"


def checked_token(raw: str) -> TokenCheck:
    """What a token, or the access token of an application, is worth now: one query, none for what cannot be ours."""
    if not raw:
        return _refused("token_missing")
    if raw.startswith(f"{ACCESS_TOKEN_PREFIX}_"):
        check = checked_access_token(raw)
        return TokenCheck(check.account_id, check.name, check.scopes, check.refused_because, check.client_id)
    if not secrets.is_well_formed(raw, TOKEN_PREFIX):
        return _refused("token_invalid")
    row = _TOKEN.row(secrets.digest(raw))
    if row is None or not row[-1]:
        return _refused("token_invalid")
    token_id, account_id, scopes, created_at, expires_at, used_at, revoked_at, ended_at, only, *names = row
    if revoked_at is not None:
        return _refused("token_revoked")
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        return _refused("token_expired")
    if ended_at is not None or (used_at or created_at) + timedelta(days=IDLE_TOKEN_DAYS) <= now:
        return _refused("token_inactive")
    is_noted = used_at is not None and now - used_at < timedelta(minutes=USE_NOTED_EVERY_MINUTES)
    first_name, last_name, email, _is_active = names
    name = AccountRow(account_id, email, first_name, last_name, "").display_name
    unnoted = None if is_noted else token_id
    return TokenCheck(account_id, name, frozenset(scopes), unnoted_token_id=unnoted, organisation_id=only)


def token_rows(
    account_id: int, *, token_ids: Iterable[int] | None = None, limit: int = 200, skip: int = 0
) -> list[TokenRow]:
    """The tokens that were not revoked, newest first; only those of `token_ids` where given."""
    rows = ApiToken.objects.filter(account_id=account_id, revoked_at=None).order_by("-pk")
    if token_ids is not None:
        rows = rows.filter(pk__in=list(token_ids))
    return [TokenRow(*row) for row in rows.values_list(*_LISTED)[skip : skip + limit]]


def token_total(account_id: int) -> int:
    return ApiToken.objects.filter(account_id=account_id, revoked_at=None).count()


def has_token(account_id: int, token_id: int) -> bool:
    """Whether this is a token of the person's that was not revoked."""
    return ApiToken.objects.filter(pk=token_id, account_id=account_id, revoked_at=None).exists()


def _refused(reason: str) -> TokenCheck:
    return TokenCheck(None, "", frozenset(), reason)
