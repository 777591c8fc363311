"""The one door of the interface. Every request passes the same checks in the same order (api-wire.md):

401 → 404 hidden → 405, 413, 415, 400 → 429 → 422 → 403 → 409 and the rules of the rooms.

It answers before sessions, cookies and CSRF are looked at: a browser's session is nobody here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import orjson
import pydantic
import structlog
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import IntegrityError
from django.utils import translation
from django.utils.translation.trans_real import get_supported_language_variant, parse_accept_lang_header

from stellwerk.api import commands, refusals
from stellwerk.api.refusals import refusal_answer
from stellwerk.foundation import rate_limits
from stellwerk.foundation.actor import Actor, Through
from stellwerk.foundation.edge.api import (
    METHODS,
    ApiRequest,
    Asked,
    Endpoint,
    checked_parameters,
    field_errors,
    first_unstorable,
    merged,
    nested,
    seen,
)
from stellwerk.foundation.errors import Conflict, DomainError, FieldError, Invalid, NotFound, TooManyRequests
from stellwerk.identity import queries as identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from ninja.operation import Operation

    from stellwerk.api.commands import Found
    from stellwerk.foundation.rate_limits import Allowance

PREFIX = "/api/"
LIMIT = 60
WINDOW_SECONDS = 60
_log = structlog.get_logger(__name__)


class ApiGateway:
    """Middleware that keeps `/api/` to itself. Stands before everything that knows cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        return answered(cast("ApiRequest", request))


def answered(request: ApiRequest) -> HttpResponse:
    """The answer to any request below `/api/`, whatever happens."""
    visit = _Visit(request)
    with translation.override(_language(request.headers.get("Accept-Language", ""))):
        try:
            answer = visit.answer()
        except DomainError as refusal:
            answer = refusal_answer(refusal)
        except IntegrityError:
            answer = refusal_answer(Conflict())  # a rival was faster; the index has decided
        except Exception:  # noqa: BLE001  the outermost edge: nobody above could answer
            answer = _our_fault(request)
    _add_headers(answer, visit)
    return answer


class _Visit:
    """One request on its way through the checks; keeps what the headers of the answer need."""

    def __init__(self, request: ApiRequest) -> None:
        self.request = request
        self.found: Found | None = None
        self.allowance: Allowance | None = None

    def answer(self) -> HttpResponse:
        request = self.request
        self.found = found = commands.find(request.path_info[len(PREFIX) :])
        actor = self._counted_actor()
        if found is None:
            raise refusals.MethodNotFound
        parameters = checked_parameters(found.parameters)
        request.actor = seen(actor, parameters)
        request.version = found.command.version
        endpoint, operation = self._endpoint(found)
        if self.allowance and self.allowance.is_exhausted:
            raise TooManyRequests(retry_after_seconds=self.allowance.retry_after_seconds)
        values = _checked_values(request, endpoint, operation, parameters)
        if endpoint.scope and not request.actor.may_use(endpoint.scope, write=endpoint.writes):
            raise refusals.insufficient_scope(endpoint.scope if endpoint.writes else f"{endpoint.scope}:read")
        return endpoint.view(request, **values)

    def _counted_actor(self) -> Actor:
        """Who asks, counted against the limit: per account over all its tokens, strangers per address."""
        request = self.request
        address = request.META.get("REMOTE_ADDR") or ""
        check = identity.checked_token(_bearer(request))
        who = f"account:{check.account_id}" if check.account_id else f"address:{address}"
        self.allowance = rate_limits.take(f"api:{who}", limit=LIMIT, window_seconds=WINDOW_SECONDS)
        if check.account_id is None and not self._is_public():
            raise refusals.NotAuthorized(check.refused_because)
        return Actor(
            account_id=check.account_id,
            through=Through.TOKEN,
            scopes=check.scopes,
            address=address or None,
            request_id=request.request_id,
            name=check.name,
        )

    def _is_public(self) -> bool:
        if self.found is None:
            return False
        return all(endpoint.is_public for endpoint, _ in self.found.command.methods.values())

    def _endpoint(self, found: Found) -> tuple[Endpoint, Operation]:
        """The method's endpoint, with the body read. Raises 405, 413, 415, 400 in this order."""
        request = self.request
        method = _method(request)
        # A POST may turn out to be a DELETE once its body is read.
        if not {method, "DELETE" if method == "POST" else method} & found.command.methods.keys():
            raise refusals.MethodNotAllowed(found.command.allowed)
        request.payload = _payload(request)
        if method == "POST" and _asks_for_delete(request):
            method = "DELETE"
        known = found.command.methods.get(method)
        if known is None:
            raise refusals.MethodNotAllowed(found.command.allowed)
        return known


