"""The billing address chosen for an order stays with the products that come of it (ORD-010, BIL-062)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.models import OrderAddress
from stellwerk.billing.queries.addresses import POSTAL
from stellwerk.billing.services.addresses import invoice_renewals_to
from stellwerk.organisations import queries as organisations
from stellwerk.products.queries import owned_products

if TYPE_CHECKING:
    from collections.abc import Collection

    from stellwerk.billing.models import Order
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def keep_address(*, order: Order, address_id: int) -> None:
    """Remember where a new order is invoiced to until its products are there. System-only: a step of ordering.

    The organisation's own address is no choice: products without one follow it anyway.
    """
    if address_id != POSTAL:
        OrderAddress.objects.create(order=order, address_id=address_id)


@transaction.atomic
def hand_on_address(*, order: Order, product_ids: Collection[int], actor: Actor) -> None:
    """The products of an order carried out are renewed at its address, as if chosen by hand.

    System-only: ends the fulfilment. What became of the address meanwhile holds: a deleted one has left its
    replacement, or nothing and thereby the organisation's own. Products without an end are never renewed and choose
    nothing. A second call finds nothing to hand on. Publishes ProductAddressChosen for each product.
    """
    choice = OrderAddress.objects.select_related("address").filter(order=order).first()
    if choice is None:
        return
    # Held since the first product was made, so that none of its addresses is deleted while this goes on.
    organisation = organisations.organisation_row(order.organisation_id)
    owned = owned_products(product_ids)
    renewed = [owned[pk] for pk in product_ids if owned[pk].is_live and not owned[pk].is_endless]
    if organisation is not None and renewed:
        invoice_renewals_to(actor=actor, organisation=organisation, address=choice.address, products=renewed)
    forget_choice(order=order)


@transaction.atomic
def forget_choice(*, order: Order) -> None:
    """Nothing comes of the order any more. System-only: a step of use cases. A second call changes nothing."""
    OrderAddress.objects.filter(order=order).delete()
