"""`teams`: named groups of members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from pydantic import Field

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.api import (
    ApiRequest,
    Day,
    Id,
    Input,
    Listing,
    Output,
    Router,
    day,
    listed,
    seconds,
    success,
    wire_names,
)
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.rules.teams import COLORS
from stellwerk.organisations.services import last_days, team_rights
from stellwerk.organisations.services import teams as services
from stellwerk.organisations.services.team_rights import TeamRight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from stellwerk.organisations.queries import TeamRow

router = Router("Teams", names={"leader": "leader_id", "color": "color_id"})
# The wire's words for fields of the room that knows the rights.
_NAMES = {"kind_code": "permissions.service_name", "rights": "permissions", "ends_on": "permissions.ends_on"}


class BasicTeamOut(Output):
    """A team by name."""

    id: int
    name: str
    color_id: int


class TeamPermission(Input):
    """What a team holds on one target: a product, all products of a service, or everything where both are missing.

    `permissions` are technical, statistic, check, sale, those that the service adds, or `all`; `ends_on` is the last
    day.
    """

    product_id: Id | None = None
    service_name: str | None = Field(default=None, max_length=50)
    permissions: list[str] = Field(min_length=1, max_length=20)
    ends_on: Day | None = None


class TeamPermissionOut(Output):
    """What a team holds on one target: a product, all products of a service, or everything where both are null."""

    product_id: int | None
    service_name: str | None
    permissions: list[str]
    ends_on: str | None


class TeamOut(BasicTeamOut):
    """A team. `leader_id` is its contact, without further rights.

    `permissions` are shown to managers whose token may read products; others find it empty.
    """

    owned_by_id: int | None
    created_by_id: int | None
    created_at: int
    updated_at: int
    leader_id: int | None
    permissions: list[TeamPermissionOut]
    user_count: int


class TeamMemberOut(Output):
    """A person in a team, until the last day where there is one."""

    user_id: int
    display_name: str
    ends_on: str | None


class NewTeam(Input):
    """`color_id` from 1 to 6."""

    name: str = Field(min_length=1, max_length=100)
    color_id: int = Field(default=1, ge=1, le=len(COLORS))
    permissions: list[TeamPermission] = Field(default_factory=list, max_length=500)


class TeamChange(Input):
    """Only what changes. `leader_id` null leaves the team without a contact.

    Exactly the `permissions` named hold afterwards; a single target is set at `teams/{team_id}/permissions`.
    """

    leader_id: Id | None = None
    name: str | None = Field(default=None, min_length=1, max_length=100)
    color_id: int | None = Field(default=None, ge=1, le=len(COLORS))
    permissions: list[TeamPermission] | None = Field(default=None, max_length=500)


class People(Input):
    """Members by id."""

    user_ids: list[Id] = Field(min_length=1, max_length=500)


class NewPeople(People):
    """Members by id; `ends_on` is their last day in the team, null for no end."""

    ends_on: Day | None = None


@router.get(
    "accounts/{organisation_id}/teams",
    scope="users",
    answer=TeamOut,
    listing=Listing(order=("id", "name", "created_at", "user_count")),
)
def teams(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The teams of an organisation."""
    require(policy.can_see_members(request.actor, organisation_id))
    return listed(request, _teams(request, organisation_id, queries.counted_teams(organisation_id)))


