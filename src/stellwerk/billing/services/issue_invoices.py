"""Issuing invoices: number, frozen texts, postings, events. Ordering, paying and renewing call it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.billing.documents.errors import DocumentRefused
from stellwerk.billing.documents.validation import validate
from stellwerk.billing.errors import refusal
from stellwerk.billing.events import InvoiceIssued
from stellwerk.billing.models import Invoice, InvoiceLine, InvoiceVat, Payment
from stellwerk.billing.queries import parties
from stellwerk.billing.queries.printed import document_of
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of, receivable_of
from stellwerk.billing.rules.numbers import document_number, reference_digits
from stellwerk.billing.services.numbers import Numbers, take_numbers
from stellwerk.billing.services.post import post_many
from stellwerk.billing.services.render_document import render_document
from stellwerk.foundation import clock, events, jobs
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.foundation.orm import insert_many

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from stellwerk.billing.queries.quotes import Quote, TaxedLine
    from stellwerk.organisations.queries import OrganisationRow

DUE_DAYS = 30
SERIES = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An invoice to be. `source` makes it unique; `prepaid_minor` is taken from the balance at once.

    The caller has locked the prepaid account and knows that it holds enough.
    """

    source: str
    recipient: OrganisationRow
    quote: Quote
    prepaid_minor: int = 0
    order_id: int | None = None
    order_number: str = ""
    billing_reference: str = ""


@transaction.atomic
def issue_invoice(*, draft: Draft, actor: Actor = SYSTEM) -> Invoice:
    """One invoice; see `issue_invoices`. System-only: other services call it."""
    return issue_invoices(drafts=[draft], actor=actor)[0]


@transaction.atomic
def issue_invoices(*, drafts: Sequence[Draft], actor: Actor = SYSTEM) -> list[Invoice]:
    """Issue all drafts with consecutive numbers, in a fixed count of statements whatever their number.

    A second call with the same sources answers the invoices of the first. Publishes InvoiceIssued. The PDF is
    rendered by a job after the commit: a full disk delays paper, it does not undo an invoice.
    Raises RuleBroken invoice_incomplete (INV-035): then nothing is issued and no number is used.
    System-only: other services call it.
    """
    known = {each.source: each for each in Invoice.objects.filter(source__in=[draft.source for draft in drafts])}
    fresh = [draft for draft in drafts if draft.source not in known]
    if fresh:
        numbers = take_numbers(series=SERIES, count=len(fresh))
        unsaved = [_invoice(draft, numbers, offset) for offset, draft in enumerate(fresh)]
        parts = [
            (_lines(invoice, draft), _groups(invoice, draft)) for invoice, draft in zip(unsaved, fresh, strict=True)
        ]
        for invoice, (lines, groups) in zip(unsaved, parts, strict=True):
            _refuse_incomplete(invoice, lines, groups)
        invoices = insert_many(unsaved, with_keys=True)
        insert_many([line for lines, _ in parts for line in lines])
        insert_many([group for _, groups in parts for group in groups])
        _book(list(zip(invoices, fresh, strict=True)))
        _tell(invoices, actor)
        known.update({invoice.source: invoice for invoice in invoices})
    return [known[draft.source] for draft in drafts]


def _invoice(draft: Draft, numbers: Numbers, offset: int) -> Invoice:
    totals, number = draft.quote.totals, numbers.first + offset
    if totals.gross_minor <= 0 or not 0 <= draft.prepaid_minor <= totals.gross_minor:
        raise ValueError(f"Not an amount to invoice: {totals.gross_minor}, {draft.prepaid_minor} of it prepaid")
    treatment = draft.quote.lines[0].treatment
    iban = parties.iban_for(draft.quote.currency)
    open_minor = totals.gross_minor - draft.prepaid_minor
    return Invoice(
        organisation_id=draft.recipient.id,
        kind=Invoice.Kind.INVOICE,
        year=numbers.year,
        sequence_number=number,
        number=document_number(numbers.year, number),
        issued_on=numbers.issued_on,
        due_on=numbers.issued_on + timedelta(days=DUE_DAYS) if open_minor else None,
        language=draft.recipient.language,
        currency=draft.quote.currency,
        net_minor=totals.net_minor,
        vat_minor=totals.vat_minor,
        gross_minor=totals.gross_minor,
        open_minor=open_minor,
        iban=iban,
        reference=parties.payment_reference(draft.recipient.id, reference_digits(numbers.year, number), iban=iban),
        seller=parties.seller_of(treatment),
        buyer=parties.buyer_of(draft.recipient, treatment),
        texts=_texts(draft),
        order_id=draft.order_id,
        source=draft.source,
        created_at=clock.now(),
    )


