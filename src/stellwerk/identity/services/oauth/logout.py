"""An application asks to sign its person out (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from allauth.idp.oidc.models import Client

from stellwerk.identity.errors import OAuthRefusal
from stellwerk.identity.rules import redirect_matches
from stellwerk.identity.services.oauth.keys import verified

if TYPE_CHECKING:
    from collections.abc import Mapping

PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")
_LONGEST = 4_000  # an ID token has about a thousand letters


@dataclass(frozen=True, slots=True)
class LogoutRequest:
    """`application` is empty when nobody proved who asks; `location` is where the browser goes then, or empty."""

    application: str = ""
    location: str = ""


def checked_logout(asked: Mapping[str, str], *, issuer: str) -> LogoutRequest:
    """What an application asks, judged. System-only, writes nothing.

    Only an ID token of ours proves who asks; without it nobody is led anywhere (section 3). It may have expired, as
    section 4 demands. Raises OAuthRefusal for a token that is not ours, for two different applications, and for an
    address that was not registered.
    """
    if any(len(value) > _LONGEST for value in asked.values()):
        raise OAuthRefusal("invalid_request", "A parameter is too long.")
    hint, redirect_uri = asked.get("id_token_hint", ""), asked.get("post_logout_redirect_uri", "")
    if not hint:
        if redirect_uri:
            raise OAuthRefusal("invalid_request", "post_logout_redirect_uri needs id_token_hint.")
        return LogoutRequest()
    client_id = str(verified(hint, issuer=issuer).get("aud", ""))
    if asked.get("client_id", client_id) != client_id:
        raise OAuthRefusal("invalid_request", "The client_id is not that of the id_token_hint.")
    client = Client.objects.filter(pk=client_id, owner__is_active=True).first()
    if client is None:
        raise OAuthRefusal("invalid_client", "The application is gone.")
    if not redirect_uri:
        return LogoutRequest(client.name)
    known = (client.data or {}).get("post_logout_redirect_uris", [])
    is_public = client.type == Client.Type.PUBLIC
    if not any(redirect_matches(redirect_uri, each, is_public=is_public) for each in known):
        raise OAuthRefusal("invalid_request", "The post_logout_redirect_uri is not one of those registered.")
    state = asked.get("state", "")
    joined = f"{'&' if '?' in redirect_uri else '?'}{urlencode({'state': state})}" if state else ""
    return LogoutRequest(client.name, redirect_uri + joined)
