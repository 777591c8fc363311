"""Until when somebody belongs to the organisation, and the teams of one person (ORG-071, ORG-079)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.errors import Invalid, NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import TeamLastDayForm, TeamsForm
from stellwerk.organisations.services import last_days, teams
from stellwerk.organisations.web.people import last_days_form
from stellwerk.organisations.web.preferences import known_member

if TYPE_CHECKING:
    from stellwerk.foundation.edge.html import ActorRequest


@require_POST
@signed_in_page
def set_last_days(request: ActorRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """The last days of a membership and of the right to invoices; nothing holds after them."""
    row = known_member(organisation_id, user_id)
    require(policy.can_touch_member(request.actor, organisation_id, current_role=row.role))
    form = last_days_form(row, request.POST)
    back = HttpResponseRedirect(reverse("organisations:member", args=[organisation_id, user_id]))
    if form is None or not form.is_valid():
        messages.error(request, _("Nothing was saved. Enter the days as dates."))
        return back
    here: dict[str, Any] = {"actor": request.actor, "organisation_id": organisation_id, "account_id": user_id}
    try:
        with transaction.atomic():
            last_days.set_membership_end(**here, ends_on=form.cleaned_data["ends_on"])
            if "billing_ends_on" in form.cleaned_data:
                last_days.set_billing_end(**here, ends_on=form.cleaned_data["billing_ends_on"])
    except Invalid as refusal:
        messages.error(request, str(refusal.errors[0].text))
        return back
    messages.success(request, _("Saved. It applies at once."))
    return back


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def set_team_last_day(request: ActorRequest, organisation_id: int, team_id: int, user_id: int) -> HttpResponse:
    """Until when somebody is in a team; its rights hold no longer than that (ORG-078)."""
    require(policy.can_manage_members(request.actor, organisation_id))
    row = queries.team_row(organisation_id, team_id)
    person = next((each for each in row.members if each.account_id == user_id), None) if row else None
    if row is None or person is None:
        raise NotFound
    form = TeamLastDayForm(request.POST if request.method == "POST" else None, initial={"ends_on": person.ends_on})
    context = {"organisation_id": organisation_id, "team": row, "person": person, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/team_last_day.html", context, status=422 if form.errors else 200)
    try:
        last_days.set_team_end(
            actor=request.actor, organisation_id=organisation_id, team_id=team_id, account_id=user_id,
            ends_on=form.cleaned_data["ends_on"],
        )  # fmt: skip
    except Invalid as refusal:
        show_refusal(form, refusal)
        return render(request, "organisations/team_last_day.html", context, refusal=refusal)
    messages.success(request, _("Saved. It applies at once."))
    return HttpResponseRedirect(reverse("organisations:team", args=[organisation_id, team_id]))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def teams_of_person(request: ActorRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """All teams of one person; exactly the ticked ones hold afterwards (ORG-071, ORG-079)."""
    require(policy.can_manage_members(request.actor, organisation_id))
    row = known_member(organisation_id, user_id)
    all_teams = queries.team_names(organisation_id)
    inside = [team.id for team in row.teams]
    form = TeamsForm(request.POST if request.method == "POST" else None, teams=all_teams, initial={"teams": inside})
    if request.method != "POST" or not form.is_valid():
        context = {"organisation_id": organisation_id, "member": row, "form": form, "has_teams": bool(all_teams)}
        return render(request, "organisations/member_teams.html", context, status=422 if form.errors else 200)
    teams.set_teams(
        actor=request.actor,
        organisation_id=organisation_id,
        account_id=user_id,
        team_ids=[int(raw) for raw in form.cleaned_data["teams"]],
    )
    messages.success(request, _("Saved. It applies at once."))
    return HttpResponseRedirect(reverse("organisations:member", args=[organisation_id, user_id]))
