"""Becoming a customer: the form, then the code (ID-002…010, ID-014)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import asked_next, page, render
from stellwerk.foundation.errors import DomainError
from stellwerk.identity.services import sessions
from stellwerk.identity.services.entries import NewAccount
from stellwerk.organisations.forms import CodeForm, SignUpForm
from stellwerk.organisations.services.entries import NewOrganisation
from stellwerk.organisations.services.sign_up import NewSignUp, finish_sign_up, start_sign_up

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

_SESSION_KEY = "sign_up"
START = "/"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_up(request: ActorRequest) -> HttpResponse:
    """One page, no script: every field is there, with a hint at those that not everybody needs.

    `next` is where the person was on the way to, an order for instance: signing up and signing in both lead there
    (ID-003, ID-014).
    """
    next_url = asked_next(request)
    if request.actor.account_id is not None:
        return render(request, "organisations/sign_up_not_needed.html", {"next_url": next_url})
    form = SignUpForm(request.POST if request.method == "POST" else None, initial={"country": "CH"})
    context = {"form": form, "next_url": next_url}
    if request.method != "POST":
        return render(request, "organisations/sign_up.html", context)
    if not form.is_valid():
        return render(request, "organisations/sign_up.html", context, status=422)
    try:
        number = start_sign_up(actor=request.actor, entries=_entries(form.cleaned_data))
    except DomainError as refusal:
        show_refusal(form, refusal, names={"name": "company_name"})
        return render(request, "organisations/sign_up.html", context, refusal=refusal)
    request.session[_SESSION_KEY] = {"id": number, "email": form.cleaned_data["email"], "next": next_url}
    return HttpResponseRedirect(reverse("organisations:sign-up-code"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_up_code(request: ActorRequest) -> HttpResponse:
    """The right code makes account and organisation, and signs in."""
    pending = request.session.get(_SESSION_KEY)
    if pending is None:
        return HttpResponseRedirect(reverse("account_signup"))
    form = CodeForm(request.POST if request.method == "POST" else None)
    next_url = pending.get("next") or ""
    context = {"form": form, "email": pending["email"], "next_url": next_url}
    if request.method != "POST":
        return render(request, "organisations/sign_up_code.html", context)
    if not form.is_valid():
        return render(request, "organisations/sign_up_code.html", context, status=422)
    try:
        made = finish_sign_up(actor=request.actor, confirmation_id=pending["id"], code=form.cleaned_data["code"])
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/sign_up_code.html", context, refusal=refusal)
    del request.session[_SESSION_KEY]
    answer = sessions.open_session_of(request, account_id=made.account_id, next_url=next_url or START)
    return cast("HttpResponse", answer)


def _entries(cleaned: dict[str, Any]) -> NewSignUp:
    language = get_language() or "en"
    address = {name: cleaned[name] for name in ("street", "building_number", "postal_code", "town", "country")}
    return NewSignUp(
        account=NewAccount(
            email=cleaned["email"],
            password=cleaned["password"],
            first_name=cleaned["first_name"],
            last_name=cleaned["last_name"],
            phone=cleaned["phone"],
            language=language,
        ),
        organisation=NewOrganisation(
            name=cleaned["company_name"], kind=cleaned["kind"], vat_number=cleaned["vat_number"], **address
        ),
    )
