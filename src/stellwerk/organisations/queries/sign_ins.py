"""How well the sign-ins of an organisation are guarded (SEC-039…043)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from stellwerk.foundation.actor import MANAGERS
from stellwerk.foundation.orm import JsonRows
from stellwerk.identity.queries import any_factor
from stellwerk.organisations.models import Membership, Organisation
from stellwerk.organisations.queries.endings import unended

if TYPE_CHECKING:
    from collections.abc import Collection

_PERSON = ("pk", "account__first_name", "account__last_name", "account__email")
_MANAGERS = Membership.objects.filter(role__in=list(MANAGERS), account__is_active=True).order_by("pk")


@dataclass(frozen=True, slots=True)
class DemandRow:
    """An organisation that requires a second factor of somebody, and who can lift that."""

    organisation_id: int
    organisation: str
    managers: tuple[str, ...]


def requires_second_factor(organisation_id: int) -> bool:
    return Organisation.objects.filter(pk=organisation_id, deleted_at=None, requires_second_factor=True).exists()


def closed_to(account_id: int) -> frozenset[int]:
    """The person's organisations whose pages wait for a second factor that the person lacks (SEC-040). One query."""
    waiting = Membership.objects.filter(~any_factor(of="account_id"), unended(), account_id=account_id)
    closed = waiting.filter(organisation__deleted_at=None, organisation__requires_second_factor=True)
    return frozenset(closed.values_list("organisation_id", flat=True))


def second_factor_demands(account_id: int) -> list[DemandRow]:
    """The organisations that require a second factor of this person, by name, with their managers. One query."""
    managers = _MANAGERS.order_by().filter(organisation_id=OuterRef("organisation_id"))
    rows = Membership.objects.filter(
        unended(), account_id=account_id, organisation__deleted_at=None, organisation__requires_second_factor=True
    ).order_by("organisation__name", "organisation_id")
    found = rows.annotate(managers=Subquery(managers.annotate(all=JsonRows(*_PERSON)).values("all")))
    return [
        DemandRow(number, name, _names(people))
        for number, name, people in found.values_list("organisation_id", "organisation__name", "managers")
    ]


def manager_names(organisation_id: int, *, limit: int = 5) -> tuple[str, ...]:
    """Who can change what only managers may, the longest members first."""
    return _names(list(_MANAGERS.filter(organisation_id=organisation_id).values_list(*_PERSON)[:limit]))


def names_of_roles(organisation_id: int, roles: Collection[str], *, limit: int = 5) -> tuple[str, ...]:
    """Who can help somebody who lacks a right, the longest members first. One query."""
    people = Membership.objects.filter(organisation_id=organisation_id, role__in=list(roles), account__is_active=True)
    return _names(list(people.order_by("pk").values_list(*_PERSON)[:limit]))


def _names(people: list[Any]) -> tuple[str, ...]:
    return tuple(f"{first} {last}".strip() or email for _pk, first, last, email in sorted(people))
