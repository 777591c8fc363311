"""Passkeys instead of the password: the button of the sign-in page and the browser's autofill (ID-032)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from stellwerk.foundation.edge.forms import correctable, show_refusal
from stellwerk.foundation.edge.html import asked_next, page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity.forms import SignInForm
from stellwerk.identity.services import passkeys, sessions
from stellwerk.identity.services.second_factor import Method
from stellwerk.identity.web.sign_in import START, sign_in_form

if TYPE_CHECKING:
    from django.http import HttpRequest

    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_POST
@page
def question(request: ActorRequest) -> HttpResponse:
    """What the script asks the device once the page's own challenge is used or old. A POST: it changes the session."""
    return JsonResponse(passkeys.sign_in_options(session=request.session, party=party_of(request)))


@never_cache
@require_POST
@page
def sign_in(request: ActorRequest) -> HttpResponse:
    """The device's answer. It has verified the person, so no second step follows."""
    next_url = asked_next(request)
    try:
        account = passkeys.sign_in_with_passkey(
            session=request.session,
            actor=request.actor,
            party=party_of(request),
            answer=request.POST.get("answer", ""),
        )
    except DomainError as refusal:
        form = SignInForm({})
        form.errors.clear()  # nothing was typed
        show_refusal(form, correctable(refusal))
        return sign_in_form(request, form, next_url, refusal=refusal)
    answer = sessions.open_session(request, account, next_url=next_url or START, method=Method.PASSKEY)
    return cast("HttpResponse", answer)


def party_of(request: HttpRequest) -> passkeys.RelyingParty:
    """For whom keys sign here. Raises NotFound at an address that keys cannot be bound to."""
    party = passkeys.relying_party(request.build_absolute_uri("/"))
    if party is None:
        raise NotFound
    return party
