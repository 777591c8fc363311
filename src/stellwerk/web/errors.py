"""Answers that went wrong, as pages that help: what happened, what to do, the number of the request."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader

from stellwerk.organisations import queries as organisations
from stellwerk.web import navigation
from stellwerk.web.elsewhere import elsewhere
from stellwerk.web.house import house_of
from stellwerk.web.shell import OrganisationChoice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpRequest

    from stellwerk.foundation.edge.html import ActorRequest

# Statuses that Django and the gateway in front of it answer without a page of their own.
_PAGES = {405: "405.html", 413: "413.html", 429: "429.html", 503: "503.html"}
_WITHOUT_PAGES = ("/api/", "/dav/", "/static/", "/healthz", "/openapi.json", "/token", "/oauth2/", "/device/code")
_RETRY_AFTER_SECONDS = 30
# What must not be shown again after a refused form.
_SECRET = ("password", "secret", "token", "code", "csrf", "passkey")
_LONGEST_ENTRY = 2000
_MOST_ENTRIES = 20


class BareAnswers:
    """An answer of 405, 413, 429 or 503 without a word becomes a page, for whoever reads pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        template = _PAGES.get(answer.status_code)
        if template is None or answer.streaming or answer.content or request.path.startswith(_WITHOUT_PAGES):
            return answer
        shown = render(request, template, status=answer.status_code)
        for header in ("Allow", "Retry-After"):
            if header in answer:
                shown[header] = answer[header]
        return shown


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 where the request was only too large."""
    is_too_large = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    status = 413 if is_too_large else 400
    return _alone(f"{status}.html", status, request)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where the database does not answer, which passes. Drawn without database and session."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        answer = _alone("503.html", 503, request)
        answer["Retry-After"] = str(_RETRY_AFTER_SECONDS)
        return answer
    return _alone("500.html", 500, request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django's name
    """403: the form is out of date. What was typed here is shown again, to be copied; a form of another site is
    never repeated, not even as text.
    """
    entries = list(_typed(request)) if _is_own_form(request) else []
    return render(request, "403_csrf.html", {"entries": entries}, status=403)


def not_found(request: ActorRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django's signature
    """404. Somebody who is signed in learns where else to look, in the own organisations only (ORG-009, UI-013)."""
    actor = getattr(request, "actor", None)
    if actor is None or actor.account_id is None or request.headers.get("HX-Request"):
        return render(request, "404.html", status=404)
    house = house_of(request)
    shown = {"elsewhere": elsewhere(request), "others": navigation.organisation_choices(house)}
    return render(request, "404.html", shown, status=404)


def not_accessible(request: ActorRequest) -> HttpResponse:
    """`organisation_not_accessible`: the same for an organisation of others and for none at all (ORG-009)."""
    rows = organisations.membership_rows(request.actor.account_id or 0)
    others = [OrganisationChoice(id=row.organisation_id, name=row.name, detail=row.role_name) for row in rows]
    shown = {"elsewhere": elsewhere(request), "others": others, "code": "organisation_not_accessible"}
    return render(request, "web/organisation_not_accessible.html", shown, status=404)


def _is_own_form(request: HttpRequest) -> bool:
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def _typed(request: HttpRequest) -> Iterator[str]:
    """What somebody typed, without secrets: in a copy of the page it stays."""
    entries = [(name, value.strip()) for name, values in request.POST.lists() for value in values]
    shown = [value for name, value in entries if value and not any(part in name.lower() for part in _SECRET)]
    yield from (value[:_LONGEST_ENTRY] for value in shown[:_MOST_ENTRIES])


def _alone(template: str, status: int, request: HttpRequest) -> HttpResponse:
    """A page without context processors: none of what they ask may be working."""
    shown = {"request_id": getattr(request, "request_id", "")}
    try:
        return HttpResponse(loader.get_template(template).render(shown), status=status)
    except ValueError:  # the list of assets is missing: then no page can be drawn, and the number alone must do
        return HttpResponse(f"{status} {shown['request_id']}", status=status, content_type="text/plain")
