"""Teams: who belongs together (ORG-070…080)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.edge.paging import paged, search_words
from stellwerk.foundation.errors import DomainError, Invalid, NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import TeamForm, TeamMembersForm
from stellwerk.organisations.services import teams
from stellwerk.organisations.services.departures import Departure, losses_of

if TYPE_CHECKING:
    from django.http import QueryDict

    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import TeamRow

_NUMBER = re.compile(r"[0-9]{1,17}")


@never_cache
@require_safe
@signed_in_page
def team_list(request: ActorRequest, organisation_id: int) -> HttpResponse:
    require(policy.can_see_members(request.actor, organisation_id))
    context = {
        "organisation_id": organisation_id,
        "teams": paged(
            request,
            total=lambda: queries.team_total(organisation_id),
            rows=lambda limit, skip: queries.team_rows(organisation_id, limit=limit, skip=skip),
        ),
        "can_manage": policy.can_manage_members(request.actor, organisation_id),
    }
    return render(request, "organisations/teams.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def create(request: ActorRequest, organisation_id: int) -> HttpResponse:
    require(policy.can_manage_members(request.actor, organisation_id))
    form = TeamForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "organisation_id": organisation_id}
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/team_new.html", context, status=422 if form.errors else 200)
    try:
        entries = {name: form.cleaned_data[name] for name in ("name", "color")}
        made = teams.create_team(actor=request.actor, organisation_id=organisation_id, **entries)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/team_new.html", context, refusal=refusal)
    return HttpResponseRedirect(reverse("organisations:team", args=[organisation_id, made.pk]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def team(request: ActorRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """Name, colour, and who is in it."""
    can = policy.can_manage_members if request.method == "POST" else policy.can_see_members
    require(can(request.actor, organisation_id))
    row = _team(organisation_id, team_id)
    form = TeamForm(request.POST if request.method == "POST" else None, initial=_initial(row), people=_people(row))
    context = _about(request, row, form)
    if "find" in request.GET and request.headers.get("HX-Request"):
        return render(request, "organisations/_candidates.html", context)
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/team.html", context, status=422 if form.errors else 200)
    try:
        _save(request, row, form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/team.html", context, refusal=refusal)
    messages.success(request, _("Saved. It applies at once."))
    return HttpResponseRedirect(reverse("organisations:team", args=[organisation_id, team_id]))


@require_POST
@signed_in_page
def add(request: ActorRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """One or many people at once (ORG-072), perhaps until a last day."""
    row = _team(organisation_id, team_id)
    require(policy.can_manage_members(request.actor, organisation_id))
    people_form = TeamMembersForm(request.POST, people=_others(request, row, request.POST))
    edit_form = TeamForm(initial=_initial(row), people=_people(row))
    if not people_form.is_valid():
        context = {**_about(request, row, edit_form), "people_form": people_form}
        return render(request, "organisations/team.html", context, status=422)
    chosen, ends_on = people_form.chosen(), people_form.cleaned_data["ends_on"]
    try:
        teams.add_to_team(
            actor=request.actor, organisation_id=organisation_id, team_id=team_id, account_ids=chosen, ends_on=ends_on
        )
    except Invalid as refusal:
        show_refusal(people_form, refusal)
        context = {**_about(request, row, edit_form), "people_form": people_form}
        return render(request, "organisations/team.html", context, refusal=refusal)
    return HttpResponseRedirect(reverse("organisations:team", args=[organisation_id, team_id]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def take_out(request: ActorRequest, organisation_id: int, team_id: int, user_id: int) -> HttpResponse:
    """What changes for the person, then the end of the place in the team (ORG-078)."""
    require(policy.can_manage_members(request.actor, organisation_id))
    row, person = _team(organisation_id, team_id), queries.member_row(organisation_id, user_id)
    if person is None:
        raise NotFound
    if request.method == "POST":
        teams.remove_from_team(
            actor=request.actor, organisation_id=organisation_id, team_id=team_id, account_ids=[user_id]
        )
        return HttpResponseRedirect(reverse("organisations:team", args=[organisation_id, team_id]))
    departure = Departure(organisation_id=organisation_id, account_ids=(user_id,), team_id=team_id)
    context = {
        "organisation_id": organisation_id, "team": row, "member": person, "changes": losses_of(departure)
    }  # fmt: skip
    return render(request, "organisations/team_removal.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def delete(request: ActorRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """What changes for its people, then the end of the team; they stay in the organisation (ORG-080)."""
    require(policy.can_manage_members(request.actor, organisation_id))
    row = _team(organisation_id, team_id)
    if request.method == "POST":
        teams.delete_team(actor=request.actor, organisation_id=organisation_id, team_id=team_id)
        messages.success(request, _("The team is deleted. Its members stay in the organisation."))
        return HttpResponseRedirect(reverse("organisations:teams", args=[organisation_id]))
    departure = Departure(organisation_id=organisation_id, team_id=team_id)
    context = {"organisation_id": organisation_id, "team": row, "changes": losses_of(departure)}
    return render(request, "organisations/team_deletion.html", context)


def _team(organisation_id: int, team_id: int) -> TeamRow:
    row = queries.team_row(organisation_id, team_id)
    if row is None:
        raise NotFound
    return row


@transaction.atomic
def _save(request: ActorRequest, row: TeamRow, entries: dict[str, Any]) -> None:
    here: dict[str, Any] = {
        "actor": request.actor,
        "organisation_id": request.actor.organisation_id or 0,
        "team_id": row.id,
    }
    teams.edit_team(**here, name=entries["name"], color=entries["color"])
    teams.name_leader(**here, account_id=entries["leader"])


def _people(row: TeamRow) -> list[tuple[int, str]]:
    """Who can lead: the people of the team, and whoever leads it now."""
    leaders = {person.account_id: person.name for person in row.members}
    if row.leader is not None:
        leaders.setdefault(row.leader.account_id, row.leader.name)
    return list(leaders.items())


def _initial(row: TeamRow) -> dict[str, object]:
    return {"name": row.name, "color": row.color, "leader": row.leader.account_id if row.leader else ""}


def _others(request: ActorRequest, row: TeamRow, sent: QueryDict) -> list[tuple[int, str]]:
    """Who can be added: those ticked already, then the first ones by name, one more than is shown.

    Whoever is ticked need not be offered: the service says who is nobody here.
    """
    organisation_id = request.actor.organisation_id or 0
    ticked = [int(raw) for raw in sent.getlist("people") if _NUMBER.fullmatch(raw)]
    names = queries.names_of(organisation_id, ticked) if ticked else {}
    found = queries.people_outside(
        organisation_id, row.id, search=search_words(request, "find"), limit=queries.CHOICES + 1
    )
    return [*((pk, names.get(pk, "")) for pk in ticked), *(each for each in found if each[0] not in ticked)]


def _about(request: ActorRequest, row: TeamRow, form: TeamForm) -> dict[str, object]:
    organisation_id = request.actor.organisation_id or 0
    can_manage = policy.can_manage_members(request.actor, organisation_id)
    others = _others(request, row, request.GET) if can_manage else []
    find, ticked = search_words(request, "find"), request.GET.getlist("people")
    shown = others[: queries.CHOICES + len(ticked)]
    return {
        "form": form,
        "team": row,
        "people": paged(
            request,
            total=lambda: len(row.members),
            rows=lambda limit, skip: list(row.members[skip : skip + limit]),
        ),
        "organisation_id": organisation_id,
        "people_form": TeamMembersForm(people=shown, initial={"people": ticked}) if others or find else None,
        "find": find,
        "has_more": len(others) > len(shown),
        "can_manage": can_manage,
    }
