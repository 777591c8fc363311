"""Teams: who belongs together (ORG-070…080)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import TeamForm, TeamMembersForm
from stellwerk.organisations.services import teams

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import TeamRow


@never_cache
@require_safe
@signed_in_page
def team_list(request: ActorRequest, organisation_id: int) -> HttpResponse:
    require(policy.can_see_members(request.actor, organisation_id))
    context = {
        "organisation_id": organisation_id,
        "teams": queries.team_rows(organisation_id),
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
        made = teams.create_team(actor=request.actor, organisation_id=organisation_id, **form.cleaned_data)
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
    form = TeamForm(request.POST if request.method == "POST" else None, initial={"name": row.name, "color": row.color})
    context = _about(request, row, form)
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/team.html", context, status=422 if form.errors else 200)
    try:
        teams.edit_team(actor=request.actor, organisation_id=organisation_id, team_id=team_id, **form.cleaned_data)
    except DomainError as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/team.html", context, refusal=refusal)
    messages.success(request, _("Saved. It applies at once."))
    return HttpResponseRedirect(reverse("organisations:team", args=[organisation_id, team_id]))


@require_POST
@signed_in_page
def add(request: ActorRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """One or many people at once (ORG-072)."""
    chosen = [int(raw) for raw in request.POST.getlist("people") if raw.isascii() and raw.isdigit() and len(raw) < 18]  # noqa: PLR2004  more digits are no number of ours
    teams.add_to_team(actor=request.actor, organisation_id=organisation_id, team_id=team_id, account_ids=chosen)
    return HttpResponseRedirect(reverse("organisations:team", args=[organisation_id, team_id]))


@require_POST
@signed_in_page
def take_out(request: ActorRequest, organisation_id: int, team_id: int, user_id: int) -> HttpResponse:
    teams.remove_from_team(actor=request.actor, organisation_id=organisation_id, team_id=team_id, account_ids=[user_id])
    return HttpResponseRedirect(reverse("organisations:team", args=[organisation_id, team_id]))


@require_POST
@signed_in_page
def delete(request: ActorRequest, organisation_id: int, team_id: int) -> HttpResponse:
    teams.delete_team(actor=request.actor, organisation_id=organisation_id, team_id=team_id)
    messages.success(request, _("The team is deleted. Its members stay in the organisation."))
    return HttpResponseRedirect(reverse("organisations:teams", args=[organisation_id]))


def _team(organisation_id: int, team_id: int) -> TeamRow:
    row = queries.team_row(organisation_id, team_id)
    if row is None:
        raise NotFound
    return row


def _about(request: ActorRequest, row: TeamRow, form: TeamForm) -> dict[str, object]:
    organisation_id = request.actor.organisation_id or 0
    inside = {person.account_id for person in row.members}
    others = [
        (member.account_id, member.name)
        for member in queries.member_rows(organisation_id, limit=500)
        if member.account_id not in inside
    ]
    return {
        "form": form,
        "team": row,
        "organisation_id": organisation_id,
        "people_form": TeamMembersForm(people=others) if others else None,
        "can_manage": policy.can_manage_members(request.actor, organisation_id),
    }
