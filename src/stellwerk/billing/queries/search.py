"""Documents and orders by their number in all organisations of a person, and where one of them belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from stellwerk.billing import policy
from stellwerk.billing.models import Invoice, Order

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from stellwerk.foundation.actor import Actor

_SHORTEST = 3  # two digits occur in every number


@dataclass(frozen=True, slots=True)
class FoundInvoice:
    organisation_id: int
    id: int
    number: str
    is_credit_note: bool
    issued_on: date
    gross_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class FoundOrder:
    organisation_id: int
    id: int
    number: str


def found_invoices(standing: Iterable[Actor], *, search: str, limit: int = 4) -> list[FoundInvoice]:
    """Invoices and credit notes by number or payment reference, where one may see them (INV-007). One query."""
    number = _number(search)
    if not number:
        return []
    places = [here.organisation_id or 0 for here in standing if _sees_invoices(here)]
    found = Q(number__icontains=number) | Q(reference__startswith=number)
    rows = Invoice.objects.filter(found, organisation_id__in=places).order_by("-pk")
    columns = ("organisation_id", "pk", "number", "kind", "issued_on", "gross_minor", "currency")
    return [
        FoundInvoice(place, pk, number, kind == Invoice.Kind.CREDIT_NOTE, issued_on, gross_minor, currency)
        for place, pk, number, kind, issued_on, gross_minor, currency in rows.values_list(*columns)[:limit]
    ]


def found_orders(standing: Iterable[Actor], *, search: str, limit: int = 3) -> list[FoundOrder]:
    """Orders by number or the buyer's own reference, where one may see them (GEN-002). One query."""
    number = _number(search)
    if not number:
        return []
    places = [here.organisation_id or 0 for here in standing if _sees_billing(here)]
    found = Q(number__icontains=number) | Q(billing_reference__icontains=number)
    rows = Order.objects.filter(found, organisation_id__in=places).order_by("-pk")
    return [FoundOrder(*row) for row in rows.values_list("organisation_id", "pk", "number")[:limit]]


def organisation_of_invoice(invoice_id: int) -> int | None:
    """For doors that then ask what the actor may see there. One query."""
    return Invoice.objects.filter(pk=invoice_id).values_list("organisation_id", flat=True).first()


def organisation_of_order(order_id: int) -> int | None:
    """The same of an order."""
    return Order.objects.filter(pk=order_id).values_list("organisation_id", flat=True).first()


def _number(search: str) -> str:
    """One word with a digit in it: everything else is looked for elsewhere."""
    word = search.replace(" ", "")
    return word if len(word) >= _SHORTEST and any(letter.isdigit() for letter in word) else ""


def _sees_invoices(here: Actor) -> bool:
    return policy.can_see_invoices(here, here.organisation_id or 0).allowed


def _sees_billing(here: Actor) -> bool:
    return policy.can_see_billing(here, here.organisation_id or 0).allowed
