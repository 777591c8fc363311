"""Where a person stands, and whom they may find there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from stellwerk.foundation.searching import words_to_find
from stellwerk.organisations import policy
from stellwerk.organisations.models import Membership, Team
from stellwerk.organisations.queries.endings import unended
from stellwerk.organisations.queries.organisations import membership_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person in one of one's own organisations."""

    organisation_id: int
    account_id: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class FoundTeam:
    """A team in one of one's own organisations."""

    organisation_id: int
    id: int
    name: str


def standings(actor: Actor) -> list[Actor]:
    """The person in each organisation of theirs, with the role there. One query; none for a visitor."""
    if actor.account_id is None:
        return []
    return [
        actor.at(row.organisation_id, row.role, has_billing_access=row.has_billing_access)
        for row in membership_rows(actor.account_id)
    ]


def found_people(standing: Iterable[Actor], *, search: str, limit: int = 6) -> list[FoundPerson]:
    """People whose name or login has every word, wherever one may see the members (ORG-023). One query."""
    numbers = {here.organisation_id or 0: here for here in standing}
    places = [number for number, here in numbers.items() if policy.can_see_members(here, number).allowed]
    rows = Membership.objects.filter(unended(), organisation_id__in=places)
    for word in words_to_find(search):
        rows = rows.filter(
            Q(account__first_name__icontains=word)
            | Q(account__last_name__icontains=word)
            | Q(account__email__icontains=word)
        )
    columns = ("organisation_id", "account_id", "account__first_name", "account__last_name", "account__email")
    found = rows.order_by("account__last_name", "account__first_name", "pk").values_list(*columns)[:limit]
    return [FoundPerson(place, person, f"{first} {last}".strip(), email) for place, person, first, last, email in found]


def found_teams(standing: Iterable[Actor], *, search: str, limit: int = 6) -> list[FoundTeam]:
    """Teams whose name has every word, wherever one may see who belongs to them (ORG-023). One query."""
    numbers = {here.organisation_id or 0: here for here in standing}
    places = [number for number, here in numbers.items() if policy.can_see_members(here, number).allowed]
    rows = Team.objects.filter(organisation_id__in=places)
    for word in words_to_find(search):
        rows = rows.filter(name__icontains=word)
    return [FoundTeam(*row) for row in rows.order_by("name", "pk").values_list("organisation_id", "pk", "name")[:limit]]
