"""Teams: named groups of members (ORG-070…080, without the products they carry)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound
from stellwerk.foundation.orm import insert
from stellwerk.identity.services.entries import checked_name
from stellwerk.organisations import policy
from stellwerk.organisations.events import TeamChanged, TeamCreated, TeamDeleted, TeamJoined, TeamLeft
from stellwerk.organisations.models import Membership, Team, TeamMember
from stellwerk.organisations.rules.teams import COLORS

if TYPE_CHECKING:
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
    """Another name or colour (ORG-079). Refusals in order: policy, NotFound, Invalid. Publishes TeamChanged."""
    require(policy.can_manage_members(actor, organisation_id))
    team = _locked_team(organisation_id, team_id)
    team.name, team.color, team.updated_at = checked_name("name", name), _checked_color(color), clock.now()
    team.save(update_fields=["name", "color", "updated_at"])
    events.publish(TeamChanged(organisation_id=organisation_id, team_id=team.pk, name=team.name), actor=actor)
    return team


@transaction.atomic
def delete_team(*, actor: Actor, organisation_id: int, team_id: int) -> None:
    """Only the team goes; its members stay in the organisation (ORG-080). Publishes TeamDeleted."""
    require(policy.can_manage_members(actor, organisation_id))
    team = _locked_team(organisation_id, team_id)
    name = team.name
    team.delete()
    events.publish(TeamDeleted(organisation_id=organisation_id, team_id=team_id, name=name), actor=actor)


@transaction.atomic
def add_to_team(*, actor: Actor, organisation_id: int, team_id: int, account_ids: list[int]) -> None:
    """Add members, one or many (ORG-071, ORG-072). Who is in it already stays in it.

    Refusals in order: policy, NotFound for a foreign team or somebody who is no member; then nobody is added.
    Publishes TeamJoined per person.
    """
    require(policy.can_manage_members(actor, organisation_id))
    team = _locked_team(organisation_id, team_id)
    people = _people(organisation_id, account_ids)
    inside = set(team.members.values_list("membership__account_id", flat=True))
    new = [people[account_id] for account_id in sorted(people.keys() - inside)]
    TeamMember.objects.bulk_create([TeamMember(team=team, membership=membership) for membership in new])
    events.publish_many([TeamJoined(**_who(team, membership)) for membership in new], actor=actor)


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
        organisation_id=organisation_id, account_id__in=wanted
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
