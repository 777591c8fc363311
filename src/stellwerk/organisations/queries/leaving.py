"""What else ends, and what stays, when people go out of an organisation: for the page that asks before."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from stellwerk.organisations.models import Team
from stellwerk.organisations.queries.invitations import narrowed_invitations

if TYPE_CHECKING:
    from collections.abc import Collection


def teams_led(organisation_id: int, account_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the teams that each of these people leads (ORG-074). One query."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = Team.objects.filter(organisation_id=organisation_id, leader_id__in=account_ids).order_by("name")
    for account_id, name in rows.values_list("leader_id", "name"):
        found[account_id].append(name)
    return found


def open_invitations_by(organisation_id: int, account_ids: Collection[int]) -> int:
    """How many invitations they sent that can still be accepted: those are the organisation's. One query."""
    rows = narrowed_invitations(organisation_id, state="open", search="")
    return rows.filter(invited_by_id__in=account_ids).count()
