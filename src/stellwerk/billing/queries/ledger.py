"""Balances and statements, read as sums of transfers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from stellwerk.billing.models import LedgerAccount, Transfer
from stellwerk.billing.rules.bookings import AccountKind

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PrepaidRow:
    """One movement of a prepaid account. `amount_minor` is signed: above zero it grew."""

    id: int
    reason: str
    source: str
    amount_minor: int
    currency: str
    booked_on: date
    created_at: datetime


def balance_minor(kind: str, *, currency: str, organisation_id: int | None = None, detail: str | None = None) -> int:
    """Credits minus debits of all accounts of a kind: what the operator owes (prepaid) or earned (revenue).

    Accounts of what others owe (bank, receivable) are below zero by this count; callers turn the sign.
    """
    accounts = LedgerAccount.objects.filter(kind=kind, currency=currency)
    if organisation_id is not None:
        accounts = accounts.filter(organisation_id=organisation_id)
    if detail is not None:
        accounts = accounts.filter(detail=detail)
    ids = list(accounts.values_list("pk", flat=True))
    return _sum(Q(credit_id__in=ids)) - _sum(Q(debit_id__in=ids))


def prepaid_balances(organisation_id: int) -> dict[str, int]:
    """The prepaid balance in minor units of each currency the organisation has an account in (PRE-001)."""
    rows = LedgerAccount.objects.filter(organisation_id=organisation_id, kind=AccountKind.PREPAID)
    return dict(rows.order_by("currency").values_list("currency", "balance_minor"))


def prepaid_statement(organisation_id: int, *, currency: str, limit: int = 50, skip: int = 0) -> list[PrepaidRow]:
    """Movements of the prepaid account, newest first (PRE-002)."""
    account = LedgerAccount.objects.filter(
        organisation_id=organisation_id, kind=AccountKind.PREPAID, currency=currency
    ).first()
    if account is None:
        return []
    transfers = Transfer.objects.filter(Q(debit=account) | Q(credit=account)).select_related("posting").order_by("-pk")
    return [
        PrepaidRow(
            id=each.pk,
            reason=each.posting.reason,
            source=each.posting.source,
            amount_minor=each.amount_minor if each.credit_id == account.pk else -each.amount_minor,
            currency=currency,
            booked_on=each.posting.booked_on,
            created_at=each.posting.created_at,
        )
        for each in transfers[skip : skip + limit]
    ]


def _sum(condition: Q) -> int:
    return Transfer.objects.filter(condition).aggregate(total=Sum("amount_minor"))["total"] or 0
