"""Pages: the request with its actor, and refusals shown where the person is."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as django_render

from stellwerk.foundation.errors import DomainError, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stellwerk.foundation.actor import Actor


class ActorRequest(HttpRequest):
    """A request whose actor is known: anonymous, a person, or a person in an organisation of the address."""

    actor: Actor
    request_id: str


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page, or the piece of it that htmx asked for when the template is a piece (its name begins with `_`)."""
    return django_render(request, template, dict(context or {}), status=status)


def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The outermost layer of a page: hidden things become 404, other refusals a page with the reason."""

    @wraps(view)
    def shown(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as hidden:
            raise Http404 from hidden
        except DomainError as refusal:
            return render(request, "shell/refused.html", {"refusal": refusal}, status=refusal.status)

    return shown
