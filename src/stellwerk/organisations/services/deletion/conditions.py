"""What an organisation must not contain any more. Rooms above register what they know of it (ORG-064)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from stellwerk.identity import queries as identity_queries
from stellwerk.organisations.models import Membership
from stellwerk.organisations.queries.endings import unended

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from stellwerk.foundation.actor import Actor


class Forfeiter(Protocol):
    """Gives up what is called by one of `names`, in the caller's transaction."""

    def __call__(self, actor: Actor, organisation_id: int, *, names: Collection[str]) -> None: ...


class Topic(StrEnum):
    """The kinds of conditions; the page has a heading and a sentence for each."""

    PERSONAL_SUITE = "personal_suite"  # ends on its own path, and its organisation with it (ORG-068)
    PRODUCTS = "products"
    PEOPLE = "people"
    ORDERS = "orders"
    INVOICES = "invoices"
    PREPAID = "prepaid"
    PREPAID_REST = "prepaid_rest"  # too little to be paid out (DEL-007)
    WITHDRAWALS = "withdrawals"


@dataclass(frozen=True, slots=True)
class Unmet:
    """One thing in the way, by its name, and the address where it can be settled."""

    topic: Topic
    name: str
    url: str

    @property
    def can_be_given_up(self) -> bool:
        """Whether a tick in the last step will do."""
        return self.topic is Topic.PREPAID_REST


_askers: list[Callable[[int], Iterable[Unmet]]] = []
_forfeiters: list[Forfeiter] = []


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


def register_forfeiter(forfeiter: Forfeiter) -> Forfeiter:
    """Decorate a function that gives up what of an organisation may be given up and is named. System-only.

    It runs in the transaction that deletes the organisation, and leaves whatever is not what its name says.
    """
    _forfeiters.append(forfeiter)
    return forfeiter


def give_up(actor: Actor, organisation_id: int, *, names: Collection[str]) -> None:
    """System-only: a step of deleting the organisation, which is held open."""
    for forfeiter in _forfeiters:
        forfeiter(actor, organisation_id, names=names)


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
