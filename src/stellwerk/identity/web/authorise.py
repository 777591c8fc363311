"""Where a person lets an application in (API-033): plain HTML, works without script."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stellwerk.foundation import clock
from stellwerk.foundation.edge import session_lifetime
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render, to_sign_in
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries
from stellwerk.identity.errors import OAuthRefusal
from stellwerk.identity.forms import ConsentForm
from stellwerk.identity.services.oauth.authorise import (
    AuthorisationRequest,
    RedirectedRefusal,
    allow,
    checked_request,
    is_allowed_before,
)
from stellwerk.identity.services.sign_in import require_password
from stellwerk.identity.web.leading import allow_form_to, led_to
from stellwerk.identity.web.oauth import issuer_of
from stellwerk.identity.web.profile import me, my_id

_NEVER = 2**31  # seconds: older than any session

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@sensitive_post_parameters("current_password")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def authorise(request: ActorRequest) -> HttpResponse:
    """The request stands in the address, also of the answer: what is answered is what was shown."""
    try:
        asked = checked_request(dict(request.GET.lists()), issuer=issuer_of(request))
    except RedirectedRefusal as refusal:
        return led_to(request, refusal.location)
    except OAuthRefusal as refusal:
        return render(request, "identity/oauth_refused.html", {"refusal": refusal}, status=refusal.status)
    if request.actor.account_id is None:
        return _sign_in_first(request, asked)
    if request.method == "POST":
        return _answer(request, asked)
    wants_password = _wants_password(request, asked)
    if not wants_password and is_allowed_before(asked, account_id=my_id(request)):
        return led_to(request, _allowed(request, asked))
    if "none" in asked.prompts:
        error = "login_required" if wants_password else "consent_required"
        return led_to(request, asked.led_back(error=error))
    return _question(request, asked, ConsentForm(asks_password=wants_password))


def _sign_in_first(request: ActorRequest, asked: AuthorisationRequest) -> HttpResponse:
    if "none" in asked.prompts:
        return led_to(request, asked.led_back(error="login_required"))
    if asked.wants_password(age_seconds=_NEVER):  # whoever signs in now need not enter the password twice
        query = request.GET.copy()
        query["prompt"] = " ".join(sorted(asked.prompts - {"login"}))
        query.pop("max_age", None)
        request.META["QUERY_STRING"] = query.urlencode()
    return to_sign_in(request)


def _answer(request: ActorRequest, asked: AuthorisationRequest) -> HttpResponse:
    if request.POST.get("decision") != "allow":
        return led_to(request, asked.led_back(error="access_denied"))
    wants_password = _wants_password(request, asked)
    form = ConsentForm(request.POST, asks_password=wants_password)
    if not form.is_valid():
        return _question(request, asked, form)
    try:
        if wants_password:
            require_password(me(request), form.cleaned_data["current_password"])
            session_lifetime.confirm(request)
        location = _allowed(request, asked)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _question(request, asked, form)
    return led_to(request, location)


def _wants_password(request: ActorRequest, asked: AuthorisationRequest) -> bool:
    age_seconds = int(clock.wall().timestamp()) - session_lifetime.authenticated_at(request)
    return asked.wants_password(age_seconds=age_seconds)


def _allowed(request: ActorRequest, asked: AuthorisationRequest) -> str:
    authenticated_at = session_lifetime.authenticated_at(request)
    return allow(actor=request.actor, account_id=my_id(request), request=asked, authenticated_at=authenticated_at)


def _question(request: ActorRequest, asked: AuthorisationRequest, form: ConsentForm) -> HttpResponse:
    parts = urlsplit(asked.redirect_uri)
    context = {
        "form": form,
        "application": asked.client_name,
        "owner": queries.application_owner(asked.client_id),
        "scopes": queries.scope_rows(asked.scopes),
        "place": parts.netloc or f"{parts.scheme}:",
        "login": me(request).email,
    }
    answer = render(request, "identity/consent.html", context, status=422 if form.errors else 200)
    return allow_form_to(answer, asked.redirect_uri)
