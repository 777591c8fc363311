"""Reads of the identity room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.prepared import Prepared
from stellwerk.identity.models import Account, ApiToken, ApplicationPassword
from stellwerk.identity.rules import IDLE_TOKEN_DAYS, TOKEN_PREFIX, TOKEN_USE_NOTED_EVERY_MINUTES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A person as other rooms may know it."""

    id: int
    email: str
    first_name: str
    last_name: str
    language: str

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """The outcome of a presented token: the owner and scopes, or the reason for a 401 (API-011)."""

    account_id: int | None
    name: str
    scopes: frozenset[str]
    refused_because: str = ""
    unnoted_token_id: int | None = None  # whose use must be noted, because an hour has passed since the last note


_TOKEN_COLUMNS = (
    "pk", "account_id", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at",
    "account__first_name", "account__last_name", "account__email", "account__is_active",
)  # fmt: skip
_TOKEN = Prepared(lambda digest: ApiToken.objects.filter(digest=digest).values_list(*_TOKEN_COLUMNS), str)
_COLUMNS = ("pk", "email", "first_name", "last_name", "language")


def has_accounts() -> bool:
    """Whether anybody lives here yet."""
    return Account.objects.exists()


def account_row(account_id: int) -> AccountRow | None:
    row = Account.objects.filter(pk=account_id).values_list(*_COLUMNS).first()
    return AccountRow(*row) if row else None


def account_rows(account_ids: Iterable[int]) -> dict[int, AccountRow]:
    rows = Account.objects.filter(pk__in=list(account_ids)).values_list(*_COLUMNS)
    return {row[0]: AccountRow(*row) for row in rows}


def account_id_of(email: str) -> int | None:
    """For doors that already proved who asks; never show the answer to a stranger."""
    return Account.objects.filter(email__iexact=email).values_list("pk", flat=True).first()


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


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """What people see of themselves."""

    id: int
    email: str
    first_name: str
    last_name: str
    phone: str
    language: str
    theme: str
    is_operator: bool
    created_at: datetime
    last_login: datetime | None

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


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


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is signed in (SEC-052)."""

    id: int
    user_agent: str
    address: str
    created_at: datetime
    is_current: bool


def profile_row(account_id: int) -> ProfileRow | None:
    columns = ("pk", "email", "first_name", "last_name", "phone", "language", "theme", "is_operator", "created_at")
    row = Account.objects.filter(pk=account_id, is_active=True).values_list(*columns, "last_login").first()
    return ProfileRow(*row) if row else None


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


def session_rows(account_id: int, *, current_key: str, limit: int = 50) -> list[SessionRow]:
    """The browsers that are signed in, newest first. Sessions that ran out are left out, in two queries."""
    rows = list(UserSession.objects.filter(user_id=account_id).order_by("-pk")[:limit])
    alive = Session.objects.filter(session_key__in=[row.session_key for row in rows], expire_date__gt=clock.wall())
    keys = set(alive.values_list("session_key", flat=True))
    return [
        SessionRow(row.pk, row.user_agent, row.ip, row.created_at, row.session_key == current_key)
        for row in rows
        if row.session_key in keys
    ]


def has_session(account_id: int, session_id: int) -> bool:
    return bool(UserSession.objects.filter(pk=session_id, user_id=account_id).exists())


def _refused(reason: str) -> TokenCheck:
    return TokenCheck(None, "", frozenset(), reason)
