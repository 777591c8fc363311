"""What a person is told of sign-ins, and the lock for strangers (SEC-055…058)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import SecurityForm
from stellwerk.identity.services.guard import choose_security, unlock_own
from stellwerk.identity.web.profile import my_id

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def alerts(request: ActorRequest) -> HttpResponse:
    row = queries.guard_row(my_id(request))
    initial = {"alerts": row.alerts, "locks_after": row.locks_after or "never"}
    form = SecurityForm(request.POST if request.method == "POST" else None, initial=initial)
    context = {"form": form, "guard": row}
    if request.method != "POST":
        return render(request, "identity/alerts.html", context)
    if not form.is_valid():
        return render(request, "identity/alerts.html", context, status=422)
    try:
        choose_security(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/alerts.html", context, refusal=refusal)
    messages.success(request, _("Your choices are saved."))
    return HttpResponseRedirect(reverse("identity:alerts"))


@require_POST
@signed_in_page
def unlock(request: ActorRequest) -> HttpResponse:
    """From a browser that is signed in, which is therefore a known one."""
    unlock_own(actor=request.actor, account_id=my_id(request))
    messages.success(request, _("Your account is unlocked for all browsers."))
    return HttpResponseRedirect(reverse("identity:alerts"))