@router.get(
    "accounts/{organisation_id}/basic/teams",
    scope="users",
    answer=BasicTeamOut,
    listing=Listing(order=("id", "name")),
)
def basic_teams(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Names and colours only, for choices in forms."""
    require(policy.can_see_members(request.actor, organisation_id))
    rows = queries.counted_teams(organisation_id)
    return listed(request, [{"id": row.id, "name": row.name, "color_id": row.color_number} for row in rows])


@router.post("accounts/{organisation_id}/teams", scope="users", answer=TeamOut, status=201)
def create_team(request: ApiRequest, organisation_id: int, entries: NewTeam) -> HttpResponse:
    """Create a team without members, perhaps with what it may use."""
    with transaction.atomic():
        made = services.create_team(
            actor=request.actor,
            organisation_id=organisation_id,
            name=entries.name,
            color=COLORS[entries.color_id - 1],
        )
        if entries.permissions:
            _replace_rights(request, organisation_id, made.pk, entries.permissions)
    return success(_one(request, organisation_id, made.pk), status=201)


@router.get("accounts/{organisation_id}/teams/{team_id}", scope="users", answer=TeamOut)
def team(request: ApiRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """One team."""
    require(policy.can_see_members(request.actor, organisation_id))
    return success(_one(request, organisation_id, team_id))


@router.patch("accounts/{organisation_id}/teams/{team_id}", scope="users", answer=TeamOut)
def change_team(request: ApiRequest, organisation_id: int, team_id: int, entries: TeamChange) -> HttpResponse:
    """Another name, colour or contact, or what the team may use; all or nothing of it."""
    require(policy.can_manage_members(request.actor, organisation_id))
    before = _found(organisation_id, team_id)
    here: dict[str, Any] = {"actor": request.actor, "organisation_id": organisation_id, "team_id": team_id}
    color = COLORS[(entries.color_id or before.color_number) - 1]
    with transaction.atomic():
        services.edit_team(**here, name=entries.name or before.name, color=color)
        if "leader_id" in entries.model_fields_set:
            services.name_leader(**here, account_id=entries.leader_id)
        if entries.permissions is not None:
            _replace_rights(request, organisation_id, team_id, entries.permissions)
    return success(_one(request, organisation_id, team_id))


@router.delete("accounts/{organisation_id}/teams/{team_id}", scope="users")
def delete_team(request: ApiRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """Delete a team; its members stay in the organisation."""
    services.delete_team(actor=request.actor, organisation_id=organisation_id, team_id=team_id)
    return success(True)


@router.get("accounts/{organisation_id}/teams/{team_id}/users", scope="users", answer=TeamMemberOut, listing=Listing())
def team_users(request: ApiRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """Who is in a team."""
    require(policy.can_see_members(request.actor, organisation_id))
    people = queries.team_people(organisation_id, team_id)
    return listed(
        request,
        [
            {"user_id": person.account_id, "display_name": person.name, "ends_on": day(person.ends_on)}
            for person in people
        ],
    )


@router.post("accounts/{organisation_id}/teams/{team_id}/users", scope="users", status=201)
def add_team_users(request: ApiRequest, organisation_id: int, team_id: int, entries: NewPeople) -> HttpResponse:
    """Add members; who is in the team already stays in it."""
    services.add_to_team(
        actor=request.actor,
        organisation_id=organisation_id,
        team_id=team_id,
        account_ids=entries.user_ids,
        ends_on=entries.ends_on,
    )
    return success(True, status=201)


@router.patch("accounts/{organisation_id}/teams/{team_id}/users", scope="users")
def change_team_users(request: ApiRequest, organisation_id: int, team_id: int, entries: NewPeople) -> HttpResponse:
    """Set the last day of people who are in the team, all or none."""
    with transaction.atomic():
        for account_id in sorted(set(entries.user_ids)):
            last_days.set_team_end(
                actor=request.actor,
                organisation_id=organisation_id,
                team_id=team_id,
                account_id=account_id,
                ends_on=entries.ends_on,
            )
    return success(True)


@router.delete("accounts/{organisation_id}/teams/{team_id}/users", scope="users")
def remove_team_users(request: ApiRequest, organisation_id: int, team_id: int, entries: People) -> HttpResponse:
    """Take members out of a team, all or none."""
    services.remove_from_team(
        actor=request.actor, organisation_id=organisation_id, team_id=team_id, account_ids=entries.user_ids
    )
    return success(True)


def _found(organisation_id: int, team_id: int) -> TeamRow:
    found = queries.counted_teams(organisation_id, team_id=team_id)
    if not found:
        raise NotFound
    return found[0]


def _one(request: ApiRequest, organisation_id: int, team_id: int) -> dict[str, Any]:
    return _teams(request, organisation_id, [_found(organisation_id, team_id)])[0]


def _teams(request: ApiRequest, organisation_id: int, rows: Sequence[TeamRow]) -> list[dict[str, Any]]:
    rights = team_rights.rights_of_teams(request.actor, organisation_id, team_ids=[row.id for row in rows])
    return [_team(row, rights.get(row.id, ())) for row in rows]


def _replace_rights(
    request: ApiRequest, organisation_id: int, team_id: int, permissions: Sequence[TeamPermission]
) -> None:
    wanted = [
        TeamRight(each.product_id, each.service_name or "", tuple(each.permissions), each.ends_on)
        for each in permissions
    ]
    with wire_names(**_NAMES):
        team_rights.replace_rights_of_team(
            actor=request.actor, organisation_id=organisation_id, team_id=team_id, rights=wanted
        )


def _team(row: TeamRow, rights: Sequence[TeamRight]) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "color_id": row.color_number,
        "owned_by_id": row.created_by_id,
        "created_by_id": row.created_by_id,
        "created_at": seconds(row.created_at),
        "updated_at": seconds(row.updated_at),
        "leader_id": row.leader.account_id if row.leader else None,
        "permissions": [
            {
                "product_id": each.product_id,
                "service_name": each.kind_code or None,
                "permissions": list(each.rights),
                "ends_on": day(each.ends_on),
            }
            for each in rights
        ],
        "user_count": row.size,
    }