def _texts(draft: Draft) -> dict[str, Any]:
    return {
        "order_number": draft.order_number,
        "billing_reference": draft.billing_reference,
        "prepaid_minor": draft.prepaid_minor,
    }


def _lines(invoice: Invoice, draft: Draft) -> list[InvoiceLine]:
    return [_line(invoice, taxed, position) for position, taxed in enumerate(draft.quote.lines, start=1)]


def _line(invoice: Invoice, taxed: TaxedLine, position: int) -> InvoiceLine:
    return InvoiceLine(
        invoice=invoice,
        position=position,
        discount_minor=taxed.line.discount_minor,
        category=taxed.treatment.category.value,
        rate_bp=taxed.treatment.rate_bp,
        **{each.name: getattr(taxed.line, each.name) for each in fields(taxed.line)},
    )


def _groups(invoice: Invoice, draft: Draft) -> list[InvoiceVat]:
    rows = []
    for group in draft.quote.totals.groups:
        treatment = draft.quote.treatment_of_group(group.category, group.rate_bp)
        rows.append(
            InvoiceVat(
                invoice=invoice,
                category=group.category,
                rate_bp=group.rate_bp,
                net_minor=group.net_minor,
                vat_minor=group.vat_minor,
                ledger_key=treatment.ledger_key,
                exemption_code=treatment.exemption_code,
            )
        )
    return rows


def _refuse_incomplete(invoice: Invoice, lines: list[InvoiceLine], groups: list[InvoiceVat]) -> None:
    try:
        validate(document_of(invoice, lines=lines, groups=groups))
    except DocumentRefused as refused:
        raise refusal(refused.code, field=refused.field) from refused


def _book(pairs: Sequence[tuple[Invoice, Draft]]) -> None:
    today = clock.today()
    payments = insert_many(
        [_payment(invoice, draft.prepaid_minor, today) for invoice, draft in pairs if draft.prepaid_minor],
        with_keys=True,
    )
    invoiced = [_invoice_booking(invoice, draft.quote) for invoice, draft in pairs]
    post_many(bookings=[*invoiced, *(_prepaid_booking(payment) for payment in payments)])


def _invoice_booking(invoice: Invoice, quote: Quote) -> Booking:
    receivable = receivable_of(invoice.organisation_id, invoice.currency)
    legs = []
    for group in quote.totals.groups:
        key = quote.treatment_of_group(group.category, group.rate_bp).ledger_key
        revenue = operator_account(AccountKind.REVENUE, invoice.currency, detail=key)
        tax = operator_account(AccountKind.VAT_PAYABLE, invoice.currency, detail=key)
        legs += [Leg(receivable, revenue, group.net_minor), Leg(receivable, tax, group.vat_minor)]
    return Booking(
        reason="invoice",
        source=f"invoice:{invoice.pk}",
        currency=invoice.currency,
        legs=legs,
        organisation_id=invoice.organisation_id,
        booked_on=invoice.issued_on,
    )


def _payment(invoice: Invoice, amount_minor: int, today: date) -> Payment:
    return Payment(
        organisation_id=invoice.organisation_id,
        means=Payment.Means.PREPAID,
        currency=invoice.currency,
        amount_minor=amount_minor,
        to_invoice_minor=amount_minor,
        invoice=invoice,
        paid_on=today,
        created_at=clock.now(),
    )


def _prepaid_booking(payment: Payment) -> Booking:
    """The balance pays: the operator owes less prepaid money, the customer owes less for the invoice."""
    prepaid = prepaid_of(payment.organisation_id, payment.currency)
    receivable = receivable_of(payment.organisation_id, payment.currency)
    return Booking(
        reason="payment",
        source=f"payment:{payment.pk}",
        currency=payment.currency,
        legs=[Leg(prepaid, receivable, payment.to_invoice_minor)],
        organisation_id=payment.organisation_id,
    )


def _tell(invoices: Sequence[Invoice], actor: Actor) -> None:
    events.publish_many(
        [
            InvoiceIssued(
                organisation_id=invoice.organisation_id,
                invoice_id=invoice.pk,
                number=invoice.number,
                amount_text=amount_text(invoice.gross_minor, invoice.currency),
                is_paid=invoice.open_minor == 0,
            )
            for invoice in invoices
        ],
        actor=actor,
    )
    jobs.enqueue_many(render_document, [{"invoice_id": invoice.pk} for invoice in invoices])
