"""Payments as the organisation's people see them (PAY-019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing import policy
from stellwerk.billing.models import Payment
from stellwerk.foundation.decisions import require

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment, and where it went."""

    id: int
    means: str
    currency: str
    amount_minor: int
    to_invoice_minor: int
    to_prepaid_minor: int
    difference_minor: int
    paid_on: date
    invoice_id: int | None
    invoice_number: str | None
    top_up_id: int | None
    reverses_id: int | None


_PAYMENT = (
    "pk", "means", "currency", "amount_minor", "to_invoice_minor", "to_prepaid_minor", "difference_minor", "paid_on",
    "invoice_id", "invoice__number", "top_up_id", "reverses_id",
)  # fmt: skip


def payment_rows(actor: Actor, organisation_id: int, *, limit: int = 50, skip: int = 0) -> list[PaymentRow]:
    """The newest first. One query."""
    require(policy.can_see_billing(actor, organisation_id))
    found = Payment.objects.filter(organisation_id=organisation_id).order_by("-pk").values_list(*_PAYMENT)
    return [PaymentRow(*values) for values in found[skip : skip + limit]]


def payment_total(actor: Actor, organisation_id: int) -> int:
    require(policy.can_see_billing(actor, organisation_id))
    return Payment.objects.filter(organisation_id=organisation_id).count()
