"""What the operator decides about money that waits: whose it is, or that it goes back (BNK-005, BNK-009, BNK-010)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.models import BankEntry, Invoice
from stellwerk.billing.rules.bookings import prepaid_of
from stellwerk.billing.rules.matching import OpenDocument, settlement
from stellwerk.billing.services.post import lock_prepaid, reverse
from stellwerk.billing.services.settle import Shares, credit_balance, lock_invoices, settle
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations.services.locks import held_open, hold_open

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def assign_to_invoice(*, actor: Actor, entry_id: int, invoice_id: int) -> None:
    """The money was meant for this invoice: settle it as the bank import would have, short or surplus included.

    Publishes PaymentReceived, and InvoicePaid where nothing is open any more. Refusals in order: not found (only the
    operator decides), bank_entry_decided, invoice_not_open, not found where some of it is for the balance of an
    organisation that was deleted.
    """
    require(policy.can_import_bank_files(actor))
    # The invoice first, as everywhere; only then the entry that would pay it.
    invoice = lock_invoices(invoice_ids=[invoice_id]).get(invoice_id)
    entry = _waiting(entry_id)
    if invoice is None or invoice.kind != Invoice.Kind.INVOICE:
        raise NotFound
    if invoice.open_minor == 0:
        raise refusal("invoice_not_open", number=invoice.number)
    document = OpenDocument(0, invoice.number, invoice.open_minor, invoice.currency, frozenset())
    # Where the currency differs, the operator's word opens the account that the import would not (BNK-009).
    result = settlement(
        document, amount_minor=entry.amount_minor, currency=entry.currency, prepaid_currencies=[entry.currency]
    )
    if result.to_prepaid_minor:
        _hold_account(invoice.organisation_id, entry.currency)
    _leave_suspense(entry, invoice.organisation_id)
    if not result.settles:
        credit_balance(organisation_id=invoice.organisation_id, bank_entry=entry, invoice=invoice, actor=actor)
        return
    shares = Shares(
        to_invoice_minor=result.to_document_minor,
        to_prepaid_minor=result.to_prepaid_minor,
        difference_minor=result.difference_minor,
    )
    settle(invoice=invoice, shares=shares, bank_entry=entry, actor=actor)


@transaction.atomic
def assign_to_balance(*, actor: Actor, entry_id: int, organisation_id: int) -> None:
    """The money is this customer's: put it on its prepaid account (PRE-015).

    Publishes PaymentReceived. Refusals in order: not found, also for an organisation that was deleted,
    bank_entry_decided.
    """
    require(policy.can_import_bank_files(actor))
    hold_open(organisation_id)
    entry = _waiting(entry_id)
    _leave_suspense(entry, organisation_id)
    credit_balance(organisation_id=organisation_id, bank_entry=entry, actor=actor)


@transaction.atomic
def give_back(*, actor: Actor, entry_id: int) -> None:
    """The money has been transferred back to whoever sent it. Refusals in order: not found, bank_entry_decided."""
    require(policy.can_import_bank_files(actor))
    entry = _waiting(entry_id)
    _leave_suspense(entry, None)
    entry.outcome = BankEntry.Outcome.RETURNED
    entry.save(update_fields=["outcome"])


def _waiting(entry_id: int) -> BankEntry:
    entry = BankEntry.objects.select_for_update().filter(pk=entry_id, is_reversal=False).first()
    if entry is None:
        raise NotFound
    if entry.resolved_at is not None:
        raise refusal("bank_entry_decided")
    return entry


def _hold_account(organisation_id: int, currency: str) -> None:
    """The account, then its organisation, as the bank import does: a deletion waits, or has won."""
    lock_prepaid(keys=[prepaid_of(organisation_id, currency)])
    if not held_open([organisation_id]):
        raise NotFound


def _leave_suspense(entry: BankEntry, organisation_id: int | None) -> None:
    """The suspense posting is mirrored; what follows books the money from the bank account again."""
    reverse(reason="suspense", source=f"bank_entry:{entry.pk}")
    entry.organisation_id, entry.resolved_at = organisation_id, clock.now()
    entry.save(update_fields=["organisation_id", "resolved_at"])
