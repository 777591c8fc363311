"""Orders as lists and pages show them: frozen rows, a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, Subquery

from stellwerk.billing import policy
from stellwerk.billing.models import Order, OrderLine
from stellwerk.billing.queries.wording import NAMES_IN_A_SUMMARY, summary_text
from stellwerk.billing.rules.order_states import UNPAID
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.orm import JsonRows
from stellwerk.foundation.searching import words_to_find

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineRow:
    """What was ordered, and what became of it. `failure` says why a line could not be carried out."""

    position: int
    offer_code: str
    kind_code: str
    product_name: str
    target: str
    quantity: int
    period_months: int
    net_minor: int
    state: str
    product_id: int | None
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order. `summary` names the first things it is about; `lines` are there on its own page."""

    id: int
    number: str
    state: str
    means: str
    currency: str
    net_minor: int
    vat_minor: int
    gross_minor: int
    billing_reference: str
    renews_automatically: bool
    placed_by_id: int | None
    placed_at: datetime
    expires_on: date
    paid_at: datetime | None
    ended_at: datetime | None
    summary: str = ""
    lines: tuple[OrderLineRow, ...] = ()

    @property
    def is_unpaid(self) -> bool:
        """It can still be paid, and still be cancelled (ORD-021)."""
        return self.state in UNPAID


_ORDER = ("pk", "number", "state", "means", "currency", "net_minor", "vat_minor", "gross_minor", "billing_reference",
          "renews_automatically", "placed_by_id", "placed_at", "expires_on", "paid_at", "ended_at")  # fmt: skip
_LINE = ("position", "offer_code", "kind_code", "product_name", "target", "quantity", "period_months", "net_minor",
         "state", "product_id", "failure")  # fmt: skip
_FIRST_NAMES = Subquery(
    OrderLine.objects.filter(order=OuterRef("pk"), position__lte=NAMES_IN_A_SUMMARY + 1)
    .annotate(names=JsonRows("position", "target", "product_name"))
    .values("names")
)


def order_rows(
    actor: Actor,
    organisation_id: int,
    *,
    search: str = "",
    states: Collection[str] = (),
    limit: int = 50,
    skip: int = 0,
) -> list[OrderRow]:
    """Orders, newest first (ORD-018). One query: the names in an order come with its row."""
    require(policy.can_see_billing(actor, organisation_id))
    found = _found(organisation_id, search, states).order_by("-pk")
    values = found.values_list(*_ORDER, _FIRST_NAMES)[skip : skip + limit]
    return [replace(_row(tuple(columns)), summary=summary_text(names)) for *columns, names in values]


def order_total(actor: Actor, organisation_id: int, *, search: str = "", states: Collection[str] = ()) -> int:
    require(policy.can_see_billing(actor, organisation_id))
    return _found(organisation_id, search, states).count()


def order_detail(actor: Actor, organisation_id: int, *, order_id: int) -> OrderRow:
    """One order with its lines. Two queries. Raises NotFound for another organisation's."""
    require(policy.can_see_billing(actor, organisation_id))
    values = Order.objects.filter(pk=order_id, organisation_id=organisation_id).values_list(*_ORDER).first()
    if values is None:
        raise NotFound
    lines = OrderLine.objects.filter(order_id=order_id).order_by("position").values(*_LINE)
    return replace(_row(values), lines=tuple(OrderLineRow(**line) for line in lines))


def has_order(organisation_id: int, order_id: int) -> bool:
    return Order.objects.filter(pk=order_id, organisation_id=organisation_id).exists()


def _found(organisation_id: int, search: str, states: Collection[str]) -> QuerySet[Order]:
    rows = Order.objects.filter(organisation_id=organisation_id)
    if states:
        rows = rows.filter(state__in=list(states))
    for word in words_to_find(search):
        line = OrderLine.objects.filter(order=OuterRef("pk"))
        named = line.filter(Q(product_name__icontains=word) | Q(target__icontains=word))
        rows = rows.filter(Q(number__icontains=word) | Q(billing_reference__icontains=word) | Exists(named))
    return rows


def _row(values: tuple[Any, ...]) -> OrderRow:
    return OrderRow(**dict(zip(("id", *_ORDER[1:]), values, strict=True)))
