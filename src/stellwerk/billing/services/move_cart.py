"""Ordering the same things for another of one's organisations (ORD-006)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.models import CartLine
from stellwerk.billing.services.fill_cart import NewCartLine, add_to_cart, remove_cart_line
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import DomainError

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def move_cart(*, actor: Actor, organisation_id: int, target: Actor) -> list[DomainError]:
    """Take every line over into the cart of the organisation that `target`, the same person, stands in.

    What cannot be sold there stays in the old cart; its refusals are answered. Refusals: not found,
    externals_do_not_order, for either organisation.
    """
    require(policy.can_fill_cart(actor, organisation_id))
    there = target.organisation_id or 0
    require(policy.can_fill_cart(target, there))
    refused = []
    for line in CartLine.objects.filter(cart__organisation_id=organisation_id).order_by("pk"):
        entries = NewCartLine(
            offer_code=line.offer_code,
            quantity=line.quantity,
            period_months=line.period_months,
            target=line.target,
        )
        try:
            with transaction.atomic():
                add_to_cart(actor=target, organisation_id=there, entries=entries)
        except DomainError as refusal:
            refused.append(refusal)
        else:
            remove_cart_line(actor=actor, organisation_id=organisation_id, line_id=line.pk)
    return refused
