"""Signing in and out (ID-032…044)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from stellwerk.foundation.devices import device_of
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import asked_next, page, render
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.forms import SignInForm
from stellwerk.identity.services import browsers, passkeys, sessions
from stellwerk.identity.services import sign_in as sign_in_service

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

START = "/"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_in(request: ActorRequest) -> HttpResponse:
    """The form, and the way back to the page that asked for it."""
    next_url = asked_next(request)
    adds_another = "another" in request.GET or "as" in request.GET
    if request.actor.account_id is not None and request.method != "POST" and not adds_another:
        return HttpResponseRedirect(next_url or START)
    if request.method != "POST":
        return sign_in_form(request, SignInForm(initial={"email": _login_asked(request)}), next_url)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return sign_in_form(request, form, next_url, status=422)
    try:
        account = sign_in_service.sign_in(
            actor=request.actor,
            login=form.cleaned_data["email"],
            password=form.cleaned_data["password"],
            known_accounts=browsers.known_accounts(request),
            device=device_of(browsers.user_agent_of(request)).name,
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return sign_in_form(request, form, next_url, refusal=refusal)
    return cast("HttpResponse", sessions.open_session(request, account, next_url=next_url or START))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_out(request: ActorRequest) -> HttpResponse:
    """POST signs out; GET asks first, because a link must not sign anybody out."""
    if request.method == "POST":
        sessions.close_session(request, actor=request.actor)
        return HttpResponseRedirect(reverse("identity:signed-out"))
    if request.actor.account_id is None:
        return HttpResponseRedirect(reverse("account_login"))
    return render(request, "identity/sign_out.html")


@never_cache
@require_safe
@page
def signed_out(request: ActorRequest) -> HttpResponse:
    """Where to go next: sign in again, or as somebody else (ID-040)."""
    if request.actor.account_id is not None:
        return HttpResponseRedirect(START)
    accounts = queries.remembered_accounts(browsers.digest_of(request))
    return render(request, "identity/signed_out.html", {"accounts": accounts})


def _login_asked(request: ActorRequest) -> str:
    """The login of a remembered account whose session is over, or what a page of ours filled in."""
    wanted = request.GET.get("as", "")
    if not wanted:
        return request.GET.get("email", "")
    accounts = queries.remembered_accounts(browsers.digest_of(request))
    return next((account.login for account in accounts if str(account.id) == wanted), "")


def sign_in_form(
    request: ActorRequest, form: SignInForm, next_url: str, *, status: int = 200, refusal: DomainError | None = None
) -> HttpResponse:
    """The page with what was typed, and why it was refused."""
    context = {"form": form, "next_url": next_url, "passkey_options": _passkey_options(request)}
    return render(request, "identity/sign_in.html", context, status=status, refusal=refusal)


def _passkey_options(request: ActorRequest) -> str:
    """What the script asks the device, empty where keys cannot be used.

    It comes with the page: asking for it afterwards would race with the sign-in that gives the session a new key.
    """
    party = passkeys.relying_party(request.build_absolute_uri("/"))
    return json.dumps(passkeys.sign_in_options(session=request.session, party=party)) if party else ""
