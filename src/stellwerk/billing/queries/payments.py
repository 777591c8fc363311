"""Payments, top-ups and the prepaid account as the organisation's people see them (PAY-019, PRE-002)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing import policy
from stellwerk.billing.models import Payment, TopUp
from stellwerk.billing.queries.ledger import PrepaidRow, prepaid_balances, prepaid_statement
from stellwerk.foundation.decisions import require
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from datetime import date, datetime

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One payment, and where it went."""

    id: int
    means: str
    currency: str
    amount_minor: int
    to_invoice_minor: int
    to_prepaid_minor: int
    difference_minor: int
    paid_on: date
    invoice_id: int | None
    invoice_number: str | None
    top_up_id: int | None
    reverses_id: int | None


@dataclass(frozen=True, slots=True)
class TopUpRow:
    """A deposit and how to make it. `state` is announced until the bank confirms it."""

    id: int
    number: str
    amount_minor: int
    currency: str
    iban: str
    reference: str
    state: str
    requested_at: datetime
    credited_at: datetime | None


@dataclass(frozen=True, slots=True)
class PrepaidOverview:
    """Balances by currency; the organisation's own currency is there even before the first deposit."""

    currency: str
    balances: dict[str, int]
    announced: tuple[TopUpRow, ...]


_PAYMENT = (
    "pk", "means", "currency", "amount_minor", "to_invoice_minor", "to_prepaid_minor", "difference_minor", "paid_on",
    "invoice_id", "invoice__number", "top_up_id", "reverses_id",
)  # fmt: skip
_TOP_UP = (
    "pk", "number", "amount_minor", "currency", "iban", "reference", "state", "requested_at", "credited_at",
)  # fmt: skip


def payment_rows(actor: Actor, organisation_id: int, *, limit: int = 50, skip: int = 0) -> list[PaymentRow]:
    """The newest first. One query."""
    require(policy.can_see_billing(actor, organisation_id))
    found = Payment.objects.filter(organisation_id=organisation_id).order_by("-pk").values_list(*_PAYMENT)
    return [PaymentRow(*values) for values in found[skip : skip + limit]]


def payment_total(actor: Actor, organisation_id: int) -> int:
    require(policy.can_see_billing(actor, organisation_id))
    return Payment.objects.filter(organisation_id=organisation_id).count()


def top_up_rows(actor: Actor, organisation_id: int, *, limit: int = 50, skip: int = 0) -> list[TopUpRow]:
    """The newest first. One query."""
    require(policy.can_see_billing(actor, organisation_id))
    found = TopUp.objects.filter(organisation_id=organisation_id).order_by("-pk").values_list(*_TOP_UP)
    return [TopUpRow(*values) for values in found[skip : skip + limit]]


def prepaid_overview(actor: Actor, organisation_id: int) -> PrepaidOverview:
    """Balances and deposits on their way. Three queries."""
    require(policy.can_see_billing(actor, organisation_id))
    organisation = organisations.organisation_row(organisation_id)
    currency = organisation.currency if organisation else ""
    waiting = TopUp.objects.filter(organisation_id=organisation_id, state=TopUp.State.ANNOUNCED).order_by("-pk")
    announced = tuple(TopUpRow(*values) for values in waiting.values_list(*_TOP_UP)[:20])
    return PrepaidOverview(currency, {currency: 0, **prepaid_balances(organisation_id)}, announced)


def statement_rows(
    actor: Actor, organisation_id: int, *, currency: str, limit: int = 50, skip: int = 0
) -> list[PrepaidRow]:
    """Movements of the prepaid account, newest first. Two queries."""
    require(policy.can_see_billing(actor, organisation_id))
    return prepaid_statement(organisation_id, currency=currency, limit=limit, skip=skip)