def _bearer(request: HttpRequest) -> str:
    """The token of the Authorization header. A token in the address or body is none: addresses end up in logs."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def _method(request: HttpRequest) -> str:
    method = request.method or ""
    if method == "POST" and request.headers.get("X-HTTP-Method-Override", "").upper() == "DELETE":
        return "DELETE"
    if method == "POST" and request.GET.get("_method", "").upper() == "DELETE":
        return "DELETE"
    return method if method in METHODS else ""


def _asks_for_delete(request: ApiRequest) -> bool:
    body = request.payload
    return isinstance(body, dict) and str(body.get("_method", "")).upper() == "DELETE"


def _payload(request: HttpRequest) -> Any:
    """The body as JSON values, `{}` for none. Raises 413, 415, 400."""
    try:
        raw = request.body
    except RequestDataTooBig as big:
        raise refusals.BodyTooLarge from big
    if not raw:
        request._body = b"{}"  # noqa: SLF001  ninja asks whether there is a body
        return {}
    if request.content_type != "application/json":
        raise refusals.UnsupportedMediaType
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as broken:
        raise refusals.MalformedJson from broken


def _checked_values(
    request: ApiRequest, endpoint: Endpoint, operation: Operation, parameters: dict[str, Any]
) -> dict[str, Any]:
    """The arguments of the endpoint. Raises Invalid with everything that is wrong with query and body."""
    errors: list[FieldError] = []
    values: dict[str, Any] = {}
    request.asked = Asked()
    if endpoint.listing is not None:
        asked = merged(nested(request.GET.lists()), request.payload)
        try:
            request.asked = endpoint.listing.asked(asked)
        except Invalid as refused:
            errors += refused.errors
    elif unstorable := first_unstorable(request.payload):
        raise Invalid(*field_errors([unstorable]))
    for model in operation.models:
        source = model.__ninja_param_source__
        try:
            values.update(dict(model.resolve(request, commands.documented(), parameters)))
        except pydantic.ValidationError as refused:
            if source == "path":
                raise NotFound from refused
            errors += field_errors(_inside_the_body(each) for each in refused.errors(include_url=False))
    if errors:
        raise Invalid(*errors)
    return values


def _inside_the_body(error: Any) -> dict[str, Any]:
    """The place of an error without the name of our own argument."""
    return {**error, "loc": error["loc"][1:]}


@lru_cache(maxsize=256)
def _language(accepted: str) -> str:
    for code, _weight in parse_accept_lang_header(accepted.lower()[:500]):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return "en"


def _our_fault(request: ApiRequest) -> HttpResponse:
    got_request_exception.send(sender=ApiGateway, request=request)
    _log.exception("unexpected_error", path=request.path_info)
    return refusal_answer(refusals.UnexpectedError(request_id=request.request_id))


def _add_headers(answer: HttpResponse, visit: _Visit) -> None:
    headers = answer.headers
    if visit.allowance is not None:
        headers["X-RateLimit-Limit"] = str(visit.allowance.limit)
        headers["X-RateLimit-Remaining"] = str(visit.allowance.remaining)
        headers["X-RateLimit-Reset"] = str(visit.allowance.reset_at)
    if visit.found is not None:
        version = visit.found.command.version
        headers["X-Api-Version"] = str(version)
        if not visit.found.is_version_named:
            headers["X-Api-Advice"] = f"Name the version in the address: {PREFIX}{version}/{visit.found.command.path}"
    headers["Cache-Control"] = "no-store"
    headers["Vary"] = "Authorization, Accept-Language"
    headers["X-Content-Type-Options"] = "nosniff"
