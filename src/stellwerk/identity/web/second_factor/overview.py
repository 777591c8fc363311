"""The second factor in the profile: what there is, what is asked first, and taking one away (SEC-002, SEC-005…010)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.foundation import notify
from stellwerk.foundation.edge.html import page, render, signed_in_page
from stellwerk.identity import queries
from stellwerk.identity.services.second_factor import Method, choose_default
from stellwerk.identity.web.profile import my_id
from stellwerk.identity.web.second_factor.names import METHOD_NAMES

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@require_safe
@page
def short_address(_request: ActorRequest) -> HttpResponse:
    """/2fa is what people type (SEC-002)."""
    return HttpResponseRedirect(reverse("identity:second-factors"))


@never_cache
@require_safe
@signed_in_page
def overview(request: ActorRequest) -> HttpResponse:
    state = queries.factor_state(my_id(request))
    rows = queries.factor_rows(my_id(request))
    context = {
        "state": state,
        "factors": {method.value: [row for row in rows if row.method == method] for method in Method},
        "can_send_sms": notify.can_send_sms(),
        "choices": [
            (method.value, METHOD_NAMES[method], method == (state.default or state.methods[0]))
            for method in state.methods
        ],
    }
    return render(request, "identity/second_factor/overview.html", context)


@require_POST
@signed_in_page
def choose_default_method(request: ActorRequest) -> HttpResponse:
    choose_default(actor=request.actor, account_id=my_id(request), method=request.POST.get("method", ""))
    messages.success(request, _("Your choice is saved. It is asked for first from the next sign-in on."))
    return HttpResponseRedirect(reverse("identity:second-factors"))


@never_cache
@require_safe
@signed_in_page
def new_phone(request: ActorRequest) -> HttpResponse:
    """The checklist for another phone (SEC-034…036)."""
    context = {"state": queries.factor_state(my_id(request))}
    return render(request, "identity/second_factor/new_phone.html", context)
