"""Teams: named groups of members (ORG-070…080); what they may use is the business of the products room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound
from stellwerk.foundation.orm import insert, save_or_refuse
from stellwerk.identity.services.entries import checked_name
from stellwerk.organisations import policy
from stellwerk.organisations.events import (
    TeamChanged,
    TeamCreated,
    TeamDeleted,
    TeamJoined,
    TeamLeaderChanged,
    TeamLeft,
)
from stellwerk.organisations.models import Membership, Team, TeamMember
from stellwerk.organisations.queries.endings import unended
from stellwerk.organisations.rules.teams import COLORS
from stellwerk.organisations.services.entries import require_future

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.foundation.actor import Actor


@transaction.atomic
def create_team(*, actor: Actor, organisation_id: int, name: str, color: str) -> Team:
    """A new team without members (ORG-070).

    Refusals in order: policy, Invalid, `team_exists`. Publishes TeamCreated.
    """
    require(policy.can_manage_members(actor, organisation_id))
    now = clock.now()
    team = insert(
        Team(
            organisation_id=organisation_id,
            name=checked_name("name", name),
            color=_checked_color(color),
            created_by_id=actor.account_id,
            created_at=now,
            updated_at=now,
        )
    )
    events.publish(TeamCreated(organisation_id=organisation_id, team_id=team.pk, name=team.name), actor=actor)
    return team


@transaction.atomic
def edit_team(*, actor: Actor, organisation_id: int, team_id: int, name: str, color: str) -> Team:
    """Another name or colour (ORG-079).

    Refusals in order: policy, NotFound, Invalid, `team_exists`. Publishes TeamChanged.
    """
    require(policy.can_manage_members(actor, organisation_id))
    team = _locked_team(organisation_id, team_id)
    team.name, team.color, team.updated_at = checked_name("name", name), _checked_color(color), clock.now()
    save_or_refuse(team, "name", "color", "updated_at")
    events.publish(TeamChanged(organisation_id=organisation_id, team_id=team.pk, name=team.name), actor=actor)
    return team


@transaction.atomic
def name_leader(*, actor: Actor, organisation_id: int, team_id: int, account_id: int | None) -> None:
    """Who is the contact of the team; None for nobody. It gives no rights (ORG-074). The same again changes nothing.

    Refusals in order: policy, NotFound for a foreign team, Invalid for somebody who is no member. Publishes
    TeamLeaderChanged.
    """
    require(policy.can_manage_members(actor, organisation_id))
    team = _locked_team(organisation_id, team_id)
    if team.leader_id == account_id:
        return
    rows = Membership.objects.select_related("account").filter(unended(), organisation_id=organisation_id)
    member = rows.filter(account_id=account_id).first() if account_id is not None else None
    if account_id is not None and member is None:
        raise Invalid(FieldError("leader", "exists", _("Choose a member of the organisation.")))
    team.leader_id, team.updated_at = account_id, clock.now()
    team.save(update_fields=["leader", "updated_at"])
    person = member.account.display_name if member else ""
    told: dict[str, Any] = {"team_id": team.pk, "name": team.name, "account_id": account_id, "person": person}
    events.publish(TeamLeaderChanged(organisation_id=organisation_id, **told), actor=actor)


@transaction.atomic
def delete_team(*, actor: Actor, organisation_id: int, team_id: int) -> None:
    """Only the team goes; its members stay in the organisation (ORG-080). Publishes TeamDeleted."""
    require(policy.can_manage_members(actor, organisation_id))
    team = _locked_team(organisation_id, team_id)
    name = team.name
    team.delete()
    events.publish(TeamDeleted(organisation_id=organisation_id, team_id=team_id, name=name), actor=actor)


@transaction.atomic
def add_to_team(
    *, actor: Actor, organisation_id: int, team_id: int, account_ids: list[int], ends_on: date | None = None
) -> None:
    """Add members, one or many (ORG-071, ORG-072), until a last day where one is given. Who is in it already stays.

    Refusals in order: policy, NotFound for a foreign team or somebody who is no member, Invalid for a day that is
    over; then nobody is added. Publishes TeamJoined per person.
    """
    require(policy.can_manage_members(actor, organisation_id))
    team = _locked_team(organisation_id, team_id)
    people = _people(organisation_id, account_ids)
    require_future(ends_on)
    # Whoever's time is over is not in it any more, though the clockwork has not been there yet.
    team.members.filter(ends_on__lt=clock.today()).delete()
    inside = set(team.members.values_list("membership__account_id", flat=True))
    new = [people[account_id] for account_id in sorted(people.keys() - inside)]
    TeamMember.objects.bulk_create([TeamMember(team=team, membership=each, ends_on=ends_on) for each in new])
    events.publish_many([TeamJoined(**_who(team, membership)) for membership in new], actor=actor)


@transaction.atomic
def set_teams(*, actor: Actor, organisation_id: int, account_id: int, team_ids: list[int]) -> None:
    """Let a person be in exactly these teams (ORG-071). The same again changes nothing.

    Refusals and events are those of `add_to_team` and `remove_from_team`.
    """
    require(policy.can_manage_members(actor, organisation_id))
    wanted = set(team_ids)
    places = TeamMember.objects.filter(unended(), unended("membership__"), team__organisation_id=organisation_id)
    inside = set(places.filter(membership__account_id=account_id).values_list("team_id", flat=True))
    here: dict[str, Any] = {"actor": actor, "organisation_id": organisation_id, "account_ids": [account_id]}
    for team_id in sorted(wanted - inside):
        add_to_team(**here, team_id=team_id)
    for team_id in sorted(inside - wanted):
        remove_from_team(**here, team_id=team_id)


@transaction.atomic
def remove_from_team(*, actor: Actor, organisation_id: int, team_id: int, account_ids: list[int]) -> None:
    """Take people out, all or none; who is not in the team stays so (ORG-078).

    Refusals in order: policy, NotFound for a foreign team or somebody who is no member. Publishes TeamLeft per person.
    """
    require(policy.can_manage_members(actor, organisation_id))
    team = _locked_team(organisation_id, team_id)
    _people(organisation_id, account_ids)
    rows = list(team.members.select_related("membership__account").filter(membership__account_id__in=account_ids))
    team.members.filter(pk__in=[row.pk for row in rows]).delete()
    events.publish_many([TeamLeft(**_who(team, row.membership)) for row in rows], actor=actor)


def _people(organisation_id: int, account_ids: list[int]) -> dict[int, Membership]:
    """The memberships by account. Raises NotFound when one of them is no member."""
    wanted = set(account_ids)
    memberships = Membership.objects.select_related("account").filter(
        unended(), organisation_id=organisation_id, account_id__in=wanted
    )
    people = {membership.account_id: membership for membership in memberships}
    if set(people) != wanted:
        raise NotFound
    return people


def _who(team: Team, membership: Membership) -> dict[str, Any]:
    """The facts of an event about a person and a team."""
    return {
        "organisation_id": team.organisation_id,
        "team_id": team.pk,
        "name": team.name,
        "account_id": membership.account_id,
        "person": membership.account.display_name,
    }


def _locked_team(organisation_id: int, team_id: int) -> Team:
    team = Team.objects.select_for_update().filter(pk=team_id, organisation_id=organisation_id).first()
    if team is None:
        raise NotFound
    return team


def _checked_color(raw_color: str) -> str:
    if raw_color not in COLORS:
        raise Invalid(FieldError("color", "in", _("Choose one of the offered values."), COLORS))
    return raw_color
