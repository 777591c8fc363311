"""One's organisations: the start, the switch, the list, founding another (ORG-001…010)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import asked_next, render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity import queries as identity_queries
from stellwerk.organisations import queries
from stellwerk.organisations.forms import OrganisationForm
from stellwerk.organisations.services import NewOrganisation, found_organisation

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest

LAST_ORGANISATION = "organisation_id"  # in the session: where the person worked last


@never_cache
@require_safe
@signed_in_page
def start(request: ActorRequest) -> HttpResponse:
    """To the organisation worked in last, else the first; without any, to the list (ORG-062)."""
    mine = [row.organisation_id for row in queries.membership_rows(_me(request))]
    if not mine:
        return HttpResponseRedirect(reverse("organisations:mine"))
    last = request.session.get(LAST_ORGANISATION)
    return HttpResponseRedirect(start_of(last if last in mine else mine[0]))


@require_POST
@signed_in_page
def switch(request: ActorRequest) -> HttpResponse:
    """Work in another organisation. Raises NotFound for one the person does not belong to (ORG-009)."""
    wanted = request.POST.get("organisation", "")
    mine = {str(row.organisation_id): row.organisation_id for row in queries.membership_rows(_me(request))}
    if wanted not in mine:
        raise NotFound
    return HttpResponseRedirect(start_of(mine[wanted]))


@never_cache
@require_safe
@signed_in_page
def mine(request: ActorRequest) -> HttpResponse:
    """All memberships with role and what one may do (ORG-006), and the invitations that wait (ORG-062)."""
    me = identity_queries.account_row(_me(request))
    context = {
        "memberships": queries.membership_rows(_me(request)),
        "invitations": queries.open_invitations_of(me.email) if me else [],
    }
    return render(request, "organisations/mine.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def found(request: ActorRequest) -> HttpResponse:
    """Found another organisation; `next` leads on to an order that waits for one (ID-003, ID-014)."""
    next_url = asked_next(request)
    form = OrganisationForm(request.POST if request.method == "POST" else None, initial={"country": "CH"})
    context = {"form": form, "next_url": next_url}
    if request.method != "POST":
        return render(request, "organisations/found.html", context)
    if not form.is_valid():
        return render(request, "organisations/found.html", context, status=422)
    entries: dict[str, Any] = {**form.cleaned_data, "language": get_language() or "en"}
    try:
        organisation = found_organisation(actor=request.actor, entries=NewOrganisation(**entries))
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/found.html", context, refusal=refusal)
    messages.success(request, _("%(name)s is founded.") % {"name": organisation.name})
    return HttpResponseRedirect(next_url or start_of(organisation.pk))


def start_of(organisation_id: int) -> str:
    """The start page of an organisation."""
    return f"/o/{organisation_id}/"


def _me(request: ActorRequest) -> int:
    return request.actor.account_id or 0
