"""Reads of renewals that were carried out or announced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing.models import Renewal
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.products.queries import owned_products

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class RenewalRow:
    """One period of one product. `invoice_number` and `amount_text` are empty for a period that costs nothing."""

    id: int
    product_id: int
    own_name: str
    offer_code: str
    period_from: date
    period_to: date
    invoice_number: str
    amount_text: str


def renewal_rows(renewal_ids: Iterable[int]) -> list[RenewalRow]:
    """In the order of their numbers; the amount is the whole invoice's. Two queries."""
    rows = list(Renewal.objects.filter(pk__in=list(renewal_ids)).select_related("invoice").order_by("pk"))
    products = owned_products(each.product_id for each in rows)
    return [
        RenewalRow(
            each.pk,
            each.product_id,
            products[each.product_id].own_name,
            products[each.product_id].offer_code,
            each.period_from,
            each.period_to,
            each.invoice.number if each.invoice else "",
            amount_text(each.invoice.gross_minor, each.invoice.currency) if each.invoice else "",
        )
        for each in rows
    ]
