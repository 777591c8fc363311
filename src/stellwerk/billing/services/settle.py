"""Money meets documents: payments of invoices from the balance or the bank, and what follows from the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.errors import InsufficientBalance, refusal
from stellwerk.billing.events import InvoicePaid, OrderPaid, PaymentReceived
from stellwerk.billing.models import BankEntry, Invoice, Order, Payment
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import (
    AccountKind,
    Booking,
    Leg,
    operator_account,
    prepaid_of,
    receivable_of,
)
from stellwerk.billing.rules.order_states import require_step
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.services.post import lock_prepaid, post
from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import SYSTEM, Actor

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Where an amount goes, in minor units; `difference_minor` is written off beside it (BNK-008)."""

    to_invoice_minor: int = 0
    to_prepaid_minor: int = 0
    difference_minor: int = 0


@transaction.atomic
def lock_invoices(*, invoice_ids: Collection[int]) -> dict[int, Invoice]:
    """Lock invoices and the orders they belong to until the caller's transaction ends.

    The order of all locks in this room: orders, invoices, top-ups, withdrawals, prepaid accounts, the organisations
    that are credited (`held_open`), number series; each kind in primary-key order. System-only: other services call
    it before they settle.
    """
    orders = Order.objects.filter(invoices__in=list(invoice_ids)).values("pk")
    list(Order.objects.select_for_update().filter(pk__in=orders).order_by("pk"))
    rows = Invoice.objects.select_for_update().filter(pk__in=list(invoice_ids)).order_by("pk")
    # The order is read after its lock, by `invoice.order`, so that its state is the present one.
    return {row.pk: row for row in rows}


@transaction.atomic
def take_from_balance(*, invoice: Invoice, in_part: bool = False, actor: Actor = SYSTEM) -> Payment:
    """Pay a locked invoice from the prepaid account; `in_part` pays what the balance holds (PRE-008).

    Raises RuleBroken invoice_not_open, InsufficientBalance. System-only: other services call it.
    """
    if invoice.open_minor == 0:
        raise refusal("invoice_not_open", number=invoice.number)
    key = prepaid_of(invoice.organisation_id, invoice.currency)
    balance_minor = lock_prepaid(keys=[key])[key]
    if balance_minor < invoice.open_minor and not (in_part and balance_minor):
        raise InsufficientBalance(
            balance_text=amount_text(balance_minor, invoice.currency),
            amount_text=amount_text(invoice.open_minor, invoice.currency),
        )
    shares = Shares(to_invoice_minor=min(balance_minor, invoice.open_minor))
    return settle(invoice=invoice, shares=shares, actor=actor)


@transaction.atomic
def settle(*, invoice: Invoice, shares: Shares, bank_entry: BankEntry | None = None, actor: Actor = SYSTEM) -> Payment:
    """Book a payment on a locked invoice, from the bank if an entry is given, else from the balance.

    Publishes PaymentReceived for money from outside; InvoicePaid and OrderPaid when nothing is open any more.
    System-only: other services call it.
    """
    payment = Payment.objects.create(
        organisation_id=invoice.organisation_id,
        means=Payment.Means.BANK_TRANSFER if bank_entry else Payment.Means.PREPAID,
        currency=invoice.currency,
        amount_minor=shares.to_invoice_minor + shares.to_prepaid_minor,
        to_invoice_minor=shares.to_invoice_minor,
        to_prepaid_minor=shares.to_prepaid_minor,
        difference_minor=shares.difference_minor,
        invoice=invoice,
        bank_entry=bank_entry,
        paid_on=bank_entry.booked_on if bank_entry else clock.today(),
        created_at=clock.now(),
    )
    post(booking=_booking(payment))
    invoice.open_minor -= shares.to_invoice_minor + shares.difference_minor
    invoice.save(update_fields=["open_minor"])
    if bank_entry is not None:
        announce_payment(payment=payment, actor=actor)
    if invoice.open_minor == 0:
        _tell_paid(invoice, actor)
    return payment


@transaction.atomic
def credit_balance(
    *,
    organisation_id: int,
    bank_entry: BankEntry,
    invoice: Invoice | None = None,
    top_up_id: int | None = None,
    actor: Actor = SYSTEM,
) -> Payment:
    """Put a whole bank entry on the prepaid account (PRE-006, PRE-015). System-only: the bank import calls it.

    `invoice` is the document the sender named and the money could not settle: the account statement names it, too.
    """
    payment = Payment.objects.create(
        organisation_id=organisation_id,
        means=Payment.Means.BANK_TRANSFER,
        currency=bank_entry.currency,
        amount_minor=bank_entry.amount_minor,
        to_prepaid_minor=bank_entry.amount_minor,
        invoice=invoice,
        top_up_id=top_up_id,
        bank_entry=bank_entry,
        paid_on=bank_entry.booked_on,
        created_at=clock.now(),
    )
    post(booking=_booking(payment))
    announce_payment(payment=payment, actor=actor)
    return payment


@transaction.atomic
def announce_payment(*, payment: Payment, actor: Actor = SYSTEM) -> None:
    """Publish PaymentReceived. System-only: other services call it."""
    text = amount_text(payment.amount_minor, payment.currency)
    events.publish(
        PaymentReceived(organisation_id=payment.organisation_id, payment_id=payment.pk, amount_text=text), actor=actor
    )


@transaction.atomic
def step_order(*, order: Order, wanted: str) -> None:
    """Take a locked order one step on (ORD-017). Raises RuleBroken order_state. System-only: other services call it."""
    try:
        require_step(order.state, wanted)
    except BillingRefused as refused:
        raise refusal(refused.code, **refused.context) from refused
    order.state = wanted
    order.save(update_fields=["state"])


@transaction.atomic
def order_is_paid(*, order: Order, actor: Actor = SYSTEM) -> None:
    """A locked order is fully paid: its fulfilment begins with OrderPaid (ORD-022). System-only: services call it."""
    step_order(order=order, wanted=Order.State.PAID)
    order.paid_at = clock.now()
    order.save(update_fields=["paid_at"])
    events.publish(
        OrderPaid(organisation_id=order.organisation_id, order_id=order.pk, number=order.number), actor=actor
    )


def _tell_paid(invoice: Invoice, actor: Actor) -> None:
    events.publish(
        InvoicePaid(organisation_id=invoice.organisation_id, invoice_id=invoice.pk, number=invoice.number), actor=actor
    )
    # Already locked with the invoice, see lock_invoices.
    order = invoice.order
    if order is not None and order.state in (Order.State.AWAITING_PAYMENT, Order.State.PAYMENT_PENDING):
        order_is_paid(order=order, actor=actor)


def _booking(payment: Payment) -> Booking:
    organisation_id, currency = payment.organisation_id, payment.currency
    receivable, prepaid = receivable_of(organisation_id, currency), prepaid_of(organisation_id, currency)
    difference = operator_account(AccountKind.PAYMENT_DIFFERENCE, currency)
    entry = payment.bank_entry
    # What the bank brought stands on its account; what the balance pays is owed to the customer no longer.
    origin = operator_account(AccountKind.BANK, currency, detail=entry.account_iban) if entry else prepaid
    legs = [Leg(origin, receivable, payment.to_invoice_minor), Leg(difference, receivable, payment.difference_minor)]
    if entry:
        legs.append(Leg(origin, prepaid, payment.to_prepaid_minor))
    return Booking(
        reason="payment" if payment.top_up_id is None else "top_up",
        source=f"payment:{payment.pk}",
        currency=currency,
        legs=legs,
        organisation_id=organisation_id,
        booked_on=payment.paid_on,
    )
