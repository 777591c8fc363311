"""Who sees the people, invitations and teams that addresses name: whoever stands in their organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.foundation.edge.api import sees
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stellwerk.foundation.actor import Actor


@sees("user_id")
def member_of_the_organisation(actor: Actor, user_id: int, known: Mapping[str, Any]) -> Actor:
    if not queries.has_member(known["organisation_id"], user_id):
        raise NotFound
    return actor


@sees("invitation_id")
def invitation_of_the_organisation(actor: Actor, invitation_id: int, known: Mapping[str, Any]) -> Actor:
    if not queries.has_invitation(known["organisation_id"], invitation_id):
        raise NotFound
    return actor


@sees("team_id")
def team_of_the_organisation(actor: Actor, team_id: int, known: Mapping[str, Any]) -> Actor:
    if not queries.has_team(known["organisation_id"], team_id):
        raise NotFound
    return actor
