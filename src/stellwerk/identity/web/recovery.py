"""Forgotten password: name the login, choose a way, enter the code (ID-069…071). Everybody gets the same answers."""

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
from stellwerk.identity.forms import ResetForm, ResetOptionForm, ResetRequestForm
from stellwerk.identity.services import browsers
from stellwerk.identity.services.password_reset import (
    finish_password_reset,
    reset_options,
    start_password_reset,
)

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_LOGIN = "password_reset_login"
_CODE = "password_reset"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def request_reset(request: ActorRequest) -> HttpResponse:
    """Whose password it is."""
    if request.method != "POST":
        form = ResetRequestForm(initial={"email": request.GET.get("email", "")})
        return render(request, "identity/reset_request.html", {"form": form})
    form = ResetRequestForm(request.POST)
    if not form.is_valid():
        return render(request, "identity/reset_request.html", {"form": form}, status=422)
    try:
        reset_options(actor=request.actor, login=form.cleaned_data["email"])
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/reset_request.html", {"form": form}, refusal=refusal)
    request.session[_LOGIN] = form.cleaned_data["email"]
    return HttpResponseRedirect(reverse("identity:reset-options"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def options(request: ActorRequest) -> HttpResponse:
    """The ways a code can take, masked."""
    login = request.session.get(_LOGIN)
    if login is None:
        return HttpResponseRedirect(reverse("account_reset_password"))
    offered = reset_options(actor=request.actor, login=login)
    form = ResetOptionForm(request.POST if request.method == "POST" else None, options=offered)
    context = {"form": form, "options": offered}
    if request.method != "POST":
        return render(request, "identity/reset_options.html", context)
    if not form.is_valid():
        return render(request, "identity/reset_options.html", context, status=422)
    channel = form.cleaned_data["channel"]
    try:
        number = start_password_reset(
            actor=request.actor,
            login=login,
            channel=channel,
            language=get_language() or "en",
            known_accounts=browsers.known_accounts(request),
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/reset_options.html", context, refusal=refusal)
    masked = next((option.masked for option in offered if option.channel == channel), "")
    request.session[_CODE] = {"id": number, "masked": masked}
    return HttpResponseRedirect(reverse("identity:reset-code"))


@never_cache
@sensitive_post_parameters("code", "new_password")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def reset(request: ActorRequest) -> HttpResponse:
    """The code and the new password, in one step."""
    pending = request.session.get(_CODE)
    if pending is None:
        return HttpResponseRedirect(reverse("account_reset_password"))
    form = ResetForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "masked": pending["masked"]}
    if request.method != "POST":
        return render(request, "identity/reset.html", context)
    if not form.is_valid():
        return render(request, "identity/reset.html", context, status=422)
    try:
        account = finish_password_reset(
            actor=request.actor,
            confirmation_id=pending["id"],
            code=form.cleaned_data["code"],
            new_password=form.cleaned_data["new_password"],
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/reset.html", context, refusal=refusal)
    for name in (_LOGIN, _CODE):
        request.session.pop(name, None)
    if request.actor.account_id == account.pk:
        request.session.flush()  # every session of the account has ended, this one too
    messages.success(request, _("Your password is changed. All other devices are signed out."))
    return HttpResponseRedirect(reverse("account_login"))
