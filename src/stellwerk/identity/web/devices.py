"""Where a person is signed in, which browsers the account knows, and what it did (SEC-052…054)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.foundation import activity as log
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.edge.paging import paged
from stellwerk.identity import queries
from stellwerk.identity.services import browsers, sessions
from stellwerk.identity.web.profile import my_id

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_safe
@signed_in_page
def session_list(request: ActorRequest) -> HttpResponse:
    """Where the account is signed in, and the browsers it knows."""
    language = get_language() or "en"
    context = {
        "sessions": queries.session_rows(
            my_id(request), current_key=request.session.session_key or "", language=language
        ),
        "browsers": queries.browser_rows(my_id(request), digest=browsers.digest_of(request), language=language),
    }
    return render(request, "identity/sessions.html", context)


@never_cache
@require_safe
@signed_in_page
def activity(request: ActorRequest) -> HttpResponse:
    """The person's own actions, newest first, in the person's language (SEC-054)."""
    rows = paged(
        request,
        total=lambda: log.account_total(my_id(request)),
        rows=lambda limit, skip: log.account_rows(my_id(request), limit=limit, skip=skip),
    )
    return render(request, "identity/activity.html", {"rows": rows})


@require_POST
@signed_in_page
def end_session(request: ActorRequest, session_id: int) -> HttpResponse:
    sessions.end_session(actor=request.actor, account_id=my_id(request), session_id=session_id)
    messages.success(request, _("The session is ended."))
    return HttpResponseRedirect(reverse("identity:sessions"))


@require_POST
@signed_in_page
def end_other_sessions(request: ActorRequest) -> HttpResponse:
    key = request.session.session_key or ""
    sessions.end_other_sessions(actor=request.actor, account_id=my_id(request), kept_key=key)
    messages.success(request, _("All other sessions are ended."))
    return HttpResponseRedirect(reverse("identity:sessions"))


@require_POST
@signed_in_page
def remove_browser(request: ActorRequest, browser_id: int) -> HttpResponse:
    """The account no longer knows the browser: a session there ends, and the next sign-in there is told."""
    browsers.remove(actor=request.actor, account_id=my_id(request), browser_id=browser_id, current=request.session)
    messages.success(request, _("The browser is removed. The next sign-in there counts as new."))
    return HttpResponseRedirect(reverse("identity:sessions"))
