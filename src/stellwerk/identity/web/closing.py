"""Closing the own account (ID-088…091)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity.forms import ReentryForm
from stellwerk.identity.services.closing import close_account, obstacles
from stellwerk.identity.web.profile import my_id

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def close(request: ActorRequest) -> HttpResponse:
    """What is lost, what stays, what stands in the way, and the password."""
    form = ReentryForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "obstacles": obstacles(my_id(request))}
    if request.method != "POST":
        return render(request, "identity/closing.html", context)
    if not form.is_valid():
        return render(request, "identity/closing.html", context, status=422)
    try:
        close_account(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/closing.html", context, refusal=refusal)
    request.session.flush()
    return HttpResponseRedirect(reverse("identity:signed-out"))
