"""What every request is given before anything else looks at it: its number, and the scheme that the browser sees."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import structlog
from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class RequestIdMiddleware:
    """Sets `request.request_id`. A number sent by a client is not taken over: it could be forged into our log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # Django's request takes attributes
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response


class PublicSchemeMiddleware:
    """TLS ends at the operator's proxy: what came here over http is https where STELLWERK_URL says so.

    Else no answer would carry HSTS, and addresses in answers would begin with http. No header is asked: whoever
    reaches us past the proxy gets no cookie over http either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SITE_URL.startswith("https://"):
            request.META["wsgi.url_scheme"] = "https"
        return self.get_response(request)
