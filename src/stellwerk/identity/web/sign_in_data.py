"""Login, recovery address and mobile number: each change confirmed by a code (ID-049…055)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import CodeForm, LoginChangeForm, PhoneChangeForm, RecoveryEmailForm, ReentryForm
from stellwerk.identity.services import sign_in_data as services
from stellwerk.identity.web.profile import my_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.utils.functional import _StrPromise

    from stellwerk.foundation.edge.html import ActorRequest


@dataclass(frozen=True, slots=True)
class _Change:
    """One of the three: its form and services, and what its pages say."""

    form: type[forms.Form]
    start: Callable[..., object]
    finish: Callable[..., object]
    purpose: str
    title: str | _StrPromise
    lead: str | _StrPromise
    done: str | _StrPromise


_CHANGES: dict[str, _Change] = {
    "login": _Change(
        LoginChangeForm,
        services.start_login_change,
        services.finish_login_change,
        "login",
        gettext_lazy("Change the login"),
        gettext_lazy("You sign in with the new address as soon as you have entered the code sent to it."),
        gettext_lazy("Your login is changed. Password, second factor and rights are as before."),
    ),
    "recovery-email": _Change(
        RecoveryEmailForm,
        services.start_recovery_email_change,
        services.finish_recovery_email_change,
        "recovery_email",
        gettext_lazy("Change the recovery address"),
        gettext_lazy("It leads you back in when your login or its mailbox does not work any more."),
        gettext_lazy("Your recovery address is changed."),
    ),
    "phone": _Change(
        PhoneChangeForm,
        services.start_phone_change,
        services.finish_phone_change,
        "phone",
        gettext_lazy("Change the mobile number"),
        gettext_lazy("It finds a forgotten login and receives codes for a new password."),
        gettext_lazy("Your mobile number is changed."),
    ),
}


@never_cache
@require_safe
@signed_in_page
def overview(request: ActorRequest) -> HttpResponse:
    return render(request, "identity/sign_in_data.html", {"data": queries.sign_in_data(my_id(request))})


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def start(request: ActorRequest, change: str) -> HttpResponse:
    """The new value and the password; leads to the code."""
    asked = _asked(change)
    form = asked.form(request.POST if request.method == "POST" else None)
    context = {"form": form, "change": change, "asked": asked}
    if request.method != "POST":
        return render(request, "identity/change.html", context)
    if not form.is_valid():
        return render(request, "identity/change.html", context, status=422)
    try:
        waits = asked.start(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/change.html", context, refusal=refusal)
    if waits is False:  # nothing to wait for where no text messages are sent
        messages.success(request, str(asked.done))
        return HttpResponseRedirect(reverse("identity:sign-in-data"))
    return HttpResponseRedirect(reverse("identity:change-code", args=[change]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def confirm(request: ActorRequest, change: str) -> HttpResponse:
    """The code that came to the new value."""
    asked = _asked(change)
    pending = queries.sign_in_data(my_id(request)).pending.get(asked.purpose)
    if pending is None and request.method != "POST":
        return HttpResponseRedirect(reverse("identity:sign-in-data"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form, "change": change, "asked": asked, "pending": pending}
    if request.method != "POST":
        return render(request, "identity/change_code.html", context)
    if not form.is_valid():
        return render(request, "identity/change_code.html", context, status=422)
    try:
        asked.finish(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/change_code.html", context, refusal=refusal)
    messages.success(request, str(asked.done))
    return HttpResponseRedirect(reverse("identity:sign-in-data"))


@require_POST
@signed_in_page
def cancel(request: ActorRequest, change: str) -> HttpResponse:
    services.cancel_change(actor=request.actor, account_id=my_id(request), purpose=_asked(change).purpose)
    messages.success(request, _("The change is cancelled. Nothing was changed."))
    return HttpResponseRedirect(reverse("identity:sign-in-data"))


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def remove_recovery_email(request: ActorRequest) -> HttpResponse:
    form = ReentryForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "identity/recovery_email_removal.html", {"form": form})
    if not form.is_valid():
        return render(request, "identity/recovery_email_removal.html", {"form": form}, status=422)
    try:
        services.remove_recovery_email(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/recovery_email_removal.html", {"form": form}, refusal=refusal)
    messages.success(request, _("Your recovery address is removed."))
    return HttpResponseRedirect(reverse("identity:sign-in-data"))


def _asked(change: str) -> _Change:
    if change not in _CHANGES:
        raise Http404
    return _CHANGES[change]
