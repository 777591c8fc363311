"""The token endpoint: what an application gets for a code, a refresh token, its own secret or a device's patience.

Not one transaction each: what a replay ends must stay ended when the refusal leaves. System-only: who holds the code or
the token, and knows the secret, has the right.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from allauth.idp.oidc.models import Client, Token
from django.db import transaction
from django.utils.crypto import constant_time_compare

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.actor import SYSTEM
from stellwerk.identity.errors import OAuthRefusal
from stellwerk.identity.events import ApplicationTokenReplayed
from stellwerk.identity.models import Account
from stellwerk.identity.services.oauth.devices import grant_of_device
from stellwerk.identity.services.oauth.endings import end_family
from stellwerk.identity.services.oauth.issue import Grant, issue

if TYPE_CHECKING:
    from collections.abc import Mapping

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_NO_GRANT = "The code or token is unknown, used, expired, or of another application."


def authenticated_client(asked: Mapping[str, str], authorisation: str) -> Client:
    """The application that calls (RFC 6749 2.3). Basic credentials are form-decoded, as 2.3.1 says.

    Raises OAuthRefusal `invalid_client` with 401: unknown, wrong secret, a secret where none is or none where one is.
    """
    client_id, secret = asked.get("client_id", ""), asked.get("client_secret", "")
    kind, _space, value = authorisation.partition(" ")
    if kind.lower() == "basic":
        if secret:
            raise OAuthRefusal("invalid_request", "Send the secret once, in the header or in the body.")
        named, secret = _basic(value)
        if client_id and client_id != named:
            raise OAuthRefusal("invalid_request", "Header and body name different applications.")
        client_id = named
    client = Client.objects.filter(pk=client_id, owner__is_active=True).first()
    is_public = client is not None and client.type == Client.Type.PUBLIC
    fits = (
        not secret
        if is_public
        else constant_time_compare(client.secret if client else "", secrets.digest(secret) if secret else "none")
    )
    if client is None or not fits:
        raise OAuthRefusal("invalid_client", "The application is unknown or its secret is wrong.", status=401)
    return client


def exchanged(asked: Mapping[str, str], client: Client, *, issuer: str) -> dict[str, Any]:
    """What the application gets for what it presents (RFC 6749 4.1.3, 4.4, 6; RFC 8628 3.4). Raises OAuthRefusal."""
    kind = asked.get("grant_type", "")
    if kind not in (*_GRANTS, "client_credentials", DEVICE_GRANT):
        raise OAuthRefusal("unsupported_grant_type" if kind else "invalid_request", "Name a known grant_type.")
    if kind not in client.get_grant_types():
        raise OAuthRefusal("unauthorized_client", "This application may not use this grant_type.")
    if kind == "client_credentials":
        return _for_itself(asked, client, issuer)
    if kind == DEVICE_GRANT:
        return grant_of_device(asked.get("device_code", ""), client, issuer=issuer)
    return _GRANTS[kind](asked, client, issuer)


def _from_code(asked: Mapping[str, str], client: Client, issuer: str) -> dict[str, Any]:
    with transaction.atomic():
        row = _presented(Token.Type.AUTHORIZATION_CODE, asked.get("code", ""), client)
        is_replay = row.data.get("ended") == "used"
        if not is_replay:
            _refuse_wrong_holder(row, asked)
            row.data = {**row.data, "ended": "used"}
            row.save(update_fields=["data"])
            data = row.data
            return issue(
                Grant(
                    client=client, account=_active(row), scopes=row.get_scopes(), issuer=issuer,
                    family=data["family"], is_lasting=data["is_lasting"], nonce=data["nonce"],
                    auth_time=data.get("auth_time"),
                )
            )  # fmt: skip
        _end_copies(row, client)
    raise OAuthRefusal("invalid_grant", _NO_GRANT)


def _from_refresh_token(asked: Mapping[str, str], client: Client, issuer: str) -> dict[str, Any]:
    with transaction.atomic():
        row = _presented(Token.Type.REFRESH_TOKEN, asked.get("refresh_token", ""), client)
        if row.data.get("ended") != "replaced":
            granted = row.get_scopes()
            wanted = list(dict.fromkeys(asked.get("scope", "").split())) or granted
            if set(wanted) - set(granted):
                raise OAuthRefusal("invalid_scope", "A refresh token cannot gain scopes.")
            account = _active(row)
            row.data = {**row.data, "ended": "replaced"}
            row.save(update_fields=["data"])
            return issue(
                Grant(
                    client=client, account=account, scopes=wanted, issuer=issuer,
                    family=row.data["family"], is_lasting=True, lasting_scopes=granted,
                    auth_time=row.data.get("auth_time"),
                )
            )  # fmt: skip
        _end_copies(row, client)
    raise OAuthRefusal("invalid_grant", _NO_GRANT)


def _for_itself(asked: Mapping[str, str], client: Client, issuer: str) -> dict[str, Any]:
    wanted = list(dict.fromkeys(asked.get("scope", "").split()))
    if set(wanted) - set(client.get_scopes()) or "openid" in wanted:
        raise OAuthRefusal("invalid_scope", "Ask only for scopes registered, and not for those of a person.")
    with transaction.atomic():
        return issue(Grant(client=client, account=None, scopes=wanted, issuer=issuer))


_GRANTS = {"authorization_code": _from_code, "refresh_token": _from_refresh_token}


def _presented(kind: str, raw: str, client: Client) -> Any:
    """The locked row of a code or refresh token. What was used before comes back as well: it tells of a copy."""
    if not raw:
        raise OAuthRefusal("invalid_request", "The code or token is missing.")
    row = Token.objects.select_for_update().filter(type=kind, hash=secrets.digest(raw), client=client).first()
    is_over = row is not None and (row.expires_at <= clock.now() or row.data.get("ended") == "revoked")
    if row is None or (is_over and row.data.get("ended") != "used"):
        raise OAuthRefusal("invalid_grant", _NO_GRANT)
    return row


def _refuse_wrong_holder(row: Any, asked: Mapping[str, str]) -> None:
    """The redirect address and the PKCE verifier prove that who asked is who comes back (RFC 7636 4.6)."""
    verifier = asked.get("code_verifier", "")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if asked.get("redirect_uri") != row.data["redirect_uri"]:
        raise OAuthRefusal("invalid_grant", "The redirect_uri differs from that of the request.")
    if not verifier or not constant_time_compare(challenge, row.data["challenge"]):
        raise OAuthRefusal("invalid_grant", "The code_verifier does not fit.")


def _active(row: Any) -> Account:
    account = Account.objects.filter(pk=row.user_id, is_active=True).first()
    if account is None:
        raise OAuthRefusal("invalid_grant", _NO_GRANT)
    return account


def _end_copies(row: Any, client: Client) -> None:
    end_family(client.pk, row.user_id, family=row.data["family"])
    owner = Account.objects.filter(pk=row.user_id).first()
    event = ApplicationTokenReplayed(client_id=client.pk, name=client.name)
    events.publish(event, actor=owner.acting(SYSTEM) if owner else SYSTEM)


def _basic(value: str) -> tuple[str, str]:
    try:
        name, _colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as bad:
        raise OAuthRefusal("invalid_client", "The Authorization header is not valid.", status=401) from bad
    return unquote_plus(name), unquote_plus(secret)
