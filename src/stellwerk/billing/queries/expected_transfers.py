"""What the operator's bank accounts are waiting for: open invoices and announced top-ups, with their references."""

from __future__ import annotations

from dataclasses import dataclass

from stellwerk.billing.models import Invoice, TopUp


@dataclass(frozen=True, slots=True)
class ExpectedTransfer:
    """One payment that would settle a document exactly. Minor units of `currency`."""

    number: str
    iban: str
    reference: str
    amount_minor: int
    currency: str


def expected_transfers(organisation_id: int, *, limit: int = 100) -> list[ExpectedTransfer]:
    """The open documents of an organisation, oldest first. For the operator: no policy is asked."""
    columns = ("number", "iban", "reference")
    invoices = Invoice.objects.filter(organisation_id=organisation_id, open_minor__gt=0).exclude(reference="")
    top_ups = TopUp.objects.filter(organisation_id=organisation_id, state=TopUp.State.ANNOUNCED)
    found = [
        *invoices.order_by("pk").values_list(*columns, "open_minor", "currency")[:limit],
        *top_ups.order_by("pk").values_list(*columns, "amount_minor", "currency")[:limit],
    ]
    return [ExpectedTransfer(*row) for row in found]


def expected_transfer(number: str) -> ExpectedTransfer | None:
    """The open document with this number."""
    found = Invoice.objects.filter(number=number, open_minor__gt=0).values_list("organisation_id", flat=True).first()
    if found is None:
        found = TopUp.objects.filter(number=number).values_list("organisation_id", flat=True).first()
    rows = expected_transfers(found) if found is not None else []
    return next((row for row in rows if row.number == number), None)
