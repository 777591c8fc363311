"""Stored rows of an invoice or credit note as the description that `documents` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.billing.documents.model import (
    Category,
    Document,
    Kind,
    Line,
    Party,
    PaymentPart,
    PrecedingDocument,
    Totals,
    VatGroup,
)
from stellwerk.billing.documents.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stellwerk.billing.models import Invoice, InvoiceLine, InvoiceVat


def document_of(invoice: Invoice, *, lines: Sequence[InvoiceLine], groups: Sequence[InvoiceVat]) -> Document:
    """The document exactly as it was issued: what was paid later does not appear on it (INV-009)."""
    seller, buyer = _party(invoice.seller), _party(invoice.buyer)
    prepaid_minor = int(invoice.texts.get("prepaid_minor", 0))
    return Document(
        kind=Kind(invoice.kind),
        number=invoice.number,
        issued_on=invoice.issued_on,
        language=invoice.language,
        currency=invoice.currency,
        seller=seller,
        buyer=buyer,
        lines=tuple(_line(line) for line in lines),
        vat=tuple(_group(group) for group in groups),
        totals=Totals(net_minor=invoice.net_minor, vat_minor=invoice.vat_minor, gross_minor=invoice.gross_minor),
        due_on=invoice.due_on,
        paid_by_prepaid_minor=prepaid_minor,
        paid_on=invoice.issued_on if prepaid_minor == invoice.gross_minor else None,
        payment=_payment_part(invoice, seller, buyer),
        customer_number=str(invoice.organisation_id),
        order_number=invoice.texts.get("order_number", ""),
        billing_reference=invoice.texts.get("billing_reference", ""),
        preceding=_preceding(invoice),
        notes=tuple(invoice.texts.get("notes", ())),
    )


def _party(stored: dict[str, Any]) -> Party:
    return Party(**{key: value for key, value in stored.items() if key != "organisation_id"})


def _line(line: InvoiceLine) -> Line:
    return Line(
        product_name=line.product_name,
        object_name=line.object_name,
        offer_text=line.offer_text,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        discount_minor=line.discount_minor,
        net_minor=line.net_minor,
        category=Category(line.category),
        rate_bp=line.rate_bp,
        period_from=line.period_from,
        period_to=line.period_to,
    )


def _group(group: InvoiceVat) -> VatGroup:
    return VatGroup(
        category=Category(group.category),
        rate_bp=group.rate_bp,
        net_minor=group.net_minor,
        vat_minor=group.vat_minor,
        exemption_reason_code=group.exemption_code,
    )


def _payment_part(invoice: Invoice, seller: Party, buyer: Party) -> PaymentPart | None:
    if not invoice.reference:
        return None
    return PaymentPart(
        iban=invoice.iban,
        reference=invoice.reference,
        creditor=seller,
        debtor=buyer,
        message=f"{text('invoice', invoice.language)} {invoice.number}",
    )


def _preceding(invoice: Invoice) -> PrecedingDocument | None:
    corrected = invoice.corrects
    return PrecedingDocument(number=corrected.number, issued_on=corrected.issued_on) if corrected else None
