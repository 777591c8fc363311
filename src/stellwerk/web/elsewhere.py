"""What was asked for in one organisation and is in another one of the same person: switch and open (UI-017)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stellwerk.billing import policy as billing
from stellwerk.billing.queries.search import organisation_of_invoice, organisation_of_order
from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import ALLOW, HIDE
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products
from stellwerk.web import denials

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.decisions import Decision
    from stellwerk.foundation.edge.html import ActorRequest


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where it is, as a sentence, and its address there; without the right to see it there, who can help instead."""

    sentence: str
    url: str = ""
    why_not: str = ""
    who_can: str = ""


@dataclass(frozen=True, slots=True)
class _Thing:
    """`owner_of` answers the organisation of a number, `seen` whether the actor may see it there."""

    room: str
    page: str
    owner_of: Callable[[int], int | None]
    seen: Callable[[Actor, int, int], Decision]
    sentence: _StrPromise


# By the word of the address that holds its number.
_THINGS = {
    "product_id": _Thing(
        "products",
        "products:product",
        products.organisation_of,
        lambda there, owner, number: ALLOW if products.sees_product(there, owner, product_id=number) else HIDE,
        _("This product is in your other organisation %(organisation)s."),
    ),
    "invoice_id": _Thing(
        "billing",
        "billing:invoice",
        organisation_of_invoice,
        lambda there, owner, _number: billing.can_see_invoices(there, owner),
        _("This invoice is in your other organisation %(organisation)s."),
    ),
    "order_id": _Thing(
        "billing",
        "billing:order",
        organisation_of_order,
        lambda there, owner, _number: billing.can_see_billing(there, owner),
        _("This order is in your other organisation %(organisation)s."),
    ),
}


def elsewhere(request: ActorRequest) -> Elsewhere | None:
    """None where it is nowhere or here, hidden there, or where the person is no member: foreign things do not exist
    (ORG-009). A member without the right to it learns where it is and who can help.
    """
    found = _owned(request)
    if found is None:
        return None
    thing, number, owner = found
    there, is_factor_required = organisations.entering(request.actor, owner)
    if there.role is None or is_factor_required:
        return None
    decision = thing.seen(there, owner, number)
    organisation = organisations.organisation_row(owner)
    if organisation is None or (not decision.allowed and (decision.hidden or there.role is Role.EXTERNAL)):
        return None
    sentence = str(thing.sentence) % {"organisation": organisation.name}
    if decision.allowed:
        return Elsewhere(sentence, url=reverse(thing.page, args=(owner, number)))
    return Elsewhere(
        sentence,
        why_not=denials.why_not(decision.reason, str(decision.text or "")),
        who_can=denials.who_can_in(owner, decision.granted_by),
    )


def _owned(request: ActorRequest) -> tuple[_Thing, int, int] | None:
    """What the address asks for, its number, and the other organisation that owns it."""
    match = request.resolver_match
    if match is None:
        return None
    asked = ((each, match.kwargs[name]) for name, each in _THINGS.items() if name in match.kwargs)
    thing, number = next(asked, (None, 0))
    if thing is None or match.app_name != thing.room:
        return None
    owner = thing.owner_of(number)
    return None if owner is None or owner == match.kwargs.get("organisation_id") else (thing, number, owner)
