"""Credit notes: the only way to take back what was invoiced (INV-009)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.errors import refusal
from stellwerk.billing.events import CreditNoteIssued
from stellwerk.billing.models import Invoice, InvoiceLine, InvoiceVat
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of, receivable_of
from stellwerk.billing.rules.numbers import document_number
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.totals import NetLine, Totals, VatGroup, credit_totals
from stellwerk.billing.services.numbers import take_numbers
from stellwerk.billing.services.post import lock_prepaid, post_many
from stellwerk.billing.services.render_document import render_document
from stellwerk.foundation import clock, events, jobs
from stellwerk.foundation.actor import SYSTEM, Actor

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

SERIES = "credit_note"
MARK = "G"


@transaction.atomic
def credit_invoice(
    *, invoice_id: int, source: str, positions: Collection[int] | None = None, note: str = "", actor: Actor = SYSTEM
) -> Invoice:
    """Credit whole lines of an invoice, all that are not credited yet if no `positions` are named.

    What is still open of the invoice is closed first; the rest goes to the prepaid account (ORD-023). The last note
    takes the remaining tax by difference (INV-010). A second call with the same `source` answers the first note.
    Publishes CreditNoteIssued. Raises RuleBroken credit_exceeds_invoice when nothing of it is left to credit.
    System-only: other services call it.
    """
    known = Invoice.objects.filter(source=source).first()
    if known is not None:
        return known
    # Locks in the order of the whole room: document, prepaid account, number series.
    invoice = Invoice.objects.select_for_update().get(pk=invoice_id)
    lines = _creditable(invoice, positions)
    totals = _totals(invoice, lines)
    lock_prepaid(keys=[prepaid_of(invoice.organisation_id, invoice.currency)])
    settled_minor = min(invoice.open_minor, totals.gross_minor)
    credit = _stored(invoice, lines, totals, source=source, note=note, settled_minor=settled_minor)
    if settled_minor:
        invoice.open_minor -= settled_minor
        invoice.save(update_fields=["open_minor"])
    _book(credit)
    text = amount_text(credit.gross_minor, credit.currency)
    events.publish(
        CreditNoteIssued(
            organisation_id=credit.organisation_id, invoice_id=credit.pk, number=credit.number, amount_text=text
        ),
        actor=actor,
    )
    jobs.enqueue(render_document, {"invoice_id": credit.pk})
    return credit


def _creditable(invoice: Invoice, positions: Collection[int] | None) -> list[InvoiceLine]:
    notes = invoice.credit_notes.values_list("texts", flat=True)
    credited = {position for texts in notes for position in texts["credited_positions"]}
    lines = [line for line in invoice.lines.order_by("position") if line.position not in credited]
    chosen = [line for line in lines if positions is None or line.position in positions]
    if not chosen or (positions is not None and len(chosen) != len(set(positions))):
        raise refusal("credit_exceeds_invoice")
    return chosen


def _totals(invoice: Invoice, lines: Sequence[InvoiceLine]) -> Totals:
    """What the note is over; several notes together never exceed the invoice, per rate."""
    try:
        return credit_totals(
            _stored_totals(invoice),
            credited=[_stored_totals(note) for note in invoice.credit_notes.order_by("pk")],
            lines=[NetLine(line.net_minor, line.category, line.rate_bp) for line in lines],
        )
    except BillingRefused as refused:
        raise refusal(refused.code, **refused.context) from refused


def _stored_totals(document: Invoice) -> Totals:
    groups = document.vat_groups.order_by("category", "rate_bp")
    return Totals(tuple(VatGroup(each.category, each.rate_bp, each.net_minor, each.vat_minor) for each in groups))


def _stored(
    invoice: Invoice, lines: Sequence[InvoiceLine], totals: Totals, *, source: str, note: str, settled_minor: int
) -> Invoice:
    numbers = take_numbers(series=SERIES)
    credit = Invoice.objects.create(
        organisation_id=invoice.organisation_id,
        kind=Invoice.Kind.CREDIT_NOTE,
        year=numbers.year,
        sequence_number=numbers.first,
        number=document_number(numbers.year, numbers.first, mark=MARK),
        issued_on=numbers.issued_on,
        language=invoice.language,
        currency=invoice.currency,
        net_minor=totals.net_minor,
        vat_minor=totals.vat_minor,
        gross_minor=totals.gross_minor,
        open_minor=0,
        settled_minor=settled_minor,
        seller=invoice.seller,
        buyer=invoice.buyer,
        texts={
            "order_number": invoice.texts.get("order_number", ""),
            "billing_reference": invoice.texts.get("billing_reference", ""),
            "notes": [note] if note else [],
            "credited_positions": [line.position for line in lines],
        },
        order_id=invoice.order_id,
        corrects=invoice,
        source=source,
        created_at=clock.now(),
    )
    InvoiceLine.objects.bulk_create(_copy(line, credit, position) for position, line in enumerate(lines, start=1))
    keys = {(group.category, group.rate_bp): group for group in invoice.vat_groups.all()}
    InvoiceVat.objects.bulk_create(
        _group(credit, group, keys[group.category, group.rate_bp]) for group in totals.groups
    )
    return credit


def _copy(line: InvoiceLine, credit: Invoice, position: int) -> InvoiceLine:
    columns = (
        "product_name", "object_name", "offer_text", "quantity", "unit_price_minor", "discount_minor", "net_minor",
        "category", "rate_bp", "period_from", "period_to", "product_id", "order_line_id",
    )  # fmt: skip
    return InvoiceLine(invoice=credit, position=position, **{name: getattr(line, name) for name in columns})


def _group(credit: Invoice, group: VatGroup, invoiced: InvoiceVat) -> InvoiceVat:
    return InvoiceVat(
        invoice=credit,
        category=group.category,
        rate_bp=group.rate_bp,
        net_minor=group.net_minor,
        vat_minor=group.vat_minor,
        ledger_key=invoiced.ledger_key,
        exemption_code=invoiced.exemption_code,
    )


def _book(credit: Invoice) -> None:
    """The sale is taken back; what had been paid of it becomes prepaid money again."""
    receivable = receivable_of(credit.organisation_id, credit.currency)
    legs = []
    for group in credit.vat_groups.all():
        revenue = operator_account(AccountKind.REVENUE, credit.currency, detail=group.ledger_key)
        tax = operator_account(AccountKind.VAT_PAYABLE, credit.currency, detail=group.ledger_key)
        legs += [Leg(revenue, receivable, group.net_minor), Leg(tax, receivable, group.vat_minor)]
    refunded_minor = credit.gross_minor - credit.settled_minor
    prepaid = prepaid_of(credit.organisation_id, credit.currency)
    post_many(
        bookings=[
            _booking("credit_note", credit, legs),
            _booking("refund", credit, [Leg(receivable, prepaid, refunded_minor)]),
        ]
    )


def _booking(reason: str, credit: Invoice, legs: Sequence[Leg]) -> Booking:
    return Booking(
        reason=reason,
        source=f"invoice:{credit.pk}",
        currency=credit.currency,
        legs=legs,
        organisation_id=credit.organisation_id,
        booked_on=credit.issued_on,
    )
