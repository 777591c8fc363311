"""Where a person lets an application in (API-033): plain HTML, works without script."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from csp.constants import SELF
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

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
from stellwerk.identity.web.oauth import issuer_of
from stellwerk.identity.web.profile import me, my_id

if TYPE_CHECKING:
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
        return _led_to(request, refusal.location)
    except OAuthRefusal as refusal:
        return render(request, "identity/oauth_refused.html", {"refusal": refusal}, status=refusal.status)
    if request.actor.account_id is None:
        return _sign_in_first(request, asked)
    if request.method == "POST":
        return _answer(request, asked)
    if is_allowed_before(asked, account_id=my_id(request)):
        return _led_to(request, allow(actor=request.actor, account_id=my_id(request), request=asked))
    if "none" in asked.prompts:
        return _led_to(request, asked.led_back(error="consent_required"))
    return _question(request, asked, ConsentForm(asks_password="login" in asked.prompts))


def _sign_in_first(request: ActorRequest, asked: AuthorisationRequest) -> HttpResponse:
    if "none" in asked.prompts:
        return _led_to(request, asked.led_back(error="login_required"))
    if "login" in asked.prompts:  # whoever signs in now need not enter the password twice
        query = request.GET.copy()
        query["prompt"] = " ".join(sorted(asked.prompts - {"login"}))
        request.META["QUERY_STRING"] = query.urlencode()
    return to_sign_in(request)


def _answer(request: ActorRequest, asked: AuthorisationRequest) -> HttpResponse:
    if request.POST.get("decision") != "allow":
        return _led_to(request, asked.led_back(error="access_denied"))
    form = ConsentForm(request.POST, asks_password="login" in asked.prompts)
    if not form.is_valid():
        return _question(request, asked, form)
    try:
        if "login" in asked.prompts:
            require_password(me(request), form.cleaned_data["current_password"])
        location = allow(actor=request.actor, account_id=my_id(request), request=asked)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _question(request, asked, form)
    return _led_to(request, location)


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
    # The answer of the form leads to the application: browsers apply form-action to redirects as well.
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
    answer._csp_update = {"form-action": [SELF, origin]}  # type: ignore[attr-defined]  # noqa: SLF001  django-csp's way
    return answer


def _led_to(request: ActorRequest, location: str) -> HttpResponse:
    """A redirect that also knows the schemes of native applications.

    After the sign-in form it is a page that leads on: the form's own page allows redirects within this host only.
    """
    if request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "same-origin":
        return render(request, "identity/oauth_continue.html", {"location": location})
    answer = HttpResponse(status=302 if request.method == "GET" else 303)
    answer["Location"] = location
    answer["Referrer-Policy"] = "no-referrer"
    return answer
