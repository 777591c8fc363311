"""The prepaid account as its page shows it: balance, movements with what they were for, announced deposits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Cast, Substr

from stellwerk.billing import policy
from stellwerk.billing.models import Invoice, LedgerAccount, Payment, TopUp, Transfer
from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.orm import JsonRows
from stellwerk.organisations.queries import organisation_row

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor


class MovementKind(StrEnum):
    """What moved the balance (PRE-017)."""

    TOP_UP = "top_up"
    PAYMENT = "payment"
    TRANSFER = "transfer"  # money of the bank that no document needed
    REFUND = "refund"
    REVERSAL = "reversal"
    WITHDRAWAL = "withdrawal"
    WITHDRAWAL_RETURN = "withdrawal_return"
    FORFEITED = "forfeited"  # given up when the organisation was deleted
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow:
    """One movement. `amount_minor` is signed: above zero it grew. `document` is the number it belongs to."""

    id: int
    kind: MovementKind
    amount_minor: int
    currency: str
    booked_on: date
    created_at: datetime
    document: str = ""
    invoice_id: int | None = None
    top_up_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpRow:
    """A deposit, announced or credited."""

    id: int
    number: str
    amount_minor: int
    currency: str
    iban: str
    reference: str
    state: str
    requested_at: datetime
    credited_at: datetime | None

    @property
    def is_credited(self) -> bool:
        return self.credited_at is not None


_MOVED = ("pk", "signed_minor", "posting__reason", "posting__source", "posting__booked_on", "posting__created_at",
          "posting__currency", "paid", "corrected")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidOverview:
    """Balances by currency; the organisation's own currency is there even before the first deposit."""

    currency: str
    balances: dict[str, int]
    announced: tuple[TopUpRow, ...]


_TOP_UP = ("pk", "number", "amount_minor", "currency", "iban", "reference", "state", "requested_at", "credited_at")


def prepaid_overview(actor: Actor, organisation_id: int) -> PrepaidOverview:
    """Balances and deposits on their way. Three queries."""
    require(policy.can_see_billing(actor, organisation_id))
    organisation = organisation_row(organisation_id)
    if organisation is None:
        raise NotFound
    return PrepaidOverview(
        currency=organisation.currency,
        balances={organisation.currency: 0, **prepaid_balances(organisation_id)},
        announced=tuple(top_up_rows(actor, organisation_id, only_announced=True, limit=20)),
    )


def statement_rows(
    actor: Actor, organisation_id: int, *, currency: str = "", limit: int = 50, skip: int = 0
) -> list[MovementRow]:
    """Movements in a currency, by default the organisation's own; newest first (PRE-002).

    One query: a row brings the document it belongs to.
    """
    require(policy.can_see_billing(actor, organisation_id))
    rows = _transfers(organisation_id, currency).alias(source_id=_SOURCE_ID).annotate(paid=_PAID, corrected=_CORRECTED)
    return [_movement(*values) for values in rows.values_list(*_MOVED)[skip : skip + limit]]


def statement_total(actor: Actor, organisation_id: int, *, currency: str = "") -> int:
    require(policy.can_see_billing(actor, organisation_id))
    return _transfers(organisation_id, currency).count()


# The id behind sources such as `payment:17`.
_SOURCE_ID = Case(
    When(
        posting__source__regex=r"^(payment|invoice):[0-9]+$", then=Cast(Substr("posting__source", 9), BigIntegerField())
    )
)
_PAID = Subquery(
    Payment.objects.filter(pk=OuterRef("source_id"))
    .annotate(found=JsonRows("invoice_id", "invoice__number", "top_up_id", "top_up__number"))
    .values("found")
)
_CORRECTED = Subquery(Invoice.objects.filter(pk=OuterRef("source_id")).values("number"))


def _transfers(organisation_id: int, currency: str) -> QuerySet[Transfer]:
    """What moved the account, signed, newest first."""
    mine = LedgerAccount.objects.filter(organisation_id=organisation_id, kind=AccountKind.PREPAID)
    accounts = mine.filter(currency=currency or F("organisation__currency")).values("pk")
    signed = Case(When(credit__in=accounts, then=F("amount_minor")), default=-F("amount_minor"))
    rows = Transfer.objects.filter(Q(debit__in=accounts) | Q(credit__in=accounts))
    return rows.annotate(signed_minor=signed).order_by("-pk")


def top_up_rows(actor: Actor, organisation_id: int, *, only_announced: bool = False, limit: int = 50) -> list[TopUpRow]:
    """Deposits, newest first. One query."""
    require(policy.can_see_billing(actor, organisation_id))
    rows = TopUp.objects.filter(organisation_id=organisation_id)
    if only_announced:
        rows = rows.filter(state=TopUp.State.ANNOUNCED)
    return [_top_up(*values) for values in rows.order_by("-pk").values_list(*_TOP_UP)[:limit]]


def top_up_row(actor: Actor, organisation_id: int, *, top_up_id: int) -> TopUpRow:
    """Raises NotFound for another organisation's."""
    require(policy.can_see_billing(actor, organisation_id))
    values = TopUp.objects.filter(pk=top_up_id, organisation_id=organisation_id).values_list(*_TOP_UP).first()
    if values is None:
        raise NotFound
    return _top_up(*values)


def _top_up(*values: object) -> TopUpRow:
    return TopUpRow(**dict(zip(("id", *_TOP_UP[1:]), values, strict=True)))  # type: ignore[arg-type]


def _movement(*values: Any) -> MovementRow:
    pk, amount_minor, reason, source, booked_on, created_at, currency, paid, corrected = values
    word, _, number = source.partition(":")
    invoice_id, document, top_up_id, top_up = (None, "", None, "")
    if word == "payment" and paid:
        invoice_id, document, top_up_id, top_up = paid[0]
    elif word == "invoice":
        invoice_id, document = int(number), corrected
    elif word == "withdrawal":
        document = number
    return MovementRow(
        id=pk,
        kind=_kind(reason, word, amount_minor=amount_minor),
        amount_minor=amount_minor,
        currency=currency,
        booked_on=booked_on,
        created_at=created_at,
        document=document or top_up or "",
        invoice_id=invoice_id,
        top_up_id=top_up_id,
    )


def _kind(reason: str, word: str, *, amount_minor: int) -> MovementKind:
    if reason == "reversal":
        return MovementKind.REVERSAL
    if word == "withdrawal" or reason == "forfeited":
        return MovementKind(reason)
    if word == "invoice":
        return MovementKind.REFUND
    if reason == "top_up":
        return MovementKind.TOP_UP
    if reason == "payment":
        return MovementKind.PAYMENT if amount_minor < 0 else MovementKind.TRANSFER
    return MovementKind.OTHER
