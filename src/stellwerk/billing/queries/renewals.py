"""Reads of renewals that were carried out or announced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing import policy
from stellwerk.billing.models import Renewal
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from stellwerk.foundation.actor import Actor


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
    owned = products.owned_products(each.product_id for each in rows)
    return [
        RenewalRow(
            each.pk,
            each.product_id,
            owned[each.product_id].own_name,
            owned[each.product_id].offer_code,
            each.period_from,
            each.period_to,
            each.invoice.number if each.invoice else "",
            amount_text(each.invoice.gross_minor, each.invoice.currency) if each.invoice else "",
        )
        for each in rows
    ]


@dataclass(frozen=True, slots=True)
class Announcement:
    """The open invoice that renews a product once it is paid (BIL-012)."""

    invoice_id: int
    number: str
    open_minor: int
    currency: str


def announcements(actor: Actor, organisation_id: int, *, product_ids: Iterable[int]) -> dict[int, Announcement]:
    """By product; empty for whoever may not see invoices. One query."""
    if not policy.can_see_invoices(actor, organisation_id):
        return {}
    rows = Renewal.objects.filter(
        organisation_id=organisation_id,
        product_id__in=list(product_ids),
        state=Renewal.State.ANNOUNCED,
        invoice__open_minor__gt=0,
    )
    columns = ("product_id", "invoice_id", "invoice__number", "invoice__open_minor", "invoice__currency")
    return {product_id: Announcement(*invoice) for product_id, *invoice in rows.values_list(*columns)}


def _announced_by(actor: Actor, organisation_id: int, *, product_id: int) -> products.AnnouncedBy | None:
    found = announcements(actor, organisation_id, product_ids=[product_id]).get(product_id)
    return products.AnnouncedBy(found.invoice_id, found.number) if found else None


products.know_announcements(_announced_by)
