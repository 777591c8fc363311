"""The addresses programs call: tokens, their state and end, keys, discovery. Nobody's cookie is read here.

Answers and refusals have the form of their RFCs, not the envelope of the REST interface.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from stellwerk.foundation import clock
from stellwerk.identity import queries
from stellwerk.identity.errors import OAuthRefusal
from stellwerk.identity.queries.oauth import claims_of, introspected
from stellwerk.identity.rules import SCOPES
from stellwerk.identity.services.oauth import devices, exchange, keys
from stellwerk.identity.services.oauth.endings import end_presented

if TYPE_CHECKING:
    from collections.abc import Callable

# In an address they would end up in logs, histories and Referer headers (RFC 9700 4.3.2).
_NEVER_IN_AN_ADDRESS = frozenset(
    {"access_token", "token", "refresh_token", "client_secret", "code", "code_verifier", "device_code", "password"}
)
_PLACES = {
    "authorization_endpoint": "authorise",
    "token_endpoint": "oauth-token",
    "userinfo_endpoint": "userinfo",
    "jwks_uri": "jwks",
    "revocation_endpoint": "oauth-revoke",
    "introspection_endpoint": "oauth-introspect",
    "device_authorization_endpoint": "device-code",
    "end_session_endpoint": "end-session",
}
_CLIENT_METHODS = ["client_secret_basic", "client_secret_post", "none"]
_ABILITIES = {
    "scopes_supported": list(SCOPES),
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials", exchange.DEVICE_GRANT],
    "code_challenge_methods_supported": ["S256"],
    "token_endpoint_auth_methods_supported": _CLIENT_METHODS,
    "revocation_endpoint_auth_methods_supported": _CLIENT_METHODS,
    "introspection_endpoint_auth_methods_supported": _CLIENT_METHODS,
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": [keys.ALGORITHM],
    "claims_supported": [
        "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "name", "given_name", "family_name",
        "locale", "email", "email_verified", "phone_number", "picture",
    ],
    "prompt_values_supported": ["none", "login", "consent"],
    "authorization_response_iss_parameter_supported": True,
    "request_parameter_supported": False,
    "request_uri_parameter_supported": False,
}  # fmt: skip
_SECRETS = sensitive_post_parameters("client_secret", "code", "code_verifier", "refresh_token", "token", "device_code")


def issuer_of(request: HttpRequest) -> str:
    """The web host, as applications see it."""
    return settings.SITE_URL.rstrip("/") or request.build_absolute_uri("/").rstrip("/")


def for_programs(*methods: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """An address without cookies: refusals become JSON, nothing is cached, no secret comes in the address."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answered(request: HttpRequest) -> HttpResponse:
            try:
                if _NEVER_IN_AN_ADDRESS & request.GET.keys():
                    raise OAuthRefusal("invalid_request", "Secrets belong into the body or the header.")
                answer = view(request)
            except OAuthRefusal as refusal:
                answer = _refused(refusal)
            answer["Cache-Control"] = "no-store"
            return answer

        return csrf_exempt(require_http_methods(list(methods))(_SECRETS(answered)))

    return wrap


@for_programs("POST", "DELETE")
def token(request: HttpRequest) -> HttpResponse:
    """POST issues tokens (RFC 6749 3.2); DELETE ends the token of the header."""
    if request.method == "DELETE":
        check = _presented(request)
        end_presented(client_id=check.client_id, raw=_bearer(request))
        return JsonResponse({"result": "success", "data": True})
    asked = _form(request)
    client = exchange.authenticated_client(asked, request.headers.get("Authorization", ""))
    return JsonResponse(exchange.exchanged(asked, client, issuer=issuer_of(request)))


@for_programs("GET")
def token_check(request: HttpRequest) -> HttpResponse:
    """What the token of the header is worth."""
    check = _presented(request)
    left = int((check.expires_at - clock.now()).total_seconds()) if check.expires_at else 0
    return JsonResponse(
        {
            "client_id": check.client_id,
            "user_id": check.account_id,
            "scope": " ".join(sorted(check.scopes)),
            "expires_in": left,
            "token_type": "Bearer",
        }
    )


