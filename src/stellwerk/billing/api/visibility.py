"""Who sees a thing of this room that a path names: whoever stands in its organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.billing.queries.addresses import has_address
from stellwerk.billing.queries.cart import has_cart_line
from stellwerk.billing.queries.invoices import has_invoice
from stellwerk.billing.queries.orders import has_order
from stellwerk.billing.queries.withdrawals import has_withdrawal
from stellwerk.foundation.edge.api import sees
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stellwerk.foundation.actor import Actor


@sees("line_id")
def line_is_in_the_cart(actor: Actor, line_id: int, known: Mapping[str, Any]) -> Actor:
    return _seen(actor, is_there=has_cart_line(known["organisation_id"], line_id))


@sees("order_id")
def order_is_of_the_organisation(actor: Actor, order_id: int, known: Mapping[str, Any]) -> Actor:
    return _seen(actor, is_there=has_order(known["organisation_id"], order_id))


@sees("invoice_id")
def invoice_is_of_the_organisation(actor: Actor, invoice_id: int, known: Mapping[str, Any]) -> Actor:
    return _seen(actor, is_there=has_invoice(known["organisation_id"], invoice_id))


@sees("address_id")
def address_is_of_the_organisation(actor: Actor, address_id: int, known: Mapping[str, Any]) -> Actor:
    return _seen(actor, is_there=has_address(known["organisation_id"], address_id))


@sees("withdrawal_id")
def withdrawal_is_of_the_organisation(actor: Actor, withdrawal_id: int, known: Mapping[str, Any]) -> Actor:
    return _seen(actor, is_there=has_withdrawal(known["organisation_id"], withdrawal_id))


def _seen(actor: Actor, *, is_there: bool) -> Actor:
    if not is_there:
        raise NotFound
    return actor
