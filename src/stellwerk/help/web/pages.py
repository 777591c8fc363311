"""The help pages, open to everybody, and the end of the tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from stellwerk.foundation.edge.html import asked_next, page, render, signed_in_page
from stellwerk.foundation.edge.paging import search_words
from stellwerk.foundation.errors import NotFound
from stellwerk.help import queries, services

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@require_safe
@page
def index(request: ActorRequest) -> HttpResponse:
    """All articles, or those that a search finds (UI-011). Signed out too."""
    words = search_words(request)
    shown = {
        "words": words,
        "found": queries.found_articles(words, limit=20) if words else [],
        "groups": queries.article_groups(),
    }
    return render(request, "help/index.html", shown)


@require_safe
@page
def article(request: ActorRequest, topic: str) -> HttpResponse:
    """One article in the reader's language, with the others of its group beside it."""
    shown = queries.article(topic)
    if shown is None:
        raise NotFound
    group = next(each for each in queries.article_groups() if shown in each.articles)
    return render(request, "help/article.html", {"article": shown, "group": group})


@require_safe
@page
def site_map(request: ActorRequest) -> HttpResponse:
    """Every page that is open to everybody, in one list (UI-031)."""
    return render(request, "help/site_map.html", {"groups": queries.article_groups()})


@require_POST
@signed_in_page
def end_tour(request: ActorRequest) -> HttpResponse:
    """The tour does not start by itself again; scripts need no answer."""
    services.end_tour(actor=request.actor)
    if request.headers.get("X-Requested-With") == "tour":
        return HttpResponse(status=204)
    return HttpResponseRedirect(asked_next(request) or "/")
