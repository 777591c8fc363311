"""Invitations as their senders see them (ORG-034…041)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.edge.paging import paged, search_words
from stellwerk.foundation.errors import DomainError
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import InvitationForm
from stellwerk.organisations.services import invitations

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@never_cache
@require_safe
@signed_in_page
def invitation_list(request: ActorRequest, organisation_id: int) -> HttpResponse:
    require(policy.can_manage_members(request.actor, organisation_id))
    search, only_open = search_words(request), "all" not in request.GET
    state = "pending" if only_open else ""
    rows = paged(
        request,
        total=lambda: queries.invitation_total(organisation_id, state=state, search=search),
        rows=lambda limit, skip: queries.invitation_rows(
            organisation_id, state=state, search=search, limit=limit, skip=skip
        ),
    )
    context = {"rows": rows, "search": search, "only_open": only_open, "organisation_id": organisation_id}
    return render(request, "organisations/invitations.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def invite(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """One page: whom, as what, in which language (ORG-034)."""
    require(policy.can_manage_members(request.actor, organisation_id))
    form = InvitationForm(
        request.POST if request.method == "POST" else None,
        initial={"role": Role.COLLABORATOR.value, "language": get_language()},
        roles=policy.roles_to_give(request.actor, organisation_id),
        teams=queries.team_rows(organisation_id),
    )
    context = {"form": form, "organisation_id": organisation_id}
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/invite.html", context, status=422 if form.errors else 200)
    entries = invitations.NewInvitation(**form.entries())
    try:
        made = invitations.invite(actor=request.actor, organisation_id=organisation_id, entries=entries)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/invite.html", context, refusal=refusal)
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": made.email})
    return HttpResponseRedirect(reverse("organisations:invitations", args=[organisation_id]))


@require_POST
@signed_in_page
def resend(request: ActorRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    made = invitations.resend_invitation(
        actor=request.actor, organisation_id=organisation_id, invitation_id=invitation_id
    )
    text = _("A new link to %(email)s is on its way. The earlier one no longer works.")
    messages.success(request, text % {"email": made.email})
    return HttpResponseRedirect(reverse("organisations:invitations", args=[organisation_id]))


@require_POST
@signed_in_page
def withdraw(request: ActorRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    made = invitations.withdraw_invitation(
        actor=request.actor, organisation_id=organisation_id, invitation_id=invitation_id
    )
    text = _("The invitation to %(email)s is deleted. Its link no longer works.")
    messages.success(request, text % {"email": made.email})
    return HttpResponseRedirect(reverse("organisations:invitations", args=[organisation_id]))
