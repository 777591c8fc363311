"""News about orders, documents and payments becomes messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.billing import events
from stellwerk.billing.emails import money, orders
from stellwerk.foundation.events import subscribes

if TYPE_CHECKING:
    from stellwerk.foundation.events import Meta


@subscribes(events.OrderPlaced)
def confirm_the_order(event: events.OrderPlaced, meta: Meta) -> None:
    orders.order_placed(event, meta)


@subscribes(events.OrderPaid)
def confirm_the_payment_of_the_order(event: events.OrderPaid, meta: Meta) -> None:
    orders.order_paid(event, meta)


@subscribes(events.OrderFulfilled)
def tell_what_the_order_became(event: events.OrderFulfilled, meta: Meta) -> None:
    orders.order_fulfilled(event, meta)


@subscribes(events.OrderReminderDue)
def remind_of_the_unpaid_order(event: events.OrderReminderDue, meta: Meta) -> None:
    orders.order_reminder(event, meta)


@subscribes(events.OrderCancelled)
def tell_of_the_cancelled_order(event: events.OrderCancelled, meta: Meta) -> None:
    orders.order_cancelled(event, meta)


@subscribes(events.OrderExpired)
def tell_of_the_end_of_the_order(event: events.OrderExpired, meta: Meta) -> None:
    orders.order_expired(event, meta)


@subscribes(events.InvoiceIssued)
def announce_the_invoice(event: events.InvoiceIssued, meta: Meta) -> None:
    money.invoice_issued(event, meta)


@subscribes(events.InvoiceIssued)
def send_the_invoice_to_its_address(event: events.InvoiceIssued, meta: Meta) -> None:
    money.document_to_its_address(event.invoice_id, meta)


@subscribes(events.CreditNoteIssued)
def send_the_credit_note_to_its_address(event: events.CreditNoteIssued, meta: Meta) -> None:
    money.document_to_its_address(event.invoice_id, meta)


@subscribes(events.CreditNoteIssued)
def announce_the_credit_note(event: events.CreditNoteIssued, meta: Meta) -> None:
    money.credit_note_issued(event, meta)


@subscribes(events.InvoicePaid)
def confirm_the_payment(event: events.InvoicePaid, meta: Meta) -> None:
    money.invoice_paid(event, meta)


@subscribes(events.TransferShort)
def tell_that_it_was_too_little(event: events.TransferShort, meta: Meta) -> None:
    money.transfer_short(event, meta)


@subscribes(events.TransferSurplus)
def tell_that_it_was_too_much(event: events.TransferSurplus, meta: Meta) -> None:
    money.transfer_surplus(event, meta)


@subscribes(events.TransferUnmatched)
def tell_where_the_money_lies(event: events.TransferUnmatched, meta: Meta) -> None:
    money.transfer_unmatched(event, meta)


@subscribes(events.PaymentReversed)
def tell_that_the_bank_took_it_back(event: events.PaymentReversed, meta: Meta) -> None:
    money.payment_reversed(event, meta)


@subscribes(events.PrepaidToppedUp)
def confirm_the_top_up(event: events.PrepaidToppedUp, meta: Meta) -> None:
    money.prepaid_topped_up(event, meta)
