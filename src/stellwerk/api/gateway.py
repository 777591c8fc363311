"""The one door of the interface. Every request passes the same checks in the same order (api-wire.md):

401 → 404 hidden → 405, 413, 415, 400 → 429 → 422 → 403 → 409 and the rules of the rooms.

It answers before sessions, cookies and CSRF are looked at: a browser's session is nobody here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import IntegrityError
from django.http import HttpResponse
from django.utils import translation

from stellwerk.api import commands, intake, refusals
from stellwerk.api.limits import LIMIT, WINDOW_SECONDS
from stellwerk.api.refusals import refusal_answer
from stellwerk.foundation import clock, idempotency, rate_limits
from stellwerk.foundation.actor import Actor, Through
from stellwerk.foundation.edge.addresses import client_address, network_of
from stellwerk.foundation.edge.api import JSON, ApiRequest, checked_parameters, seen
from stellwerk.foundation.errors import Conflict, DomainError, NotFound, TooManyRequests
from stellwerk.identity import queries as identity
from stellwerk.identity import services as identity_services
from stellwerk.identity.errors import DeviceNotRecognised
from stellwerk.identity.queries import approve as identity_approve
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from ninja.operation import Operation

    from stellwerk.api.commands import Found
    from stellwerk.foundation.edge.api import Endpoint
    from stellwerk.foundation.prepared import ReadyQuery
    from stellwerk.foundation.rate_limits import Allowance
    from stellwerk.identity.queries import TokenCheck

PREFIX = "/api/"
CURRENT = "accounts/current/"  # the caller's first organisation
_PAGES_OF_THE_API_HOST = ("/openapi.json", "/docs", "/static/")
_log = structlog.get_logger(__name__)


class ApiGateway:
    """Middleware that keeps `/api/` to itself. Stands before everything that knows cookies."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = _command_address(request)
        if address is None:
            return self.get_response(request)
        return answered(cast("ApiRequest", request), address)


def answered(request: ApiRequest, address: str) -> HttpResponse:
    """The answer to a request for the command at `address`, whatever happens."""
    visit = _Visit(request, address)
    with translation.override(intake.language(request)):
        try:
            answer = visit.answer()
        except DomainError as refusal:
            answer = refusal_answer(refusal)
        except SuspiciousOperation:
            answer = refusal_answer(refusals.RequestTooLarge())  # too many bytes, or too many parameters
        except IntegrityError:
            answer = refusal_answer(Conflict())  # a rival was faster; the index has decided
        except Exception:  # noqa: BLE001  the outermost edge: nobody above could answer
            answer = _our_fault(request)
    visit.finish(answer)
    return answer


