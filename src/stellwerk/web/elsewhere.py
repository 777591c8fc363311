"""What was asked for in one organisation and is in another one of the same person: switch and open (UI-017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stellwerk.billing import policy as billing
from stellwerk.billing.queries.search import organisation_of_invoice, organisation_of_order
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.edge.html import ActorRequest


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where it is, as a sentence, and its address there."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class _Thing:
    """`owner_of` answers the organisation of a number, `is_seen` whether the actor may see it there."""

    room: str
    page: str
    owner_of: Callable[[int], int | None]
    is_seen: Callable[[Actor, int, int], bool]
    sentence: _StrPromise


# By the word of the address that holds its number.
_THINGS = {
    "product_id": _Thing(
        "products",
        "products:product",
        products.organisation_of,
        lambda there, owner, number: products.sees_product(there, owner, product_id=number),
        _("This product is in your other organisation %(organisation)s."),
    ),
    "invoice_id": _Thing(
        "billing",
        "billing:invoice",
        organisation_of_invoice,
        lambda there, owner, _number: billing.can_see_invoices(there, owner).allowed,
        _("This invoice is in your other organisation %(organisation)s."),
    ),
    "order_id": _Thing(
        "billing",
        "billing:order",
        organisation_of_order,
        lambda there, owner, _number: billing.can_see_billing(there, owner).allowed,
        _("This order is in your other organisation %(organisation)s."),
    ),
}


def elsewhere(request: ActorRequest) -> Elsewhere | None:
    """None where it is nowhere, here, or where the person may not see it: foreign things do not exist (ORG-009)."""
    match = request.resolver_match
    if match is None:
        return None
    asked = ((each, match.kwargs[name]) for name, each in _THINGS.items() if name in match.kwargs)
    thing, number = next(asked, (None, 0))
    if thing is None or match.app_name != thing.room:
        return None
    owner = thing.owner_of(number)
    if owner is None or owner == match.kwargs.get("organisation_id"):
        return None
    there, is_factor_required = organisations.entering(request.actor, owner)
    if there.role is None or is_factor_required or not thing.is_seen(there, owner, number):
        return None
    organisation = organisations.organisation_row(owner)
    if organisation is None:
        return None
    return Elsewhere(
        str(thing.sentence) % {"organisation": organisation.name}, reverse(thing.page, args=(owner, number))
    )
