"""From a row of a bank file to what the matching rules look at (BNK-005)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.billing.bank.references import references_in
from stellwerk.billing.rules.matching import IncomingAmount

if TYPE_CHECKING:
    from stellwerk.billing.bank.entries import BankEntry


def incoming_amount(entry: BankEntry) -> IncomingAmount:
    """The amount with every hint the payer gave. Some banks carry the reference in the end-to-end id only."""
    return IncomingAmount(
        amount_minor=entry.amount_minor,
        currency=entry.currency,
        structured_reference=entry.structured_reference,
        text_references=references_in(f"{entry.free_text} ; {entry.end_to_end_id}"),
        free_text=entry.free_text,
        debtor_iban=entry.debtor_iban,
    )
