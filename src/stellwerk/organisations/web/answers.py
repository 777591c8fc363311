"""The other end of an invitation: accept with an account, with a new one, or decline (ORG-035…042, ID-005)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import page, render, signed_in_page
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries as identity_queries
from stellwerk.identity.services import sessions
from stellwerk.identity.services.entries import NewAccount
from stellwerk.organisations.forms import PersonForm
from stellwerk.organisations.services.invitations import (
    accept_invitation,
    accept_with_new_account,
    decline_invitation,
    invitation_offer,
)
from stellwerk.organisations.web.switching import start_of

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_safe
@page
def offer(request: ActorRequest, link: str) -> HttpResponse:
    """What is offered, by whom, until when; and every way to answer."""
    row = invitation_offer(raw_link=link)
    me = identity_queries.account_row(request.actor.account_id or 0)
    context = {
        "offer": row,
        "link": link,
        "me": me,
        "is_mine": me is not None and me.email == row.email,
        # Whoever holds the link holds the mailbox, so this tells its owner only about the own account.
        "has_account": identity_queries.account_id_of(row.email) is not None,
        "sign_in_query": urlencode({"next": request.path, "email": row.email}),
    }
    return render(request, "organisations/offer.html", context)


@require_POST
@signed_in_page
def accept(request: ActorRequest, link: str) -> HttpResponse:
    confirms = request.POST.get("confirms_transfer") == "yes"
    joined = accept_invitation(actor=request.actor, raw_link=link, confirms_transfer=confirms)
    messages.success(request, _("You have joined. Your role applies at once."))
    return HttpResponseRedirect(start_of(joined.organisation_id))


@require_POST
@page
def decline(request: ActorRequest, link: str) -> HttpResponse:
    decline_invitation(actor=request.actor, raw_link=link)
    return render(request, "organisations/declined.html")


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@page
def sign_up(request: ActorRequest, link: str) -> HttpResponse:
    """An account without an organisation of its own; the link has proved the address (ID-005, ORG-035)."""
    row = invitation_offer(raw_link=link)
    if request.actor.account_id is not None:
        return HttpResponseRedirect(reverse("organisations:invitation", args=[link]))
    initial = {"first_name": row.first_name, "last_name": row.last_name}
    form = PersonForm(request.POST if request.method == "POST" else None, initial=initial)
    context = {"form": form, "offer": row, "link": link}
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/offer_sign_up.html", context, status=422 if form.errors else 200)
    names = ("first_name", "last_name", "phone", "password")
    values = {name: form.cleaned_data[name] for name in names}
    entries = NewAccount(email=row.email, language=get_language() or row.language, **values)
    try:
        joined = accept_with_new_account(actor=request.actor, raw_link=link, entries=entries)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/offer_sign_up.html", context, refusal=refusal)
    answer = sessions.open_session_of(request, account_id=joined.account_id, next_url=start_of(joined.organisation_id))
    return cast("HttpResponse", answer)
