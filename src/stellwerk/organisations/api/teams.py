"""`teams`: named groups of members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
)
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.rules.teams import COLORS
from stellwerk.organisations.services import teams as services

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.organisations.queries import TeamRow

router = Router("Teams")


class BasicTeamOut(Output):
    """A team by name."""

    id: int
    name: str
    color_id: int


class TeamOut(BasicTeamOut):
    """A team. `leader_id` is its contact, without further rights. Its rights are at `teams/{team_id}/permissions`."""

    owned_by_id: int | None
    created_by_id: int | None
    created_at: int
    updated_at: int
    leader_id: int | None
    permissions: list[str]
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


class TeamChange(Input):
    """Only what changes. `leader_id` null leaves the team without a contact."""

    leader_id: Id | None = None
    name: str | None = Field(default=None, min_length=1, max_length=100)
    color_id: int | None = Field(default=None, ge=1, le=len(COLORS))


class People(Input):
    """Members by id."""

    user_ids: list[Id] = Field(min_length=1, max_length=500)


class NewPeople(People):
    """Members by id; `ends_on` is their last day in the team."""

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
    return listed(request, [_team(row) for row in queries.team_rows(organisation_id)])


@router.get(
    "accounts/{organisation_id}/basic/teams",
    scope="users",
    answer=BasicTeamOut,
    listing=Listing(order=("id", "name")),
)
def basic_teams(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Names and colours only, for choices in forms."""
    require(policy.can_see_members(request.actor, organisation_id))
    rows = queries.team_rows(organisation_id)
    return listed(request, [{"id": row.id, "name": row.name, "color_id": row.color_number} for row in rows])


@router.post("accounts/{organisation_id}/teams", scope="users", answer=TeamOut, status=201)
def create_team(request: ApiRequest, organisation_id: int, entries: NewTeam) -> HttpResponse:
    """Create a team without members."""
    made = services.create_team(
        actor=request.actor,
        organisation_id=organisation_id,
        name=entries.name,
        color=COLORS[entries.color_id - 1],
    )
    return success(_team(_found(organisation_id, made.pk)), status=201)


@router.get("accounts/{organisation_id}/teams/{team_id}", scope="users", answer=TeamOut)
def team(request: ApiRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """One team."""
    require(policy.can_see_members(request.actor, organisation_id))
    return success(_team(_found(organisation_id, team_id)))


@router.patch("accounts/{organisation_id}/teams/{team_id}", scope="users", answer=TeamOut)
def change_team(request: ApiRequest, organisation_id: int, team_id: int, entries: TeamChange) -> HttpResponse:
    """Another name or colour."""
    require(policy.can_manage_members(request.actor, organisation_id))
    before = _found(organisation_id, team_id)
    services.edit_team(
        actor=request.actor,
        organisation_id=organisation_id,
        team_id=team_id,
        name=entries.name or before.name,
        color=COLORS[(entries.color_id or before.color_number) - 1],
    )
    if "leader_id" in entries.model_fields_set:
        services.name_leader(
            actor=request.actor, organisation_id=organisation_id, team_id=team_id, account_id=entries.leader_id
        )
    return success(_team(_found(organisation_id, team_id)))


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


@router.delete("accounts/{organisation_id}/teams/{team_id}/users", scope="users")
def remove_team_users(request: ApiRequest, organisation_id: int, team_id: int, entries: People) -> HttpResponse:
    """Take members out of a team, all or none."""
    services.remove_from_team(
        actor=request.actor, organisation_id=organisation_id, team_id=team_id, account_ids=entries.user_ids
    )
    return success(True)


def _found(organisation_id: int, team_id: int) -> TeamRow:
    row = queries.team_row(organisation_id, team_id)
    if row is None:
        raise NotFound
    return row


def _team(row: TeamRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "color_id": row.color_number,
        "owned_by_id": row.created_by_id,
        "created_by_id": row.created_by_id,
        "created_at": seconds(row.created_at),
        "updated_at": seconds(row.updated_at),
        "leader_id": row.leader.account_id if row.leader else None,
        "permissions": [],
        "user_count": len(row.members),
    }
