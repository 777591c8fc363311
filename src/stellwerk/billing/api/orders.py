"""Orders on the wire, placed with the same checks as on the page (ORD-016…026)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from stellwerk.billing.api import visibility as _registers_itself  # noqa: F401  who sees what
from stellwerk.billing.api.outputs import amount
from stellwerk.billing.queries.invoices import invoice_of_order
from stellwerk.billing.queries.orders import order_detail, order_rows, order_total
from stellwerk.billing.rules.numbers import LONGEST_REFERENCE
from stellwerk.billing.services.end_order import cancel_order
from stellwerk.billing.services.place_order import Checkout, place_order
from stellwerk.foundation.edge.api import (
    ApiRequest,
    Input,
    Listing,
    MoneyOut,
    Output,
    Router,
    day,
    page_of,
    seconds,
    success,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.billing.queries.invoices import InvoiceToSettle
    from stellwerk.billing.queries.orders import OrderRow

router = Router("Orders")
ORDERS = "accounts/{organisation_id}/orders"
ORDER = "accounts/{organisation_id}/orders/{order_id}"
State = Literal[
    "awaiting_payment", "payment_pending", "paid", "blocked", "fulfilling", "fulfilled", "partly_fulfilled",
    "cancelled", "refunded", "expired",
]  # fmt: skip
Means = Literal["prepaid", "bank_transfer"]


class OrderLineOut(Output):
    """`product_id` once the line is carried out; `failure` says why it could not be."""

    position: int
    offer_code: str
    product_name: str
    target: str
    quantity: int
    period_months: int
    net: MoneyOut
    state: Literal["waiting", "fulfilled", "failed"]
    product_id: int | None
    failure: str | None


class TransferOut(Output):
    """How to pay what is open. The exact amount with this reference settles the invoice."""

    amount: MoneyOut
    iban: str
    reference: str
    payable_until: str | None


class OrderOut(Output):
    """`transfer` while something is to be paid; `lines`, `invoice_id` and `transfer` only for one order."""

    id: int
    number: str
    state: State
    means: Literal["free", "prepaid", "bank_transfer"]
    net: MoneyOut
    vat: MoneyOut
    gross: MoneyOut
    billing_reference: str
    renews_automatically: bool
    created_at: int
    expires_on: str
    paid_at: int | None
    ended_at: int | None
    lines: list[OrderLineOut] | None = None
    invoice_id: int | None = None
    transfer: TransferOut | None = None


class NewOrder(Input):
    """The binding order of what the cart holds. `expected_gross` is the total that was seen, in minor units: with it an
    order at another price is refused (`cart_changed`).
    """

    means: Means
    accepts_terms: bool
    expected_gross: int | None = Field(default=None, ge=0)
    uses_balance: bool = False
    billing_reference: str = Field(default="", max_length=LONGEST_REFERENCE)
    wants_immediate_start: bool = False
    renews_automatically: bool = False


@router.get(
    ORDERS,
    scope="billing",
    answer=OrderOut,
    listing=Listing(filters={"state": list[State]}),
)
def orders(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The orders of an organisation, newest first; `search` looks in numbers, references and names."""
    actor, asked = request.actor, request.asked
    narrowed = {"search": asked.search, "states": asked.filters.get("state", ())}
    return page_of(
        request,
        rows=lambda: [
            _order(row) for row in order_rows(actor, organisation_id, limit=asked.limit, skip=asked.skip, **narrowed)
        ],
        total=lambda: order_total(actor, organisation_id, **narrowed),
    )


@router.post(ORDERS, scope="billing", answer=OrderOut, status=201, waits=True)
def create_order(request: ApiRequest, organisation_id: int, entries: NewOrder) -> HttpResponse:
    """Order the cart. 201 when it is paid at once; 202 while it waits for payment, with how to pay (ORD-026)."""
    placed = place_order(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=Checkout(
            means=entries.means,
            accepts_terms=entries.accepts_terms,
            expected_gross_minor=entries.expected_gross,
            uses_balance=entries.uses_balance,
            billing_reference=entries.billing_reference,
            wants_immediate_start=entries.wants_immediate_start,
            renews_automatically=entries.renews_automatically,
        ),
    )
    row = order_detail(request.actor, organisation_id, order_id=placed.pk)
    return success(_detail(request, organisation_id, row), status=202 if row.is_unpaid else 201)


@router.get(ORDER, scope="billing", answer=OrderOut)
def order(request: ApiRequest, organisation_id: int, order_id: int) -> HttpResponse:
    """One order with its lines and what is to be paid."""
    row = order_detail(request.actor, organisation_id, order_id=order_id)
    return success(_detail(request, organisation_id, row))


@router.post(f"{ORDER}/cancellation", scope="billing", answer=OrderOut)
def cancel(request: ApiRequest, organisation_id: int, order_id: int) -> HttpResponse:
    """Cancel an unpaid order; its invoice is credited."""
    cancel_order(actor=request.actor, organisation_id=organisation_id, order_id=order_id)
    row = order_detail(request.actor, organisation_id, order_id=order_id)
    return success(_detail(request, organisation_id, row))


def _detail(request: ApiRequest, organisation_id: int, row: OrderRow) -> dict[str, Any]:
    document = invoice_of_order(request.actor, organisation_id, order_id=row.id)
    return {
        **_order(row),
        "lines": [
            {
                "position": line.position,
                "offer_code": line.offer_code,
                "product_name": line.product_name,
                "target": line.target,
                "quantity": line.quantity,
                "period_months": line.period_months,
                "net": amount(line.net_minor, row.currency),
                "state": line.state,
                "product_id": line.product_id,
                "failure": line.failure or None,
            }
            for line in row.lines
        ],
        "invoice_id": document.row.id if document else None,
        "transfer": _transfer(document) if document and document.row.open_minor else None,
    }


def _order(row: OrderRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "state": row.state,
        "means": row.means,
        "net": amount(row.net_minor, row.currency),
        "vat": amount(row.vat_minor, row.currency),
        "gross": amount(row.gross_minor, row.currency),
        "billing_reference": row.billing_reference,
        "renews_automatically": row.renews_automatically,
        "created_at": seconds(row.placed_at),
        "expires_on": day(row.expires_on),
        "paid_at": seconds(row.paid_at),
        "ended_at": seconds(row.ended_at),
    }


def _transfer(document: InvoiceToSettle) -> dict[str, Any]:
    return {
        "amount": amount(document.row.open_minor, document.row.currency),
        "iban": document.iban,
        "reference": document.reference,
        "payable_until": day(document.row.due_on),
    }
