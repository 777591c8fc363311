"""Making tokens. Steps of use cases, in their transaction. System-only: the grants decide who gets one."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.idp.oidc.models import Token

from stellwerk.foundation import clock, secrets
from stellwerk.identity.models import Account, ApplicationConsent
from stellwerk.identity.queries.oauth import claims_of
from stellwerk.identity.rules import ACCESS_TOKEN_PREFIX, REFRESH_TOKEN_PREFIX
from stellwerk.identity.services.oauth.keys import signed

if TYPE_CHECKING:
    from allauth.idp.oidc.models import Client

ACCESS_SECONDS = 60 * 60
REFRESH_DAYS = 180  # after the last use: every use makes a new one
ID_TOKEN_SECONDS = 5 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What is to be issued. `account` is None for an application that acts for itself.

    All tokens of one `family` end together: they come from one answer of a person.
    """

    client: Client
    account: Account | None
    scopes: list[str]
    issuer: str
    family: str = field(default_factory=lambda: uuid.uuid4().hex)
    is_lasting: bool = False
    nonce: str = ""
    auth_time: int | None = None  # when the person proved who it is; the same for all tokens of the family
    lasting_scopes: list[str] | None = None  # of the refresh token, where the access token got fewer (RFC 6749 6)


def issue(grant: Grant) -> dict[str, Any]:
    """The answer of the token endpoint (RFC 6749 5.1), with `user_id` and, for openid, the ID token."""
    access, now = secrets.new_secret(ACCESS_TOKEN_PREFIX), clock.now()
    _store(grant, Token.Type.ACCESS_TOKEN, access, scopes=grant.scopes, lasts=timedelta(seconds=ACCESS_SECONDS))
    answer: dict[str, Any] = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": ACCESS_SECONDS,
        "scope": " ".join(grant.scopes),
    }
    if grant.account is None:
        return answer
    if grant.is_lasting:
        refresh = secrets.new_secret(REFRESH_TOKEN_PREFIX)
        scopes = grant.lasting_scopes or grant.scopes
        _store(grant, Token.Type.REFRESH_TOKEN, refresh, scopes=scopes, lasts=timedelta(days=REFRESH_DAYS))
        answer["refresh_token"] = refresh
    answer["user_id"] = grant.account.pk
    if "openid" in grant.scopes:
        answer["id_token"] = _id_token(grant, access)
    ApplicationConsent.objects.filter(account=grant.account, client=grant.client).update(last_used_at=now)
    return answer


def _store(grant: Grant, kind: str, raw: str, *, scopes: list[str], lasts: timedelta) -> None:
    now = clock.now()
    Token.objects.create(
        type=kind,
        hash=secrets.digest(raw),
        client=grant.client,
        user=grant.account,
        scopes="\n".join(scopes),
        data={"family": grant.family, "auth_time": grant.auth_time},
        created_at=now,
        expires_at=now + lasts,
    )


def _id_token(grant: Grant, access: str) -> str:
    """Real time, not the house's: the application that reads it has no other (OpenID Connect Core 2)."""
    issued_at = int(clock.wall().timestamp())
    half = hashlib.sha256(access.encode()).digest()[:16]
    claims = {
        "iss": grant.issuer,
        "aud": grant.client.pk,
        "iat": issued_at,
        "exp": issued_at + ID_TOKEN_SECONDS,
        "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
        **claims_of(grant.account.pk if grant.account else 0, grant.scopes, issuer=grant.issuer),
    }
    if grant.auth_time is not None:
        claims["auth_time"] = grant.auth_time
    if grant.nonce:
        claims["nonce"] = grant.nonce
    return signed(claims)
