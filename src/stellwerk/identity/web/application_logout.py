"""Where an application leads its person to sign out here as well (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.foundation.edge.html import page, render
from stellwerk.identity.errors import OAuthRefusal
from stellwerk.identity.services import sessions
from stellwerk.identity.services.oauth.logout import PARAMETERS, LogoutRequest, checked_logout
from stellwerk.identity.web.leading import allow_form_to, led_to
from stellwerk.identity.web.oauth import issuer_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from stellwerk.foundation.edge.html import ActorRequest


@csrf_exempt  # it does nothing but lead on: another site's form brings no cookie of ours, its own address does
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page
def end_session(request: ActorRequest) -> HttpResponse:
    """Asks the person, because a link must not sign anybody out."""
    if request.method == "POST":
        return HttpResponseRedirect(f"{reverse('identity:end-session')}?{urlencode(_asked(request.POST))}")
    try:
        asked = checked_logout(_asked(request.GET), issuer=issuer_of(request))
    except OAuthRefusal as refusal:
        return render(request, "identity/logout_refused.html", {"refusal": refusal}, status=refusal.status)
    if request.actor.account_id is None:
        return _led_on(request, asked)
    context = {"application": asked.application, "query": urlencode(_asked(request.GET))}
    answer = render(request, "identity/application_logout.html", context)
    return allow_form_to(answer, asked.location)


@never_cache
@require_POST
@page
def confirmed(request: ActorRequest) -> HttpResponse:
    """The person said yes; what was asked stands in the address and is judged again."""
    try:
        asked = checked_logout(_asked(request.GET), issuer=issuer_of(request))
    except OAuthRefusal as refusal:
        return render(request, "identity/logout_refused.html", {"refusal": refusal}, status=refusal.status)
    sessions.close_session(request, actor=request.actor)
    return _led_on(request, asked)


def _led_on(request: ActorRequest, asked: LogoutRequest) -> HttpResponse:
    if asked.location:
        return led_to(request, asked.location)
    return HttpResponseRedirect(reverse("identity:signed-out"))


def _asked(values: QueryDict) -> dict[str, str]:
    return {name: str(values[name]) for name in PARAMETERS if values.get(name)}
