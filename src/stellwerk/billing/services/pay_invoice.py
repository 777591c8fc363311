"""Paying an open invoice from the prepaid account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.models import Invoice, Payment
from stellwerk.billing.services.settle import lock_invoices, take_from_balance
from stellwerk.foundation import idempotency
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def pay_invoice(
    *, actor: Actor, organisation_id: int, invoice_id: int, key: str | None = None, in_part: bool = False
) -> Payment:
    """Pay an open invoice from the balance; `in_part` uses what there is and leaves the rest open (PRE-008, EX-10).

    A second call with the same `key` answers the first payment. What the invoice was for goes on: an order is
    fulfilled, announced renewals extend their products. Refusals in order: not found, no_billing_right,
    invoice_not_open, insufficient_balance.
    """
    require(policy.can_pay(actor, organisation_id))
    return idempotency.once(
        scope=f"organisation:{organisation_id}",
        key=key,
        request={"do": "pay_invoice", "invoice_id": invoice_id, "in_part": in_part},
        do=lambda: _paid(actor, organisation_id, invoice_id, in_part=in_part),
        ref=lambda payment: str(payment.pk),
        load=lambda pk: Payment.objects.get(pk=pk),
    )


def _paid(actor: Actor, organisation_id: int, invoice_id: int, *, in_part: bool) -> Payment:
    mine = Invoice.objects.filter(pk=invoice_id, organisation_id=organisation_id, kind=Invoice.Kind.INVOICE)
    if not mine.exists():
        raise NotFound
    invoice = lock_invoices(invoice_ids=[invoice_id])[invoice_id]
    return take_from_balance(invoice=invoice, in_part=in_part, actor=actor)
