"""Who asks, and where: every page's actor, language and standing in the organisation of its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control

from stellwerk.foundation.actor import Actor
from stellwerk.foundation.edge.html import to_sign_in
from stellwerk.foundation.edge.session_lifetime import keep_or_end
from stellwerk.identity.queries import is_withdrawn
from stellwerk.identity.services.sessions import client_address
from stellwerk.organisations import queries
from stellwerk.web.errors import not_accessible
from stellwerk.web.holding import hold, is_held

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest, HttpResponse

    from stellwerk.foundation.edge.html import ActorRequest

# These doors know their callers by tokens or application passwords, or serve everybody: no session is read for them.
_OTHER_DOORS = ("/api/", "/dav/", "/static/", "/healthz", "/openapi.json")
UNREADABLE = "\ufffd"  # what a decoder writes for bytes that mean nothing
_ORGANISATION_PAGES = "/o/"
# All that opens to somebody whose login was withdrawn, until there is another one (ID-081).
_WAYS_TO_A_LOGIN = {"identity:rescue", "identity:rescue-code", "account_logout", "web:language", "web:appearance"}
LAST_ORGANISATION = "organisation_id"


class ActorMiddleware:
    """Sets `request.actor`: anonymous, a person, or a person standing in the organisation of the address.

    An organisation one does not belong to does not exist (404, with the way to one's own: ORG-009); a visitor signs
    in first; an organisation that requires a second factor is closed without one (SEC-040). The account's language
    wins over cookie and browser (UI-029).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: ActorRequest) -> HttpResponse:
        if request.path.startswith(_OTHER_DOORS):
            return self.get_response(request)
        keep_or_end(request)
        account = request.user
        request.actor = Actor(address=client_address(request), request_id=request.request_id)
        if account.is_authenticated:
            request.actor = account.acting(request.actor)
            translation.activate(account.language)
            request.LANGUAGE_CODE = translation.get_language()
        answer = self.get_response(request)
        if account.is_authenticated and not answer.has_header("Cache-Control"):
            patch_cache_control(answer, private=True, no_store=True)  # it shows whose page it is, also a 404
        return answer

    def process_view(
        self,
        request: ActorRequest,
        _view: Callable[..., HttpResponse],
        _args: Sequence[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        if _is_garbled(request):
            raise BadRequest
        match = request.resolver_match
        if _must_replace_login(request) and match and match.view_name not in _WAYS_TO_A_LOGIN:
            return HttpResponseRedirect(reverse("identity:rescue"))
        if "organisation_id" not in kwargs or not request.path.startswith(_ORGANISATION_PAGES):
            return None
        if request.actor.account_id is None:
            return to_sign_in(request)
        organisation_id = kwargs["organisation_id"]
        person = request.actor
        request.actor, is_factor_required = queries.entering(person, organisation_id)
        if request.actor.role is None:
            request.actor = person
            return not_accessible(request)
        if is_factor_required and is_held(request):
            return hold(request, person)
        if request.session.get(LAST_ORGANISATION) != organisation_id:
            request.session[LAST_ORGANISATION] = organisation_id
        return None


def _is_garbled(request: ActorRequest) -> bool:
    """A form whose bytes are no UTF-8: Django puts a mark in their place, and the mark would be stored (UI-032)."""
    if request.method != "POST" or request.path.startswith(_OTHER_DOORS):
        return False
    return any(UNREADABLE in value for values in request.POST.lists() for value in (values[0], *values[1]))


def _must_replace_login(request: ActorRequest) -> bool:
    is_page = not request.path.startswith(_OTHER_DOORS)
    return is_page and request.user.is_authenticated and is_withdrawn(request.user.email)