@for_programs("POST")
def introspect(request: HttpRequest) -> HttpResponse:
    """The state of a token, for the application that holds it (RFC 7662)."""
    asked = _form(request)
    client = exchange.authenticated_client(asked, request.headers.get("Authorization", ""))
    return JsonResponse(introspected(client.pk, asked.get("token", "")))


@for_programs("POST")
def revoke(request: HttpRequest) -> HttpResponse:
    """End a token and all of its family (RFC 7009); what is unknown is ended already."""
    asked = _form(request)
    client = exchange.authenticated_client(asked, request.headers.get("Authorization", ""))
    end_presented(client_id=client.pk, raw=asked.get("token", ""))
    return HttpResponse(status=200)


@for_programs("GET", "POST")
def userinfo(request: HttpRequest) -> HttpResponse:
    """Who the person is, within the scopes of the token (OpenID Connect Core 5.3)."""
    check = _presented(request)
    if check.account_id is None or "openid" not in check.scopes:
        raise OAuthRefusal("insufficient_scope", "The token was not given for openid.", status=403)
    return JsonResponse(claims_of(check.account_id, check.scopes, issuer=issuer_of(request)))


@for_programs("POST")
def device_code(request: HttpRequest) -> HttpResponse:
    """A device asks for its codes (RFC 8628 3.1)."""
    asked = _form(request)
    client = exchange.authenticated_client(asked, request.headers.get("Authorization", ""))
    if exchange.DEVICE_GRANT not in client.get_grant_types():
        raise OAuthRefusal("unauthorized_client", "This application may not use this grant_type.")
    started = devices.start_device(client=client, scopes=list(dict.fromkeys(asked.get("scope", "").split())))
    page = f"{issuer_of(request)}{reverse('identity:device')}"
    return JsonResponse(
        {
            "device_code": started.device_code,
            "user_code": started.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={started.user_code}",
            "expires_in": devices.VALID_SECONDS,
            "interval": devices.INTERVAL_SECONDS,
        }
    )


@require_safe
def discovery(request: HttpRequest) -> HttpResponse:
    """What the provider can do and where (OpenID Connect Discovery, RFC 8414)."""
    issuer = issuer_of(request)
    places = {name: f"{issuer}{reverse(f'identity:{route}')}" for name, route in _PLACES.items()}
    return _public({"issuer": issuer, **places, **_ABILITIES, "service_documentation": f"{issuer}/docs"})


@require_safe
def jwks(_request: HttpRequest) -> HttpResponse:
    return _public({"keys": keys.public_keys()})


def _public(data: dict[str, Any]) -> HttpResponse:
    answer = JsonResponse(data)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def _form(request: HttpRequest) -> dict[str, str]:
    """The parameters of a body. One that stands twice is refused (RFC 6749 3.2)."""
    if any(len(values) > 1 or "\0" in values[0] for _name, values in request.POST.lists()):
        raise OAuthRefusal("invalid_request", "A parameter stands twice.")
    return {name: str(value) for name, value in request.POST.items()}


def _bearer(request: HttpRequest) -> str:
    kind, _space, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def _presented(request: HttpRequest) -> queries.AccessCheck:
    check = queries.checked_access_token(_bearer(request))
    if check.refused_because:
        raise OAuthRefusal("invalid_token", check.refused_because, status=401)
    return check


def _refused(refusal: OAuthRefusal) -> HttpResponse:
    answer = JsonResponse({"error": refusal.code, "error_description": refusal.text}, status=refusal.status)
    if refusal.code in ("invalid_token", "insufficient_scope"):
        answer["WWW-Authenticate"] = f'Bearer error="{refusal.code}", error_description="{refusal.text}"'
    elif refusal.status == 401:  # noqa: PLR2004  RFC 6749 5.2
        answer["WWW-Authenticate"] = 'Basic realm="Stellwerk"'
    return answer
