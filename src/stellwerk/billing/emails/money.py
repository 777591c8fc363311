"""Messages about documents and payments, one function per message (NTF-09, 13, 14)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from stellwerk.billing.emails.delivery import FOLDER, Letter, amounts_in_words, deliver, in_words
from stellwerk.billing.queries.document_links import LETTER_DAYS, letter_link_token
from stellwerk.billing.queries.letters import invoice_facts, top_up_number
from stellwerk.foundation import notify
from stellwerk.organisations.queries import organisation_row

if TYPE_CHECKING:
    from stellwerk.billing import events
    from stellwerk.foundation.events import Meta


def invoice_issued(event: events.InvoiceIssued, meta: Meta) -> None:
    """NTF-09. What an order or a paid renewal costs stands in its own message, with the invoice's number."""
    if not (event.is_paid or invoice_facts(event.invoice_id).has_order):
        _about_invoice("invoice_issued", event.invoice_id, meta)


def credit_note_issued(event: events.CreditNoteIssued, meta: Meta) -> None:
    """NTF-09, for the document that takes something back."""
    _about_invoice("credit_note_issued", event.invoice_id, meta)


def document_to_its_address(invoice_id: int, meta: Meta) -> None:
    """To the e-mail address of the billing address, in its language, whatever people here wish to read (BIL-061)."""
    invoice = invoice_facts(invoice_id)
    organisation = organisation_row(invoice.organisation_id) if invoice.document_email else None
    if organisation is None:
        return
    notify.send(
        f"{FOLDER}/document_to_its_address",
        recipient=invoice.document_email,
        language=invoice.language,
        context={
            **amounts_in_words(asdict(invoice), invoice.language),
            "due_on": in_words(invoice.due_on, invoice.language),
            "organisation": organisation.name,
            "days": LETTER_DAYS,
            "token": letter_link_token(invoice_id),
        },
        organisation_id=organisation.id,
        unique_key=f"document_to_its_address:{meta.event_id}",
    )


def invoice_paid(event: events.InvoicePaid, meta: Meta) -> None:
    """NTF-13, received. Of an order or a renewal its own message tells."""
    facts = invoice_facts(event.invoice_id)
    if not (facts.has_order or facts.has_renewals):
        _about_invoice("invoice_paid", event.invoice_id, meta)


def transfer_short(event: events.TransferShort, meta: Meta) -> None:
    """NTF-13: the way out is the balance (BNK-008)."""
    values = {"came": event.amount_text}
    _about_invoice("transfer_short", event.invoice_id, meta, values=values, is_essential=True)


def transfer_surplus(event: events.TransferSurplus, meta: Meta) -> None:
    """NTF-13."""
    values = {"surplus": event.amount_text}
    _about_invoice("transfer_surplus", event.invoice_id, meta, values=values, is_essential=True)


def transfer_unmatched(event: events.TransferUnmatched, meta: Meta) -> None:
    """NTF-13 (PRE-015)."""
    _about_money("transfer_unmatched", event, meta, values={"came": event.amount_text})


def payment_reversed(event: events.PaymentReversed, meta: Meta) -> None:
    """NTF-13, for money that the bank took back."""
    _about_money("payment_reversed", event, meta, values={"gone": event.amount_text})


def prepaid_topped_up(event: events.PrepaidToppedUp, meta: Meta) -> None:
    """NTF-14."""
    values = {"came": event.amount_text, "number": top_up_number(event.top_up_id)}
    _about_money("prepaid_topped_up", event, meta, values=values, is_essential=False)


def _about_invoice(
    template: str,
    invoice_id: int,
    meta: Meta,
    *,
    values: dict[str, Any] | None = None,
    is_essential: bool = False,
) -> None:
    invoice = invoice_facts(invoice_id)
    deliver(
        Letter(
            template=template,
            organisation_id=invoice.organisation_id,
            key=meta.event_id,
            values={**asdict(invoice), **(values or {})},
            dates={"due_on": invoice.due_on},
            is_essential=is_essential,
        )
    )


def _about_money(
    template: str,
    event: events.TransferUnmatched | events.PaymentReversed | events.PrepaidToppedUp,
    meta: Meta,
    *,
    values: dict[str, Any],
    is_essential: bool = True,
) -> None:
    if event.organisation_id is not None:
        deliver(
            Letter(
                template=template,
                organisation_id=event.organisation_id,
                key=meta.event_id,
                values=values,
                is_essential=is_essential,
            )
        )
