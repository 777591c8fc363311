"""Taking back what the bank takes back (BNK-002)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from stellwerk.billing.events import PaymentReversed
from stellwerk.billing.models import BankEntry, Payment
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of
from stellwerk.billing.services.post import lock_prepaid, post, reverse
from stellwerk.billing.services.settle import lock_invoices
from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import SYSTEM, Actor

if TYPE_CHECKING:
    from django.db.models import QuerySet


@transaction.atomic
def reverse_bank_entry(*, entry: BankEntry, actor: Actor = SYSTEM) -> bool:
    """Undo the credit that a reversal takes away; answers whether it could be found and undone.

    The invoice is open again, prepaid money leaves the balance. A credit that cannot be found, or whose money has
    been spent since, waits in the suspense account for the operator. Publishes PaymentReversed. System-only: the
    bank import calls it.
    """
    undone = _credits_like(entry).first()
    payment = Payment.objects.filter(bank_entry=undone, reversed_by=None).first() if undone else None
    if undone is None or (payment is not None and not _is_undone(payment, entry, actor)):
        _post_suspense(entry)
        return False
    if payment is None:
        reverse(reason="suspense", source=f"bank_entry:{undone.pk}")
    entry.organisation_id, entry.resolved_at = undone.organisation_id, clock.now()
    entry.save(update_fields=["organisation_id", "resolved_at"])
    undone.resolved_at = clock.now()
    undone.save(update_fields=["resolved_at"])
    return True


def _credits_like(entry: BankEntry) -> QuerySet[BankEntry]:
    """Credits of the same account, amount and currency that share a reference and were not taken back, newest first."""
    marks = Q(pk=None)
    for name in ("servicer_reference", "end_to_end_id", "reference"):
        if getattr(entry, name):
            marks |= Q(**{name: getattr(entry, name)})
    return (
        BankEntry.objects.filter(
            marks,
            account_iban=entry.account_iban,
            amount_minor=entry.amount_minor,
            currency=entry.currency,
            is_reversal=False,
        )
        .exclude(payments__reversed_by__isnull=False)
        .exclude(outcome=BankEntry.Outcome.SUSPENSE, resolved_at__isnull=False)
        .order_by("-pk")
    )


def _is_undone(payment: Payment, entry: BankEntry, actor: Actor) -> bool:
    invoices = lock_invoices(invoice_ids=[payment.invoice_id] if payment.invoice_id else [])
    key = prepaid_of(payment.organisation_id, payment.currency)
    if payment.to_prepaid_minor > lock_prepaid(keys=[key])[key]:
        return False
    reversing = Payment.objects.create(
        organisation_id=payment.organisation_id,
        means=payment.means,
        currency=payment.currency,
        amount_minor=payment.amount_minor,
        to_invoice_minor=payment.to_invoice_minor,
        to_prepaid_minor=payment.to_prepaid_minor,
        difference_minor=payment.difference_minor,
        invoice_id=payment.invoice_id,
        top_up_id=payment.top_up_id,
        bank_entry=entry,
        reverses=payment,
        paid_on=entry.booked_on,
        created_at=clock.now(),
    )
    reverse(reason="top_up" if payment.top_up_id else "payment", source=f"payment:{payment.pk}")
    for invoice in invoices.values():
        invoice.open_minor += payment.to_invoice_minor + payment.difference_minor
        invoice.save(update_fields=["open_minor"])
    text = amount_text(payment.amount_minor, payment.currency)
    events.publish(
        PaymentReversed(organisation_id=payment.organisation_id, payment_id=reversing.pk, amount_text=text),
        actor=actor,
    )
    return True


def _post_suspense(entry: BankEntry) -> None:
    """The bank has the money in any case; whose loss it is, somebody must decide."""
    bank = operator_account(AccountKind.BANK, entry.currency, detail=entry.account_iban)
    suspense = operator_account(AccountKind.SUSPENSE, entry.currency)
    post(
        booking=Booking(
            reason="suspense",
            source=f"bank_entry:{entry.pk}",
            currency=entry.currency,
            legs=[Leg(suspense, bank, entry.amount_minor)],
            booked_on=entry.booked_on,
        )
    )
