"""Invitations as their senders see them (ORG-034…041)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation import notify
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


PRODUCTS_SHOWN = 100
STATES = ("open", "expired", "accepted", "rejected", "cancelled")


@never_cache
@require_safe
@signed_in_page
def invitation_list(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """All invitations, narrowed by state and address (ORG-038). Without a choice: those that can still be answered."""
    require(policy.can_manage_members(request.actor, organisation_id))
    search, state = search_words(request), request.GET.get("state", "open")
    asked = state if state in STATES else ""
    rows = paged(
        request,
        total=lambda: queries.invitation_total(organisation_id, state=asked, search=search),
        rows=lambda limit, skip: queries.invitation_rows(
            organisation_id, state=asked, search=search, limit=limit, skip=skip
        ),
    )
    context = {
        "rows": rows,
        "search": search,
        "state": asked,
        "states": _state_names(),
        "is_narrowed": bool(search) or asked != "open",
        "organisation_id": organisation_id,
    }
    return render(request, "organisations/invitations.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def invite(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """One page: whom, as what, with which rights and messages, in which language (ORG-034)."""
    require(policy.can_manage_members(request.actor, organisation_id))
    form = InvitationForm(request.POST if request.method == "POST" else None, **offer_choices(request, organisation_id))
    context = {"form": form, "organisation_id": organisation_id, "most_products": PRODUCTS_SHOWN}
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/invite.html", context, status=422 if form.errors else 200)
    entries = invitations.NewInvitation(**form.entries())
    try:
        made = invitations.invite(actor=request.actor, organisation_id=organisation_id, entries=entries)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/invite.html", context, refusal=refusal)
    messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": made.email})
    return _to_list(organisation_id)


@require_POST
@signed_in_page
def resend(request: ActorRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    made = invitations.resend_invitation(
        actor=request.actor, organisation_id=organisation_id, invitation_id=invitation_id
    )
    text = _("A new link to %(email)s is on its way. The earlier one no longer works.")
    messages.success(request, text % {"email": made.email})
    return _to_list(organisation_id)


@require_POST
@signed_in_page
def resend_several(request: ActorRequest, organisation_id: int) -> HttpResponse:
    number = invitations.resend_invitations(
        actor=request.actor, organisation_id=organisation_id, invitation_ids=_ticked(request)
    )
    text = ngettext("%(number)s new link is on its way.", "%(number)s new links are on their way.", number)
    messages.success(request, text % {"number": number})
    return _to_list(organisation_id)


@require_POST
@signed_in_page
def withdraw(request: ActorRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    made = invitations.withdraw_invitation(
        actor=request.actor, organisation_id=organisation_id, invitation_id=invitation_id
    )
    text = _("The invitation to %(email)s is deleted. Its link no longer works.")
    messages.success(request, text % {"email": made.email})
    return _to_list(organisation_id)


@require_POST
@signed_in_page
def withdraw_several(request: ActorRequest, organisation_id: int) -> HttpResponse:
    number = invitations.withdraw_invitations(
        actor=request.actor, organisation_id=organisation_id, invitation_ids=_ticked(request)
    )
    text = ngettext("%(number)s invitation is deleted.", "%(number)s invitations are deleted.", number)
    messages.success(request, text % {"number": number})
    return _to_list(organisation_id)


def offer_choices(request: ActorRequest, organisation_id: int) -> dict[str, Any]:
    """What forms of invitations offer, and how they begin."""
    return {
        "roles": policy.roles_to_give(request.actor, organisation_id),
        "teams": queries.team_names(organisation_id),
        "products": invitations.offerable_products(request.actor, organisation_id, limit=PRODUCTS_SHOWN),
        "has_texts": notify.can_send_sms(),
        "initial": {
            "role": request.GET.get("role", Role.COLLABORATOR.value),
            "teams": request.GET.getlist("team"),
            "language": get_language(),
            "receives_billing_messages": True,
            "receives_product_messages": True,
        },
    }


def _state_names() -> list[tuple[str, str]]:
    return [
        ("open", _("Open ones")),
        ("expired", _("Expired ones")),
        ("accepted", _("Accepted ones")),
        ("rejected", _("Declined ones")),
        ("cancelled", _("Deleted ones")),
        ("all", _("All invitations")),
    ]


def _ticked(request: ActorRequest) -> list[int]:
    """The ticked rows; nonsense ticks nothing."""
    longest = 18  # digits of a key
    raw = request.POST.getlist("invitation")
    return [int(each) for each in raw if each.isascii() and each.isdigit() and len(each) <= longest]


def _to_list(organisation_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("organisations:invitations", args=[organisation_id]))
