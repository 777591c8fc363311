"""Forgotten password: ask for a code, then choose a new password (ID-069…071)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import DomainError
from stellwerk.identity.forms import ResetForm, ResetRequestForm
from stellwerk.identity.services.passwords import finish_password_reset, start_password_reset

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_SESSION_KEY = "password_reset"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def request_reset(request: ActorRequest) -> HttpResponse:
    """Every address gets the same answer (ID-070)."""
    if request.method != "POST":
        form = ResetRequestForm(initial={"email": request.GET.get("email", "")})
        return render(request, "identity/reset_request.html", {"form": form})
    form = ResetRequestForm(request.POST)
    if not form.is_valid():
        return render(request, "identity/reset_request.html", {"form": form}, status=422)
    try:
        number = start_password_reset(
            actor=request.actor, login=form.cleaned_data["email"], language=get_language() or "en"
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/reset_request.html", {"form": form}, refusal=refusal)
    request.session[_SESSION_KEY] = {"id": number, "email": form.cleaned_data["email"]}
    return HttpResponseRedirect(reverse("identity:reset-code"))


@never_cache
@sensitive_post_parameters("code", "new_password")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def reset(request: ActorRequest) -> HttpResponse:
    """The code of the mail and the new password, in one step."""
    pending = request.session.get(_SESSION_KEY)
    if pending is None:
        return HttpResponseRedirect(reverse("account_reset_password"))
    form = ResetForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "email": pending["email"]}
    if request.method != "POST":
        return render(request, "identity/reset.html", context)
    if not form.is_valid():
        return render(request, "identity/reset.html", context, status=422)
    try:
        finish_password_reset(
            actor=request.actor,
            confirmation_id=pending["id"],
            code=form.cleaned_data["code"],
            new_password=form.cleaned_data["new_password"],
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/reset.html", context, refusal=refusal)
    del request.session[_SESSION_KEY]
    messages.success(request, _("Your password is changed. All other devices are signed out."))
    return HttpResponseRedirect(reverse("account_login"))