class _Visit:
    """One request on its way through the checks; keeps what the headers of the answer need."""

    def __init__(self, request: ApiRequest, address: str) -> None:
        self.request = request
        self.found: Found | None = commands.find(address)
        self.allowance: Allowance | None = None
        self.unnoted_token_id: int | None = None

    def answer(self) -> HttpResponse:
        request = self.request
        actor = self._counted_actor()
        if self.found is None:
            raise refusals.MethodNotFound
        parameters = checked_parameters(self.found.parameters)
        request.actor = seen(actor, parameters)
        request.version = self.found.command.version
        endpoint, operation = self._endpoint(self.found)
        if self.allowance and self.allowance.is_exhausted:
            raise TooManyRequests(retry_after_seconds=self.allowance.retry_after_seconds)
        values = intake.checked_values(request, endpoint, operation, parameters)
        if endpoint.scope and not request.actor.may_use(endpoint.scope, write=endpoint.writes):
            raise refusals.insufficient_scope(endpoint.scope if endpoint.writes else f"{endpoint.scope}:read")
        key = request.META.get("HTTP_IDEMPOTENCY_KEY") if endpoint.method == "POST" else None
        if key and request.actor.account_id is not None:
            return _done_once(request, key, self.found, partial(endpoint.view, request, **values))
        return endpoint.view(request, **values)

    def _counted_actor(self) -> Actor:
        """Who asks, counted against the limit: per account over all its tokens, strangers per address.

        The actor stands in the organisation of the address already, where there is one to stand in: one statement
        counts the request and reads the role.
        """
        request = self.request
        if self.found and self.found.command.is_for_devices:
            return self._counted_device()
        address = client_address(request)
        check = identity.checked_token(intake.bearer(request))
        who = f"account:{check.account_id}" if check.account_id else f"application:{check.client_id}"
        if not (check.account_id or check.client_id):
            who = f"address:{network_of(address)}"
        self.allowance, role = rate_limits.take_and_ask(
            f"api:{who}", self._asked_standing(check), limit=LIMIT, window_seconds=WINDOW_SECONDS
        )
        if check.account_id is None and not (self.found and self.found.command.is_public):
            if check.client_id:
                raise refusals.person_required()
            raise refusals.NotAuthorized(check.refused_because)
        self.unnoted_token_id = check.unnoted_token_id
        actor = Actor(
            account_id=check.account_id,
            through=Through.TOKEN,
            scopes=check.scopes,
            address=address or None,
            request_id=request.request_id,
            name=check.name,
            only_organisation_id=check.organisation_id,
        )
        return organisations.standing_as(actor, role[-1], row=role) if role else actor

    def _asked_standing(self, check: TokenCheck) -> ReadyQuery | None:
        """Asks for the role in the organisation of the address; nothing where it names none, or none that can be."""
        if self.found is None:
            return None
        account_id, only = check.account_id, check.organisation_id
        if self.found.command.path.startswith(CURRENT):
            return organisations.asked_first_standing(account_id, only=only)
        try:
            raw = {"organisation_id": self.found.parameters["organisation_id"]}
            return organisations.asked_standing(account_id, checked_parameters(raw)["organisation_id"])
        except (KeyError, NotFound):
            return None

    def _counted_device(self) -> Actor:
        """The approval device that signed the call, with a limit of its own: its polling must not stop its owner."""
        request = self.request
        address = client_address(request)
        check = identity_approve.checked_device(
            authorization=request.META.get("HTTP_AUTHORIZATION", ""),
            method=request.method or "",
            path=request.get_full_path(),
            body=request.body,
        )
        who = f"device:{check.device_id}" if check.device_id else f"address:{network_of(address)}"
        self.allowance = rate_limits.take(f"api:{who}", limit=LIMIT, window_seconds=WINDOW_SECONDS)
        if check.device_id is None:
            raise DeviceNotRecognised(check.refused_because, server_time=int(clock.now().timestamp()))
        request.device_id, request.device_language = check.device_id, check.language
        request.is_use_unnoted = check.is_use_unnoted
        return Actor(
            account_id=check.account_id,
            through=Through.DEVICE,
            scopes=frozenset(),
            address=address or None,
            request_id=request.request_id,
            name=check.account_name,
        )

    def _endpoint(self, found: Found) -> tuple[Endpoint, Operation]:
        """The method's endpoint, with the body read. Raises 405, 413, 415, 400 in this order."""
        methods = found.command.methods
        method = intake.method(self.request)
        # A POST may turn out to be a DELETE once its body is read.
        if not {method, "DELETE" if method == "POST" else method} & methods.keys():
            raise refusals.MethodNotAllowed(found.command.allowed)
        self.request.payload = intake.body(self.request)
        if method == "POST" and intake.asks_for_delete(self.request.payload):
            method = "DELETE"
        if method not in methods:
            raise refusals.MethodNotAllowed(found.command.allowed)
        return methods[method]

    def finish(self, answer: HttpResponse) -> None:
        """The headers every answer has."""
        headers = answer.headers
        if self.allowance is not None:
            headers["X-RateLimit-Limit"] = str(self.allowance.limit)
            headers["X-RateLimit-Remaining"] = str(self.allowance.remaining)
            headers["X-RateLimit-Reset"] = str(self.allowance.reset_at)
        if self.found is not None:
            command = self.found.command
            headers["X-Api-Version"] = str(command.version)
            if not self.found.is_version_named:
                headers["X-Api-Advice"] = f"Name the version in the address: {PREFIX}{command.version}/{command.path}"
        headers["Cache-Control"] = "no-store"
        headers["Vary"] = "Authorization, Accept-Language"
        headers["X-Content-Type-Options"] = "nosniff"
        if self.unnoted_token_id is not None:
            # When the answer is out: a busy database must not make the caller wait for our book-keeping.
            note = partial(identity_services.note_token_use, token_id=self.unnoted_token_id)
            answer._resource_closers.append(note)  # type: ignore[attr-defined]  # noqa: SLF001  Django's own hook


def _command_address(request: HttpRequest) -> str | None:
    """The part of the address that names a command: all of it on the API host, else what stands below `/api/`."""
    path = request.path_info
    if path.startswith(PREFIX):
        return path[len(PREFIX) :]
    host = settings.API_HOST
    if host and request.get_host().partition(":")[0] == host and not path.startswith(_PAGES_OF_THE_API_HOST):
        return path[1:]
    return None


def _done_once(request: ApiRequest, key: str, found: Found, do: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer of the view, or of the first call with this key. Raises KeyReused, KeyInProgress."""
    asked = {
        "command": [found.command.version, found.command.path, found.parameters],
        "query": sorted(request.GET.lists()),
        "body": request.payload,
    }
    kept = idempotency.answer_once(
        scope=f"account:{request.actor.account_id}",
        key=key,
        request=asked,
        do=lambda: _kept(do()),
        refused=lambda refusal: _kept(refusal_answer(refusal)),
    )
    answer = HttpResponse(kept.content, content_type=JSON, status=kept.status)
    if kept.is_replayed:
        answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _kept(answer: HttpResponse) -> idempotency.Answer:
    return idempotency.Answer(answer.status_code, answer.content)


def _our_fault(request: ApiRequest) -> HttpResponse:
    got_request_exception.send(sender=ApiGateway, request=request)
    _log.exception("unexpected_error", path=request.path_info)
    return refusal_answer(refusals.UnexpectedError(request_id=request.request_id))
