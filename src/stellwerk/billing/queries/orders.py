"""Orders as the organisation's people see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing import policy
from stellwerk.billing.models import Invoice, Order, OrderLine
from stellwerk.billing.rules.order_states import UNPAID
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor

_COLUMNS = (
    "pk", "number", "state", "means", "currency", "net_minor", "vat_minor", "gross_minor", "placed_at", "expires_on",
    "placed_by_id", "billing_reference",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in the list."""

    id: int
    number: str
    state: str
    means: str
    currency: str
    net_minor: int
    vat_minor: int
    gross_minor: int
    placed_at: datetime
    expires_on: date
    placed_by_id: int | None
    billing_reference: str

    @property
    def is_unpaid(self) -> bool:
        return self.state in UNPAID


@dataclass(frozen=True, slots=True)
class OrderLineRow:
    """One line, and what became of it. `failure` is told to the buyer (ORD-023)."""

    id: int
    position: int
    offer_code: str
    product_name: str
    target: str
    quantity: int
    period_months: int
    net_minor: int
    state: str
    product_id: int | None
    failure: str


@dataclass(frozen=True, slots=True)
class OrderDocument:
    """An invoice or credit note of the order."""

    id: int
    kind: str
    number: str
    gross_minor: int
    open_minor: int
    due_on: date | None
    iban: str
    reference: str


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with lines and documents; the first document is its invoice."""

    order: OrderRow
    lines: tuple[OrderLineRow, ...]
    documents: tuple[OrderDocument, ...]


def order_rows(
    actor: Actor, organisation_id: int, *, states: Collection[str] = (), limit: int = 50, skip: int = 0
) -> list[OrderRow]:
    """The newest first. One query."""
    found = _visible(actor, organisation_id, states).order_by("-pk").values_list(*_COLUMNS)
    return [OrderRow(*values) for values in found[skip : skip + limit]]


def order_total(actor: Actor, organisation_id: int, *, states: Collection[str] = ()) -> int:
    """How many there are."""
    return _visible(actor, organisation_id, states).count()


def order_detail(actor: Actor, organisation_id: int, *, order_id: int) -> OrderDetail:
    """One order; three queries. Raises NotFound."""
    values = _visible(actor, organisation_id).filter(pk=order_id).values_list(*_COLUMNS).first()
    if values is None:
        raise NotFound
    lines = OrderLine.objects.filter(order_id=order_id).order_by("position")
    columns = ("pk", "position", "offer_code", "product_name", "target", "quantity", "period_months", "net_minor",
               "state", "product_id", "failure")  # fmt: skip
    documents = Invoice.objects.filter(order_id=order_id).order_by("pk")
    printed = ("pk", "kind", "number", "gross_minor", "open_minor", "due_on", "iban", "reference")
    return OrderDetail(
        OrderRow(*values),
        tuple(OrderLineRow(*line) for line in lines.values_list(*columns)),
        tuple(OrderDocument(*document) for document in documents.values_list(*printed)),
    )


def _visible(actor: Actor, organisation_id: int, states: Collection[str] = ()) -> QuerySet[Order]:
    require(policy.can_see_billing(actor, organisation_id))
    orders = Order.objects.filter(organisation_id=organisation_id)
    return orders.filter(state__in=list(states)) if states else orders
