"""The documentation for people and for programs. In English only (API-022)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from django.http import HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from stellwerk.api import document, handbook
from stellwerk.api.limits import LIMIT
from stellwerk.foundation.edge.api import JSON
from stellwerk.foundation.edge.html import render

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, for generators and testers."""
    return HttpResponse(orjson.dumps(document.openapi()), content_type=JSON)


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every request and every response code on one page."""
    with translation.override("en"):
        context = {"sections": handbook.sections(), "limit": LIMIT, "host": request.get_host()}
        return render(request, "api/docs.html", context)
