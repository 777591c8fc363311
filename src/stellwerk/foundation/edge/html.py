"""Pages: the request with its actor, and refusals shown where the person is."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as django_render
from django.utils.http import url_has_allowed_host_and_scheme

from stellwerk.foundation.errors import DomainError, NotFound, TooManyRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stellwerk.foundation.actor import Actor


LONGEST_NEXT = 2000


class ActorRequest(HttpRequest):
    """A request whose actor is known: anonymous, a person, or a person in an organisation of the address."""

    actor: Actor
    request_id: str


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    """A page, or the piece of it that htmx asked for when the template is a piece (its name begins with `_`).

    With a `refusal` the answer carries its status, and Retry-After where waiting helps.
    """
    answer = django_render(request, template, dict(context or {}), status=refusal.status if refusal else status)
    if isinstance(refusal, TooManyRequests):
        answer["Retry-After"] = str(refusal.retry_after_seconds)
    return answer


def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The outermost layer of a page: hidden things become 404, other refusals a page with the reason."""

    @wraps(view)
    def shown(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as hidden:
            raise Http404 from hidden
        except DomainError as refusal:
            return render(request, "shell/refused.html", {"refusal": refusal}, refusal=refusal)

    return shown


def signed_in_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people with an account: everybody else signs in first and comes back."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.account_id is None:
            return to_sign_in(request)
        return view(request, *args, **kwargs)

    return page(guarded)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which leads back to the address asked for. A form that was sent is not repeated."""
    address = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    return HttpResponseRedirect(
        f"{settings.LOGIN_URL}?{urlencode({'next': address})}" if address else settings.LOGIN_URL
    )


def asked_next(request: HttpRequest) -> str:
    """Where `next` of form or address wants to lead on to; empty for an address that is not ours: no open redirect."""
    raw_url = (request.POST.get("next") or request.GET.get("next", ""))[:LONGEST_NEXT]
    is_ours = url_has_allowed_host_and_scheme(
        raw_url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return raw_url if is_ours else ""
