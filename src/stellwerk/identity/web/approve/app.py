"""The approval app as an installable web app: its page, its manifest, its service worker (SEC-011…016, SEC-020…036)."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from stellwerk.foundation.browsers import is_outdated
from stellwerk.foundation.edge.html import page, render
from stellwerk.identity.web.approve.texts import page_texts, worker_texts

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

LANGUAGE_COOKIE = "approve_language"
SHELL_FILES = ("build/stellwerk.css", "build/approve.js", "build/sprite.svg", "build/favicon.svg")
PICTURES = {"192": "build/approve-192.png", "512": "build/approve-512.png", "maskable": "build/approve-maskable.png"}


@never_cache
@require_safe
@page
def app(request: ActorRequest) -> HttpResponse:
    """The whole app in one page, the same for everybody: whose accounts it holds only the device knows.

    A browser below the minimum gets the notice instead of an app that breaks (UI-024).
    """
    if is_outdated(request.headers.get("User-Agent", "")):
        return render(request, "identity/approve/too_old.html")
    with translation.override(_language(request)):
        return render(request, "identity/approve/app.html", {"texts": page_texts()})


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: ActorRequest) -> HttpResponse:  # noqa: ARG001  the same for everybody
    """What the browser needs to install the app."""
    start = reverse("identity:approve")
    content = {
        "id": start,
        "name": "Stellwerk Approve",
        "short_name": "Approve",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#f4f6f8",
        "theme_color": "#1d2f7f",
        "icons": [
            {"src": reverse("identity:approve-picture", args=["192"]), "sizes": "192x192", "type": "image/png"},
            {"src": reverse("identity:approve-picture", args=["512"]), "sizes": "512x512", "type": "image/png"},
            {
                "src": reverse("identity:approve-picture", args=["maskable"]),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=86_400)
def picture(request: ActorRequest, size: str) -> HttpResponse:  # noqa: ARG001  as above
    """The app's picture under an address that stays, for the manifest and notifications."""
    if size not in PICTURES:
        raise Http404
    return HttpResponse(_built(PICTURES[size]).read_bytes(), content_type="image/png")


@require_safe
@cache_control(no_cache=True)
def service_worker(request: ActorRequest) -> HttpResponse:  # noqa: ARG001  as above
    """The worker, with what it must keep written in front of it: a changed file is a changed worker.

    It lies below the page it serves, so it says itself that it may serve the page as well.
    """
    shell = {
        "version": _version(),
        "page": reverse("identity:approve"),
        "files": [static(name) for name in SHELL_FILES],
        "texts": {code: _texts_in(code) for code, _name in settings.LANGUAGES},
    }
    script = f"self.SHELL = {json.dumps(shell)};\n{_built('build/approve-worker.js').read_text(encoding='utf-8')}"
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = reverse("identity:approve")
    return answer


@require_safe
@page
def advice(request: ActorRequest) -> HttpResponse:
    """New phone, lost phone, no request: the paths of SEC-033…036 on one page."""
    return render(request, "identity/approve/advice.html")


def _language(request: ActorRequest) -> str:
    """Of the worker that keeps the page, of the account linked last, or of the browser."""
    known = dict(settings.LANGUAGES)
    for wanted in (request.GET.get("language", ""), request.COOKIES.get(LANGUAGE_COOKIE, "")):
        if wanted in known:
            return wanted
    return translation.get_language() or "en"


def _built(name: str) -> Path:
    """A file of the front-end build. Raises Http404 where nothing was built."""
    found = finders.find(name)
    if found is None:
        raise Http404
    return Path(found)


@lru_cache(maxsize=1)
def _version() -> str:
    """Changes with every file the worker keeps; processes of one release agree on it."""
    seen = hashlib.sha256()
    for name in (*SHELL_FILES, "build/approve-worker.js"):
        seen.update(_built(name).read_bytes())
    return seen.hexdigest()[:16]


def _texts_in(language: str) -> dict[str, str]:
    with translation.override(language):
        return worker_texts()
