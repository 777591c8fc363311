"""Reads of the identity room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from stellwerk.foundation import clock, secrets
from stellwerk.identity.models import Account, ApiToken
from stellwerk.identity.rules import IDLE_TOKEN_DAYS, TOKEN_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable


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
    token_id: int | None = None


_COLUMNS = ("pk", "email", "first_name", "last_name", "language")


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
    token = ApiToken.objects.select_related("account").filter(digest=secrets.digest(raw)).first()
    if token is None or not token.account.is_active:
        return _refused("token_invalid")
    if token.revoked_at is not None:
        return _refused("token_revoked")
    now = clock.now()
    if token.expires_at is not None and token.expires_at <= now:
        return _refused("token_expired")
    if (token.last_used_at or token.created_at) + timedelta(days=IDLE_TOKEN_DAYS) <= now:
        return _refused("token_inactive")
    return TokenCheck(token.account_id, token.account.display_name, frozenset(token.scopes), token_id=token.pk)


def _refused(reason: str) -> TokenCheck:
    return TokenCheck(None, "", frozenset(), reason)
