"""The words of the ledger: which accounts there are, and what a booking is. `services.post` writes them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class AccountKind(StrEnum):
    """Kinds of ledger accounts. Prepaid and receivable belong to a customer, all others to the operator."""

    BANK = "bank"
    RECEIVABLE = "receivable"
    PREPAID = "prepaid"
    REVENUE = "revenue"
    VAT_PAYABLE = "vat_payable"
    SUSPENSE = "suspense"
    PAYMENT_DIFFERENCE = "payment_difference"
    PAYOUT = "payout"  # withdrawn by customers, not yet gone from the bank
    FORFEITED = "forfeited"  # prepaid rests given up with the organisation: other income, no supply, no VAT


@dataclass(frozen=True, slots=True)
class AccountKey:
    """Names a ledger account; it is opened when money first moves there."""

    kind: AccountKind
    currency: str
    organisation_id: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One movement from the credited to the debited account, in minor units, never below zero."""

    debit: AccountKey
    credit: AccountKey
    amount_minor: int

    def __post_init__(self) -> None:
        if self.amount_minor < 0:
            raise ValueError(f"Money moves forward; turn debit and credit instead: {self.amount_minor}")

    def turned(self) -> Leg:
        return Leg(self.credit, self.debit, self.amount_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One business fact. `reason` and `source` make it unique; legs of zero are not written.

    `booked_on` None means today.
    """

    reason: str
    source: str
    currency: str
    legs: Sequence[Leg]
    organisation_id: int | None = None
    booked_on: date | None = None
    reverses_id: int | None = None

    @property
    def moving_legs(self) -> tuple[Leg, ...]:
        return tuple(leg for leg in self.legs if leg.amount_minor)


def prepaid_of(organisation_id: int, currency: str) -> AccountKey:
    """What the operator owes a customer: its money reserve (PRE-001)."""
    return AccountKey(AccountKind.PREPAID, currency, organisation_id)


def receivable_of(organisation_id: int, currency: str) -> AccountKey:
    """What a customer owes: the sum of its open invoices."""
    return AccountKey(AccountKind.RECEIVABLE, currency, organisation_id)


def operator_account(kind: AccountKind, currency: str, *, detail: str = "") -> AccountKey:
    """An account of the operator; `detail` is an IBAN or a tax key."""
    return AccountKey(kind, currency, detail=detail)
