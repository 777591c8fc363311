"""What billing says before products move to another organisation (TRF-011)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from stellwerk.billing.models import Invoice, InvoiceLine, Renewal
from stellwerk.billing.rules.bookings import prepaid_of
from stellwerk.billing.services.post import lock_prepaid
from stellwerk.organisations import queries as organisations
from stellwerk.products.errors import NotTransferable

if TYPE_CHECKING:
    from collections.abc import Sequence


class MoneyOfProducts:
    """Invoices and renewals stay with the giver, so nothing about a product may be open when it goes (TRF-008)."""

    @transaction.atomic
    def hold(self, *, organisation_id: int) -> None:
        """System-only: payments and the daily run lock the prepaid account before they read what they charge for."""
        giver = organisations.organisation_row(organisation_id)
        if giver is not None:
            lock_prepaid(keys=[prepaid_of(giver.id, giver.currency)])

    def obstacles(self, *, organisation_id: int, product_ids: Sequence[int]) -> dict[int, NotTransferable]:
        """System-only: open invoices about a product, and renewals announced by bank transfer. Two queries."""
        ids = list(product_ids)
        lines = InvoiceLine.objects.filter(
            Q(product_id__in=ids) | Q(order_line__product_id__in=ids),
            invoice__organisation_id=organisation_id, invoice__kind=Invoice.Kind.INVOICE, invoice__open_minor__gt=0,
        )  # fmt: skip
        announced = Renewal.objects.filter(product_id__in=ids, state=Renewal.State.ANNOUNCED)
        found = set(announced.values_list("product_id", flat=True))
        for pair in lines.values_list("product_id", "order_line__product_id"):
            found.update(each for each in pair if each is not None)
        return {product_id: NotTransferable("transfer_unpaid") for product_id in found}
