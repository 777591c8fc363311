"""What the closing statement of a deleted organisation names: documents, money paid out, rests given up (DEL-009)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat

from stellwerk.billing.models import Invoice, Posting, Transfer, Withdrawal

if TYPE_CHECKING:
    from datetime import date

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class ClosingDocument:
    """A credit note states a positive amount, as on its paper."""

    kind: str
    number: str
    issued_on: date
    gross_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class ClosingWithdrawal:
    """Money that reached the bank account, `paid_on` by the bank's book; `account_text` is the shortened IBAN."""

    number: str
    paid_on: date
    amount_minor: int
    currency: str
    account_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """The newest of each, and how many there are; `forfeited` are amounts in minor units with their currencies."""

    documents: list[ClosingDocument]
    document_count: int
    withdrawals: list[ClosingWithdrawal]
    withdrawal_count: int
    forfeited: list[tuple[int, str]]


def closing(organisation_id: int) -> Closing:
    """System-only: a read for the mail about a deleted organisation. Five queries."""
    documents = Invoice.objects.filter(organisation_id=organisation_id).order_by("-issued_on", "-pk")
    paid = Posting.objects.filter(
        reason="withdrawal_paid", source=Concat(Value("withdrawal:"), OuterRef("number"))
    ).values("booked_on")
    withdrawals = (
        Withdrawal.objects.filter(organisation_id=organisation_id, state=Withdrawal.State.DONE)
        .annotate(paid_on=Subquery(paid))
        .order_by("-pk")
    )
    forfeited = Transfer.objects.filter(posting__organisation_id=organisation_id, posting__reason="forfeited")
    printed = documents.values_list("kind", "number", "issued_on", "gross_minor", "currency")
    sent = withdrawals.values_list("number", "paid_on", "amount_minor", "currency", "account_text")
    return Closing(
        documents=[ClosingDocument(*row) for row in printed[:MOST_LISTED]],
        document_count=documents.count(),
        withdrawals=[ClosingWithdrawal(*row) for row in sent[:MOST_LISTED]],
        withdrawal_count=withdrawals.count(),
        forfeited=list(forfeited.order_by("pk").values_list("amount_minor", "posting__currency")),
    )
