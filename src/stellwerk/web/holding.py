"""In front of an organisation that requires a second factor: whoever has none reads why, and what to do (SEC-040)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

from stellwerk.foundation.actor import Role
from stellwerk.foundation.edge.html import render
from stellwerk.identity import queries as identity
from stellwerk.organisations import queries

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.edge.html import ActorRequest

_DEPARTURE = "organisations:leave"


def is_held(request: ActorRequest) -> bool:
    """Whether the person at the door has no second factor. An external may leave instead (SEC-041)."""
    if request.actor.role == Role.EXTERNAL and request.resolver_match.view_name == _DEPARTURE:  # type: ignore[union-attr]
        return False
    return not identity.has_second_factor(request.actor.account_id or 0)


def hold(request: ActorRequest, person: Actor) -> HttpResponse:
    """The page instead of the one asked for, at the same address: after the set-up, the same address is open.

    Nothing of the organisation is shown but its name and who can lift the requirement (Q31).
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    organisation_id, role = request.actor.organisation_id or 0, request.actor.role
    request.actor = person
    organisation = queries.organisation_row(organisation_id)
    context = {
        "organisation": organisation,
        "may_leave": role == Role.EXTERNAL,
        "others": [
            row for row in queries.membership_rows(person.account_id or 0) if row.organisation_id != organisation_id
        ],
        "managers": ", ".join(queries.manager_names(organisation_id)),
    }
    return render(request, "web/second_factor_required.html", context, status=403)
