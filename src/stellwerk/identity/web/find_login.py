"""Forgotten login: telephone number, a way, and if need be the recovery address. Hit and miss look the same (Q22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render
from stellwerk.foundation.errors import DomainError
from stellwerk.identity.forms import FindLoginByAddressForm, FindLoginForm
from stellwerk.identity.services.find_login import send_my_login

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_ASKED = "find_login"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def find(request: ActorRequest) -> HttpResponse:
    """The number, and where the login shall go. It never appears on the screen (ID-073)."""
    form = FindLoginForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "identity/find_login.html", {"form": form})
    if not form.is_valid():
        return render(request, "identity/find_login.html", {"form": form}, status=422)
    try:
        send_my_login(actor=request.actor, language=get_language() or "en", **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/find_login.html", {"form": form}, refusal=refusal)
    request.session[_ASKED] = {**form.cleaned_data, "step": 1}
    return HttpResponseRedirect(reverse("identity:find-login-sent"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def sent(request: ActorRequest) -> HttpResponse:
    """What happens now, and the recovery address for those whom the number alone does not identify (ID-072)."""
    asked: dict[str, Any] | None = request.session.get(_ASKED)
    if asked is None:
        return HttpResponseRedirect(reverse("identity:find-login"))
    form = FindLoginByAddressForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "asked": asked}
    if request.method != "POST":
        return render(request, "identity/find_login_sent.html", context)
    if not form.is_valid():
        return render(request, "identity/find_login_sent.html", context, status=422)
    try:
        send_my_login(
            actor=request.actor,
            phone=asked["phone"],
            channel=asked["channel"],
            language=get_language() or "en",
            **form.cleaned_data,
        )
    except DomainError as refusal:
        show_refusal(form, refusal, names={"email": "recovery_email"})
        return render(request, "identity/find_login_sent.html", context, refusal=refusal)
    request.session[_ASKED] = {**asked, "step": 2}
    return HttpResponseRedirect(reverse("identity:find-login-sent"))
