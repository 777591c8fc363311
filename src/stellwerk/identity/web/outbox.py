"""Every message of the instance, for the operator's staff and for whoever tries the house on one machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from stellwerk.foundation import notify
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.edge.paging import paged, search_words
from stellwerk.identity import policy

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest

_LOOPBACK = ("127.0.0.1", "::1")
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_VIA")


@never_cache
@require_safe
@page
def outbox(request: ActorRequest) -> HttpResponse:
    is_operator = bool(getattr(request.user, "is_operator", False))
    require(policy.can_see_outbox(request.actor, is_operator=is_operator, is_local=_is_local(request)))
    search = search_words(request)
    rows = paged(
        request,
        total=lambda: notify.outbox_total(search=search),
        rows=lambda limit, skip: notify.outbox_rows(search=search, limit=limit, skip=skip),
    )
    return render(request, "identity/outbox.html", {"rows": rows, "search": search})


def _is_local(request: HttpRequest) -> bool:
    """The browser runs on this machine and no proxy stands between: a proxy would make everybody local."""
    if not settings.OUTBOX_IS_LOCAL or request.META.get("REMOTE_ADDR") not in _LOOPBACK:
        return False
    return not any(header in request.META for header in _FORWARDED)
