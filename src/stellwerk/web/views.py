"""Pages of the shell itself: the choice of theme and language, and the component sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_supported_language_variant
from django.views.decorators.http import require_GET, require_POST

from stellwerk.identity.services.profile import ProfileChange, change_profile
from stellwerk.web import specimens
from stellwerk.web.context import THEME_COOKIE, THEMES

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stellwerk.foundation.edge.html import ActorRequest

FRAMES = {"plain": "web/components_plain.html", "public": "web/components_public.html"}
A_YEAR_SECONDS = 365 * 24 * 3600


@require_POST
def choose_appearance(request: ActorRequest) -> HttpResponse:
    """Automatic, light or dark, kept with the account and in this browser (UI-026); anything else changes nothing."""
    answer = HttpResponseRedirect(_way_back(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        _remember(request, ProfileChange(theme=theme))
        _keep(request, answer, THEME_COOKIE, theme)
    return answer


@require_POST
def choose_language(request: ActorRequest) -> HttpResponse:
    """One of five languages, kept with the account and in this browser (UI-029); anything else changes nothing."""
    answer = HttpResponseRedirect(_way_back(request))
    try:
        language = get_supported_language_variant(request.POST.get("language", ""), strict=True)
    except LookupError:
        return answer
    _remember(request, ProfileChange(language=language))
    _keep(request, answer, settings.LANGUAGE_COOKIE_NAME, language)
    return answer


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """The component sheet, for people who build pages; an operator's customers never see it."""
    if not getattr(settings, "COMPONENT_SHEET", settings.DEBUG):
        raise Http404
    frame = request.GET.get("frame", "")
    template = FRAMES.get(frame, "web/components.html")
    return render(request, template, specimens.sheet(request.GET) if not frame else specimens.outside())


def _keep(request: HttpRequest, answer: HttpResponse, cookie: str, value: str) -> None:
    """In this browser, for a year: a visitor has nowhere else."""
    answer.set_cookie(cookie, value, max_age=A_YEAR_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure())


def _remember(request: ActorRequest, change: ProfileChange) -> None:
    if request.actor.account_id is not None:
        change_profile(actor=request.actor, account_id=request.actor.account_id, change=change)


def _way_back(request: HttpRequest) -> str:
    """Where the form stood, if that is one of our own addresses."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else "/"
