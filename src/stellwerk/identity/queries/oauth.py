"""The OAuth provider's reads: what a token is worth, applications of a person, access given to others'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from allauth.idp.oidc.models import Client, Token

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.prepared import Prepared
from stellwerk.identity.models import Account, ApplicationConsent
from stellwerk.identity.queries.accounts import AccountRow
from stellwerk.identity.queries.pictures import picture_address
from stellwerk.identity.queries.scopes import ScopeRow, scope_rows
from stellwerk.identity.rules import ACCESS_TOKEN_PREFIX

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

_COLUMNS = (
    "user_id", "client_id", "scopes", "data", "expires_at", "client__owner__is_active",
    "user__is_active", "user__first_name", "user__last_name", "user__email",
)  # fmt: skip
_ACCESS = Prepared(lambda digest: Token.objects.filter(type="at", hash=digest).values_list(*_COLUMNS), str)
_LOCALES = {"de": "de-CH", "fr": "fr-CH", "it": "it-CH", "en": "en", "es": "es"}


@dataclass(frozen=True, slots=True)
class AccessCheck:
    """What an OAuth access token is worth. `account_id` is None for an application that acts for itself."""

    client_id: str = ""
    account_id: int | None = None
    name: str = ""
    scopes: frozenset[str] = frozenset()
    expires_at: datetime | None = None
    refused_because: str = ""


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application as its owner sees it."""

    client_id: str
    name: str
    description: str
    is_public: bool
    redirect_uris: list[str]
    scopes: list[str]
    created_at: datetime
    post_logout_redirect_uris: list[str]


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """Access that a person gave an application (API-033)."""

    id: int
    name: str
    owner_name: str
    scopes: list[str]
    granted_at: datetime
    last_used_at: datetime | None

    @property
    def scope_words(self) -> list[ScopeRow]:
        return scope_rows(self.scopes)


def checked_access_token(raw: str) -> AccessCheck:
    """What an access token is worth now: one indexed query, none for a value that cannot be ours."""
    if not secrets.is_well_formed(raw, ACCESS_TOKEN_PREFIX):
        return AccessCheck(refused_because="token_invalid")
    row = _ACCESS.row(secrets.digest(raw))
    if row is None:
        return AccessCheck(refused_because="token_invalid")
    account_id, client_id, scopes, data, expires_at, is_kept, is_active, first_name, last_name, email = row
    if (data or {}).get("ended"):
        return AccessCheck(refused_because="token_revoked")
    if not is_kept or (account_id is not None and not is_active):
        return AccessCheck(refused_because="token_invalid")
    if expires_at <= clock.now():
        return AccessCheck(refused_because="token_expired")
    name = "" if account_id is None else AccountRow(account_id, email, first_name, last_name, "").display_name
    return AccessCheck(client_id, account_id, name, frozenset(scopes.split("\n")) - {""}, expires_at)


def introspected(client_id: str, raw: str) -> dict[str, Any]:
    """The state of a token for the application that holds it (RFC 7662); everything else is not active."""
    row = Token.objects.filter(hash=secrets.digest(raw), type__in=["at", "rt"], client_id=client_id).first()
    is_dead = row is None or row.data.get("ended") or row.expires_at <= clock.now()
    if is_dead or (row.user_id and not row.user.is_active):
        return {"active": False}
    answer = {
        "active": True,
        "client_id": client_id,
        "scope": " ".join(row.get_scopes()),
        "exp": int(row.expires_at.timestamp()),
        "iat": int(row.created_at.timestamp()),
        "token_type": "Bearer" if row.type == "at" else "refresh_token",
    }
    return {**answer, "sub": str(row.user_id)} if row.user_id else answer


def claims_of(account_id: int, scopes: Collection[str], *, issuer: str) -> dict[str, Any]:
    """What an application learns of a person (OpenID Connect Core 5.4), within the scopes.

    `picture` is for browsers of people who may see it; no token opens it.
    """
    account = Account.objects.get(pk=account_id)
    claims: dict[str, Any] = {"sub": str(account.pk)}
    if "profile" in scopes:
        claims |= {
            "name": account.display_name,
            "given_name": account.first_name,
            "family_name": account.last_name,
            "locale": _LOCALES.get(account.language, "en"),
        }
        if account.picture_sha256:
            claims["picture"] = issuer + picture_address(account.pk, account.picture_sha256)
    if "email" in scopes:
        claims |= {"email": account.email, "email_verified": True}
    if "phone" in scopes and account.phone:
        claims["phone_number"] = account.phone
    return claims


def application_rows(account_id: int, *, limit: int = 100) -> list[ApplicationRow]:
    """The applications a person registered, newest first."""
    return [_application(row) for row in Client.objects.filter(owner_id=account_id).order_by("-created_at")[:limit]]


def application_row(account_id: int, client_id: str) -> ApplicationRow | None:
    """One of the person's own applications."""
    row = Client.objects.filter(owner_id=account_id, pk=client_id).first()
    return _application(row) if row else None


def application_owner(client_id: str) -> str:
    """Who stands behind an application, for the person who is to trust it."""
    owner = Account.objects.filter(pk__in=Client.objects.filter(pk=client_id).values("owner_id")).first()
    return owner.display_name if owner else ""


def consent_rows(account_id: int, *, limit: int = 100) -> list[ConsentRow]:
    """The applications a person gave access to, newest first."""
    rows = ApplicationConsent.objects.filter(account_id=account_id).select_related("client__owner").order_by("-pk")
    return [
        ConsentRow(row.pk, row.client.name, row.client.owner.display_name, row.scopes, row.granted_at, row.last_used_at)
        for row in rows[:limit]
    ]


def _application(row: Any) -> ApplicationRow:
    return ApplicationRow(
        row.pk,
        row.name,
        (row.data or {}).get("description", ""),
        row.type == Client.Type.PUBLIC,
        row.get_redirect_uris(),
        row.get_scopes(),
        row.created_at,
        (row.data or {}).get("post_logout_redirect_uris", []),
    )
