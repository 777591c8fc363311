"""After a sign-in with the rescue identifier: choose a new login; nothing else opens before (ID-081…083)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import CodeForm, LoginChangeForm
from stellwerk.identity.queries.suite_people import works_in_suite
from stellwerk.identity.rules import is_withdrawn
from stellwerk.identity.services import sign_in_data as services
from stellwerk.identity.web.profile import my_id

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def new_login(request: ActorRequest) -> HttpResponse:
    """The new login by the rules of every change of login (ID-051); people of a Suite read another title (ID-083)."""
    data = queries.sign_in_data(my_id(request))
    if not is_withdrawn(data.login):
        return HttpResponseRedirect("/")
    form = LoginChangeForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "pending": data.pending.get("login"), "in_suite": works_in_suite(my_id(request))}
    if request.method != "POST":
        return render(request, "identity/rescue.html", context)
    if not form.is_valid():
        return render(request, "identity/rescue.html", context, status=422)
    try:
        services.start_login_change(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/rescue.html", context, refusal=refusal)
    return HttpResponseRedirect(reverse("identity:rescue-code"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def code(request: ActorRequest) -> HttpResponse:
    """The code that came to the new login."""
    pending = queries.sign_in_data(my_id(request)).pending.get("login")
    if pending is None and request.method != "POST":
        return HttpResponseRedirect(reverse("identity:rescue"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "pending": pending, "in_suite": works_in_suite(my_id(request))}
    if request.method != "POST":
        return render(request, "identity/rescue_code.html", context)
    if not form.is_valid():
        return render(request, "identity/rescue_code.html", context, status=422)
    try:
        services.finish_login_change(actor=request.actor, account_id=my_id(request), **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/rescue_code.html", context, refusal=refusal)
    messages.success(request, _("Your login is changed. Password, second factor and rights are as before."))
    return HttpResponseRedirect("/")
