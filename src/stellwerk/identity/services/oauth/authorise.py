"""The answer of a person to an application: from a checked request to a code (RFC 6749 4.1, RFC 7636, RFC 9700)."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.idp.oidc.models import Client, Token
from django.db import transaction

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.identity import policy
from stellwerk.identity.errors import OAuthRefusal
from stellwerk.identity.events import ApplicationAllowed
from stellwerk.identity.models import ApplicationConsent
from stellwerk.identity.rules import CODE_PREFIX, redirect_matches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stellwerk.foundation.actor import Actor

CODE_SECONDS = 60
_ONCE = ("client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "nonce", "prompt", "max_age")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # SHA-256 in base64url
_AGE = re.compile(r"[0-9]{1,9}")
_LONGEST = 1_000


class RedirectedRefusal(OAuthRefusal):
    """A refusal that the application learns through the browser; `location` leads there."""

    def __init__(self, code: str, text: str, *, request: AuthorisationRequest) -> None:
        super().__init__(code, text)
        self.location = request.led_back(error=code, error_description=text)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorisationRequest:
    """What an application asks a person for."""

    client_id: str
    client_name: str
    is_public: bool
    redirect_uri: str
    state: str
    issuer: str
    scopes: tuple[str, ...] = ()
    challenge: str = ""
    nonce: str = ""
    prompts: frozenset[str] = frozenset()
    most_age_seconds: int | None = None
    is_lasting: bool = False

    def wants_password(self, *, age_seconds: int) -> bool:
        """Whether the person must prove again who it is (OpenID Connect Core 3.1.2.1)."""
        too_old = self.most_age_seconds is not None and age_seconds > self.most_age_seconds
        return "login" in self.prompts or too_old

    def led_back(self, **answer: str) -> str:
        """The redirect address with the answer in its query (RFC 6749 4.1.2, RFC 9207)."""
        values = {**answer, **({"state": self.state} if self.state else {}), "iss": self.issuer}
        return f"{self.redirect_uri}{'&' if '?' in self.redirect_uri else '?'}{urlencode(values)}"


def checked_request(asked: Mapping[str, list[str]], *, issuer: str) -> AuthorisationRequest:
    """The request of an application, judged. System-only, writes nothing.

    Raises OAuthRefusal while nobody knows where to lead back to (API-032), then RedirectedRefusal.
    """
    one = {name: values[0] for name, values in asked.items() if values}
    if any(len(asked.get(name, ())) > 1 for name in _ONCE) or any(len(value) > _LONGEST for value in one.values()):
        raise OAuthRefusal("invalid_request", "A parameter is too long or stands twice.")
    client = Client.objects.filter(pk=one.get("client_id", ""), owner__is_active=True).first()
    if client is None:
        raise OAuthRefusal("invalid_client", "No application has this client_id.")
    is_public = client.type == Client.Type.PUBLIC
    redirect_uri = one.get("redirect_uri", "")
    if not any(redirect_matches(redirect_uri, known, is_public=is_public) for known in client.get_redirect_uris()):
        raise OAuthRefusal("invalid_request", "The redirect_uri is not one of those registered.")
    request = AuthorisationRequest(
        client_id=client.pk,
        client_name=client.name,
        is_public=is_public,
        redirect_uri=redirect_uri,
        state=one.get("state", ""),
        issuer=issuer,
        scopes=tuple(dict.fromkeys(one.get("scope", "").split())),
        challenge=one.get("code_challenge", ""),
        nonce=one.get("nonce", ""),
        prompts=frozenset(one.get("prompt", "").split()),
        is_lasting=one.get("access_type") == "offline",
        most_age_seconds=_seconds(one.get("max_age", "")),
    )
    _refuse_bad(request, one, client.get_scopes())
    return request


def _seconds(raw: str) -> int | None:
    return int(raw) if _AGE.fullmatch(raw) else None


def _refuse_bad(request: AuthorisationRequest, one: Mapping[str, str], allowed: list[str]) -> None:
    def refused(code: str, text: str) -> RedirectedRefusal:
        return RedirectedRefusal(code, text, request=request)

    if one.get("response_type") != "code":
        raise refused("unsupported_response_type", "Only response_type=code is served.")
    for name in ("request", "request_uri"):
        if name in one:
            raise refused(f"{name}_not_supported", "Send the parameters themselves.")
    if one.get("response_mode", "query") != "query":
        raise refused("invalid_request", "Only response_mode=query is served.")
    if one.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(request.challenge):
        raise refused("invalid_request", "PKCE with code_challenge_method=S256 is required.")
    if not request.scopes or set(request.scopes) - set(allowed):
        raise refused("invalid_scope", "Ask for at least one scope, and only for those registered.")
    if "max_age" in one and request.most_age_seconds is None:
        raise refused("invalid_request", "max_age is a number of seconds.")
    if "none" in request.prompts and len(request.prompts) > 1:
        raise refused("invalid_request", "prompt=none stands alone.")


def is_allowed_before(request: AuthorisationRequest, *, account_id: int) -> bool:
    """Whether the person has answered this before, so that it need not be asked again. System-only, writes nothing.

    Never for public applications: another program could pretend to be one (RFC 8252 8.6).
    """
    if request.is_public or request.prompts & {"consent", "login", "select_account"}:
        return False
    consents = ApplicationConsent.objects.filter(account_id=account_id, client_id=request.client_id)
    known = consents.values_list("scopes", flat=True).first()
    return known is not None and set(request.scopes) <= set(known)


@transaction.atomic
def allow(*, actor: Actor, account_id: int, request: AuthorisationRequest, authenticated_at: int) -> str:
    """Let the application act for the person; the answer is where the browser goes, with a code for one minute.

    `authenticated_at` is when the person last proved who it is, in seconds since 1970, for the ID token.
    Refusals: policy. A second answer adds its scopes to the consent. Publishes ApplicationAllowed for new scopes.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    now = clock.now()
    consent, is_new = ApplicationConsent.objects.select_for_update().get_or_create(
        account_id=account_id,
        client_id=request.client_id,
        defaults={"scopes": sorted(request.scopes), "granted_at": now},
    )
    known = set() if is_new else set(consent.scopes)
    if set(request.scopes) - known:
        consent.scopes, consent.granted_at = sorted(known | set(request.scopes)), now
        consent.save(update_fields=["scopes", "granted_at"])
        scopes = ", ".join(request.scopes)
        event = ApplicationAllowed(client_id=request.client_id, name=request.client_name, scopes=scopes)
        events.publish(event, actor=actor)
    code = secrets.new_secret(CODE_PREFIX)
    data: dict[str, Any] = {
        "family": uuid.uuid4().hex,
        "redirect_uri": request.redirect_uri,
        "challenge": request.challenge,
        "nonce": request.nonce,
        "is_lasting": request.is_lasting,
        "auth_time": authenticated_at,
    }
    Token.objects.create(
        type=Token.Type.AUTHORIZATION_CODE, hash=secrets.digest(code), client_id=request.client_id,
        user_id=account_id, scopes="\n".join(request.scopes), data=data, created_at=now,
        expires_at=now + timedelta(seconds=CODE_SECONDS),
    )  # fmt: skip
    return request.led_back(code=code)
