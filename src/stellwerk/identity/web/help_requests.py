"""Asking people for help when no other way in is left, and deciding about it (SEC-036…038)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import policy, verification
from stellwerk.identity.forms import HelpDecisionForm, HelpRequestForm, ResetForm
from stellwerk.identity.queries.help_requests import help_request_by_secret, open_help_requests
from stellwerk.identity.services import second_factor
from stellwerk.identity.services.help_requests import set_password_by_help

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def ask(request: ActorRequest) -> HttpResponse:
    """After the right password it is about lost second factors (SEC-036), otherwise about a password."""
    waiting = second_factor.pending(request)
    form = HelpRequestForm(request.POST if request.method == "POST" else None)
    if waiting is not None:
        del form.fields["login"]
    context = {"form": form, "is_about_factors": waiting is not None}
    if request.method != "POST":
        return render(request, "identity/help_request.html", context)
    if not form.is_valid():
        return render(request, "identity/help_request.html", context, status=422)
    given = {"login": "", "account_id": waiting.account.pk if waiting else None, **form.cleaned_data}
    entries = verification.NewHelpRequest(asked="factors" if waiting else "password", **given)
    try:
        secret = verification.open_case(actor=request.actor, entries=entries, language=get_language() or "en")
    except DomainError as refusal:
        show_refusal(form, refusal, names={"email": "login"})
        return render(request, "identity/help_request.html", context, refusal=refusal)
    return HttpResponseRedirect(reverse("identity:help-status", args=[secret]))


@never_cache
@sensitive_post_parameters("code", "new_password")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def status(request: ActorRequest, help_secret: str) -> HttpResponse:
    """What became of it; an approved request for a password ends here with the code."""
    row = help_request_by_secret(help_secret)
    if row is None:
        raise Http404
    form = ResetForm(request.POST if request.method == "POST" else None)
    context = {"row": row, "form": form, "secret": help_secret}
    if request.method != "POST":
        return render(request, "identity/help_status.html", context)
    if not form.is_valid():
        return render(request, "identity/help_status.html", context, status=422)
    try:
        set_password_by_help(actor=request.actor, secret=help_secret, **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "identity/help_status.html", context, refusal=refusal)
    messages.success(request, _("Your password is changed. All other devices are signed out."))
    return HttpResponseRedirect(reverse("account_login"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def decide(request: ActorRequest) -> HttpResponse:
    """What waits, for operators only; each is decided with a note."""
    is_operator = bool(getattr(request.user, "is_operator", False))
    require(policy.can_decide_help(request.actor, is_operator=is_operator))
    form = HelpDecisionForm(request.POST if request.method == "POST" else None)
    refusal: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            verification.decide(
                actor=request.actor,
                is_operator=is_operator,
                request_id=form.cleaned_data["request"],
                approves=form.cleaned_data["decision"] == "approve",
                note=form.cleaned_data["note"],
            )
            messages.success(request, _("The request is decided."))
            return HttpResponseRedirect(reverse("identity:help-requests"))
        except DomainError as said_no:
            refusal = said_no
            show_refusal(form, said_no)
    context = {"rows": open_help_requests(), "form": form}
    is_wrong = request.method == "POST" and refusal is None
    return render(request, "identity/help_requests.html", context, status=422 if is_wrong else 200, refusal=refusal)
