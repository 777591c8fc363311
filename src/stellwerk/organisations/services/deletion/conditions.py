"""What an organisation must not contain any more. Rooms above register what they know of it (ORG-064)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from stellwerk.identity import queries as identity_queries
from stellwerk.organisations.models import Membership
from stellwerk.organisations.queries.endings import unended

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Topic(StrEnum):
    """The kinds of conditions; the page has a heading and a sentence for each."""

    PERSONAL_SUITE = "personal_suite"  # ends on its own path, and its organisation with it (ORG-068)
    PRODUCTS = "products"
    PEOPLE = "people"
    ORDERS = "orders"
    INVOICES = "invoices"
    PREPAID = "prepaid"
    WITHDRAWALS = "withdrawals"


@dataclass(frozen=True, slots=True)
class Unmet:
    """One thing in the way, by its name, and the address where it can be settled."""

    topic: Topic
    name: str
    url: str


_askers: list[Callable[[int], Iterable[Unmet]]] = []


def register(asker: Callable[[int], Iterable[Unmet]]) -> Callable[[int], Iterable[Unmet]]:
    """Decorate a function that knows what stands in the way of deleting an organisation. System-only."""
    _askers.append(asker)
    return asker


def unmet_conditions(organisation_id: int, *, besides: int | None) -> tuple[Unmet, ...]:
    """Everything in the way now, for the person `besides` whom nobody may be left. System-only: a read.

    Asked under the organisation's lock the answer holds until the transaction ends: whoever adds something takes that
    lock first (`hold_open`).
    """
    found = [*_other_people(organisation_id, besides), *(each for asker in _askers for each in asker(organisation_id))]
    order = list(Topic)
    return tuple(sorted(found, key=lambda each: order.index(each.topic)))


def _other_people(organisation_id: int, besides: int | None) -> list[Unmet]:
    rows = Membership.objects.filter(unended(), organisation_id=organisation_id)
    others = rows.exclude(account_id=besides or 0).order_by("pk")
    ids = list(others.values_list("account_id", flat=True))
    accounts = identity_queries.account_rows(ids)
    return [
        Unmet(Topic.PEOPLE, accounts[each].display_name, f"/o/{organisation_id}/members/{each}/removal")
        for each in ids
        if each in accounts
    ]
