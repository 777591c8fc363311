"""Replacing the legal representative, guided: first another one, then the former goes (ORG-031…033)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.edge.paging import search_words
from stellwerk.foundation.errors import DomainError
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import AppointmentForm
from stellwerk.organisations.services import memberships
from stellwerk.organisations.web.preferences import known_member

if TYPE_CHECKING:
    from django.http import QueryDict

    from stellwerk.foundation.edge.html import ActorRequest

MOST_MEMBERS = 500
_NUMBER = re.compile(r"[0-9]{1,17}")


@never_cache
@require_safe
@signed_in_page
def guide(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Two steps; the second is grey, with the reason, until somebody else has the role."""
    require(policy.can_manage_members(request.actor, organisation_id))
    successors = _successors(request, organisation_id, request.GET)
    if "find" in request.GET and request.headers.get("HX-Request"):
        return render(request, "organisations/_successors.html", _choice(successors, initial=request.GET))
    return _shown(request, organisation_id, _choice(successors, initial=request.GET))


@require_POST
@signed_in_page
def appoint(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """The first step with somebody who is a member already."""
    require(policy.can_give_role(request.actor, organisation_id, role=Role.LEGAL_REPRESENTATIVE))
    successors = _successors(request, organisation_id, request.POST)
    form = AppointmentForm(request.POST, people=successors.people)
    choice = {**_choice(successors), "form": form}
    if not form.is_valid():
        return _shown(request, organisation_id, choice, status=422)
    person = form.cleaned_data["person"]
    try:
        memberships.change_role(
            actor=request.actor, organisation_id=organisation_id, account_id=person, role=Role.LEGAL_REPRESENTATIVE
        )
    except DomainError as refusal:
        show_refusal(form, refusal)
        return _shown(request, organisation_id, choice, status=refusal.status)
    messages.success(request, _("The new legal representative is appointed. The second step is open."))
    return _back(organisation_id)


@require_POST
@signed_in_page
def demote(request: ActorRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """The second step without removing anybody: the former becomes an administrator."""
    require(policy.can_give_role(request.actor, organisation_id, role=Role.LEGAL_REPRESENTATIVE))
    if not _is_legal(known_member(organisation_id, user_id).role):
        return _back(organisation_id)
    memberships.change_role(
        actor=request.actor, organisation_id=organisation_id, account_id=user_id, role=Role.ADMINISTRATOR
    )
    messages.success(request, _("The former legal representative is an administrator now."))
    if user_id == request.actor.account_id:
        return HttpResponseRedirect(reverse("organisations:members", args=[organisation_id]))
    return _back(organisation_id)


@dataclass(frozen=True, slots=True)
class _Successors:
    """Who may be chosen: whoever is chosen already, then the first ones by name of those that were searched."""

    people: list[tuple[int, str]]
    find: str
    has_more: bool


def _successors(request: ActorRequest, organisation_id: int, sent: QueryDict) -> _Successors:
    raw, find = sent.get("person", ""), search_words(request, "find")
    chosen = queries.member_row(organisation_id, int(raw)) if _NUMBER.fullmatch(raw) else None
    # The present ones stand in the same list; there are few of them.
    limit = queries.CHOICES + 1 + queries.legal_representative_total(organisation_id)
    found = queries.member_rows(organisation_id, only=queries.MemberFilter(search=find), limit=limit)
    rows = {row.account_id: row for row in (chosen, *found) if row is not None and not _is_legal(row.role)}
    shown = list(rows.values())[: queries.CHOICES + bool(chosen)]
    people = [(row.account_id, f"{row.name} ({row.role_name})") for row in shown]
    return _Successors(people, find, has_more=len(rows) > len(shown))


def _choice(successors: _Successors, *, initial: QueryDict | None = None) -> dict[str, Any]:
    chosen = initial.get("person", "") if initial else ""
    return {
        "form": AppointmentForm(people=successors.people, initial={"person": chosen}),
        "find": successors.find,
        "has_more": successors.has_more,
    }


def _shown(request: ActorRequest, organisation_id: int, choice: dict[str, Any], *, status: int = 200) -> HttpResponse:
    only = queries.MemberFilter(role=Role.LEGAL_REPRESENTATIVE)
    present = queries.member_rows(organisation_id, only=only, limit=MOST_MEMBERS)
    invited = queries.invitation_rows(organisation_id, state="open", role=Role.LEGAL_REPRESENTATIVE)
    context = {
        **choice,
        "organisation_id": organisation_id,
        "present": present,
        "invited": invited,
        "can_appoint": policy.can_give_role(request.actor, organisation_id, role=Role.LEGAL_REPRESENTATIVE),
        "has_successor": queries.legal_representative_total(organisation_id) > 1,
        "legal_names": ", ".join(row.name for row in present[:5]),
    }
    return render(request, "organisations/representatives.html", context, status=status)


def _is_legal(role: Role) -> bool:
    return role is Role.LEGAL_REPRESENTATIVE


def _back(organisation_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("organisations:representatives", args=[organisation_id]))
