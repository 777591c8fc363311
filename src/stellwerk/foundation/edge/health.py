"""`GET /healthz`: 200 when web, database and worker are well, else 503 naming what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stellwerk.foundation import health

if TYPE_CHECKING:
    from django.http import HttpRequest


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001  a view takes its request
    states = health.states()
    return JsonResponse(states, status=200 if all(states.values()) else 503)
