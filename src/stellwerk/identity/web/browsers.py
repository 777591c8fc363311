"""The cookie by which a browser is known again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.identity.services import browsers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest


class BrowserMiddleware:
    """Stands inside ActorMiddleware: notes, once an hour, which browser somebody uses, and sends its cookie."""

    def __init__(self, get_response: Callable[[ActorRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        answer = self.get_response(request)
        actor = getattr(request, "actor", None)
        if actor is not None and actor.account_id is not None and request.user.is_authenticated:
            browsers.note_use(request, actor.account_id)
        browsers.write_cookie(request, answer)
        return answer
