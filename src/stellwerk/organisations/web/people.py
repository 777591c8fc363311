"""Members: the list, roles, the billing switch, contact preferences, removing, leaving (ORG-024…062)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.forms import show_refusal
from stellwerk.foundation.edge.html import render, signed_in_page
from stellwerk.foundation.edge.paging import paged, search_words
from stellwerk.foundation.errors import DomainError
from stellwerk.identity import queries as identity_queries
from stellwerk.organisations import policy, queries
from stellwerk.organisations.forms import LastDaysForm, RoleForm
from stellwerk.organisations.services import memberships
from stellwerk.organisations.web.preferences import known_member, preferences_shown

if TYPE_CHECKING:
    from django.http import QueryDict

    from stellwerk.foundation.edge.html import ActorRequest
    from stellwerk.organisations.queries import MemberRow

_FACTOR = {"with": True, "without": False}


@never_cache
@require_safe
@signed_in_page
def members(request: ActorRequest, organisation_id: int) -> HttpResponse:
    """Who works here, by last name; narrowed by name, role and team, which stand in the address."""
    require(policy.can_see_members(request.actor, organisation_id))
    guards = policy.can_guard_sign_ins(request.actor, organisation_id)
    only = _filter(request, guards=bool(guards))
    context = {
        "organisation_id": organisation_id,
        "rows": paged(
            request,
            total=lambda: queries.member_total(organisation_id, only=only),
            rows=lambda limit, skip: queries.member_rows(organisation_id, only=only, limit=limit, skip=skip),
        ),
        "only": only,
        "team_id": only.team_ids[0] if only.team_ids else 0,
        "roles": [(role.value, role.label) for role in Role],
        "teams": queries.team_names(organisation_id),
        "can_guard": guards,
        "can_manage": policy.can_manage_members(request.actor, organisation_id),
        "touchable": [role for role in Role if _can_touch(request, organisation_id, role)],
        "legal_names": ", ".join(queries.legal_representative_names(organisation_id)),
    }
    return render(request, "organisations/members.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def member(request: ActorRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """One member: role and billing right, effective at once (ORG-029)."""
    require(policy.can_see_members(request.actor, organisation_id))
    row = known_member(organisation_id, user_id)
    if request.method == "POST":
        require(policy.can_touch_member(request.actor, organisation_id, current_role=row.role))
    initial = {"role": row.role.value, "has_billing_access": row.has_billing_access}
    roles = policy.roles_to_give(request.actor, organisation_id)
    form = RoleForm(request.POST if request.method == "POST" else None, initial=initial, roles=roles or tuple(Role))
    if request.method == "POST" and form.is_valid():
        try:
            _change_role(request, row, form)
        except DomainError as refusal:
            show_refusal(form, refusal)
            return render(request, "organisations/member.html", _about(request, row, form), refusal=refusal)
        messages.success(request, _("%(name)s has a new role. It applies at once.") % {"name": row.name})
        return HttpResponseRedirect(reverse("organisations:members", args=[organisation_id]))
    status = 422 if form.errors else 200
    return render(request, "organisations/member.html", _about(request, row, form), status=status)


@require_POST
@signed_in_page
def unlock(request: ActorRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """SEC-057: without seeing or setting any secret."""
    memberships.unlock_member(actor=request.actor, organisation_id=organisation_id, account_id=user_id)
    messages.success(request, _("The account takes its password from every browser again. Its person is told by mail."))
    return HttpResponseRedirect(reverse("organisations:member", args=[organisation_id, user_id]))


def _filter(request: ActorRequest, *, guards: bool) -> queries.MemberFilter:
    """What the address asks for; nonsense narrows nothing. Who has no second factor is for managers to know."""
    role, team = request.GET.get("role", ""), request.GET.get("team", "")
    return queries.MemberFilter(
        search=search_words(request),
        role=role if role in set(Role) else "",
        has_second_factor=_FACTOR.get(request.GET.get("factor", "")) if guards else None,
        team_ids=(int(team),) if team.isascii() and team.isdigit() and len(team) < 10 else (),  # noqa: PLR2004  more digits are no team
    )


def last_days_form(row: MemberRow, entries: QueryDict | None = None) -> LastDaysForm | None:
    """None for managers, who have no last day."""
    if row.is_manager:
        return None
    initial = {"ends_on": row.ends_on, "billing_ends_on": row.billing_ends_on}
    return LastDaysForm(entries, initial=initial, has_billing_access=row.has_billing_access)


def _about(request: ActorRequest, row: MemberRow, form: RoleForm) -> dict[str, object]:
    organisation_id = request.actor.organisation_id or 0
    return {
        "form": form,
        "last_days_form": last_days_form(row),
        "member": row,
        "organisation_id": organisation_id,
        "can_manage": policy.can_manage_members(request.actor, organisation_id),
        "can_edit": policy.can_touch_member(request.actor, organisation_id, current_role=row.role),
        **preferences_shown(request, row),
        "is_locked": bool(policy.can_unlock_member(request.actor, organisation_id, current_role=row.role))
        and identity_queries.is_locked(row.account_id),
        "legal_names": ", ".join(queries.legal_representative_names(organisation_id)),
    }


def _change_role(request: ActorRequest, row: MemberRow, form: RoleForm) -> None:
    role = form.cleaned_data["role"]
    memberships.change_member(
        actor=request.actor,
        organisation_id=request.actor.organisation_id or 0,
        account_id=row.account_id,
        role=role,
        has_billing_access=form.cleaned_data["has_billing_access"] if role == Role.COLLABORATOR else None,
    )


def _can_touch(request: ActorRequest, organisation_id: int, role: Role) -> bool:
    return bool(policy.can_touch_member(request.actor, organisation_id, current_role=role))
