"""Due items, payments and the prepaid account on the wire (BIL-001…024, PAY-016, PRE-002…007)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator, model_validator

from stellwerk.billing.api import visibility as _registers_itself  # noqa: F401  who sees what
from stellwerk.billing.api.carts import LONGEST_DURATION, PeriodOut
from stellwerk.billing.api.outputs import amount
from stellwerk.billing.queries import prepaid
from stellwerk.billing.queries.addresses import LARGEST_NUMBER
from stellwerk.billing.queries.due_items import DueChoice
from stellwerk.billing.queries.due_rows import ORDERS, DueScope, Until, due_page
from stellwerk.billing.queries.payments import payment_rows, payment_total
from stellwerk.billing.rules.numbers import LONGEST_REFERENCE
from stellwerk.billing.services.pay_selection import Selection, pay_selection
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.foundation.edge.api import (
    ApiRequest,
    Id,
    Input,
    Listing,
    MoneyOut,
    Output,
    Router,
    day,
    page_of,
    refuse_repetition,
    require_one_of,
    seconds,
    success,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.billing.queries.due_rows import DueRow
    from stellwerk.billing.queries.payments import PaymentRow
    from stellwerk.billing.queries.prepaid import MovementRow, TopUpRow

router = Router("Payments")
MOST_ITEMS = 5_000
PREPAID = "accounts/{organisation_id}/prepaid"


class DueItemOut(Output):
    """Exactly one of `product_id` and `invoice_id`. `due_on` is the product's first day no longer paid for, or the last
    day on which the invoice is payable. `amount` is net for a product, what is open for an invoice.
    """

    product_id: int | None
    invoice_id: int | None
    name: str
    offer_name: str
    quantity: int
    due_on: str
    state: Literal["due", "overdue", "suspended", "announced"]
    period_months: int | None
    amount: MoneyOut
    periods: list[PeriodOut]
    renews_automatically: bool
    announced_invoice_id: int | None


class PaymentOut(Output):
    """Money that came, and where it went. A reversal names the payment it undoes."""

    id: int
    means: Literal["prepaid", "bank_transfer"]
    amount: MoneyOut
    to_invoice: MoneyOut
    to_prepaid: MoneyOut
    paid_on: str
    invoice_id: int | None
    invoice_number: str | None
    reverses_id: int | None


class PaidOut(Output):
    """`invoice_ids` of the new invoices, one for each billing address, none when only open invoices were paid.

    `invoice_id` is the first of them; `open` is what is left to transfer of all.
    """

    invoice_id: int | None
    invoice_ids: list[int]
    open: MoneyOut | None


class TopUpOut(Output):
    id: int
    number: str
    amount: MoneyOut
    iban: str
    reference: str
    state: str
    created_at: int
    credited_at: int | None


class PrepaidOut(Output):
    """`balances` in every currency the organisation has an account in; `announced` deposits are on their way."""

    balances: list[MoneyOut]
    announced: list[TopUpOut]


class MovementOut(Output):
    """`amount` is above zero where the balance grew."""

    id: int
    kind: Literal[
        "top_up", "payment", "transfer", "refund", "reversal", "withdrawal", "withdrawal_return", "forfeited", "other"
    ]
    amount: MoneyOut
    booked_on: str
    document: str
    invoice_id: int | None


class Item(Input):
    """A product with the duration wanted (its own without one), or an open invoice."""

    product_id: Id | None = None
    invoice_id: Id | None = None
    period_months: int | None = Field(default=None, ge=1, le=LONGEST_DURATION)
    keeps_period: bool = True

    @model_validator(mode="after")
    def names_one_thing(self) -> Item:
        require_one_of(self, "product_id", "invoice_id")
        return self


class NewPayment(Input):
    """One payment for everything named, at most 5,000 items. `expected_gross` in minor units refuses another price
    (`cart_changed`).

    `billing_address_id` invoices all of it to one address, 0 is the organisation's own; without it each product goes
    to the address set for it.
    """

    items: list[Item] = Field(min_length=1, max_length=MOST_ITEMS)
    means: Literal["prepaid", "bank_transfer"]
    uses_balance: bool = False
    replaces_announcements: bool = False
    billing_reference: str = Field(default="", max_length=LONGEST_REFERENCE)
    billing_address_id: int | None = Field(default=None, ge=0, le=LARGEST_NUMBER)
    expected_gross: int | None = Field(default=None, ge=0)

    @field_validator("items")
    @classmethod
    def names_each_once(cls, items: list[Item]) -> list[Item]:
        refuse_repetition([(item.product_id, item.invoice_id) for item in items])
        return items


class NewTopUp(Input):
    """`amount` in minor units, 10 to 999900."""

    amount: int = Field(ge=1)
    currency: Literal["CHF", "EUR"]


@router.get(
    "accounts/{organisation_id}/due-items",
    scope="billing",
    answer=DueItemOut,
    listing=Listing(filters={"until": Literal["next_two_months", "all", "overdue"]}, order=tuple(ORDERS)),
)
def due_items(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """What expires or is open: within two months and everything overdue, unless `filter[until]` says otherwise."""
    asked = request.asked
    scope = DueScope(
        until=Until(asked.filters.get("until", Until.NEXT_TWO_MONTHS)),
        search=asked.search,
        order=asked.order,
        limit=asked.limit,
        skip=asked.skip,
    )
    found = due_page(request.actor, organisation_id, scope=scope)
    return page_of(request, rows=lambda: [_due_item(row) for row in found.rows], total=lambda: found.total)


@router.get(
    "accounts/{organisation_id}/payments",
    scope="billing",
    answer=PaymentOut,
    listing=Listing(is_searchable=False),
)
def payments(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Payments, newest first."""
    actor, asked = request.actor, request.asked
    return page_of(
        request,
        rows=lambda: [
            _payment(row) for row in payment_rows(actor, organisation_id, limit=asked.limit, skip=asked.skip)
        ],
        total=lambda: payment_total(actor, organisation_id),
    )


@router.post("accounts/{organisation_id}/payments", scope="billing", answer=PaidOut, status=201, waits=True)
def pay(request: ApiRequest, organisation_id: int, entries: NewPayment) -> HttpResponse:
    """Pay due items. 201 when they are paid; 202 while a transfer is waited for."""
    invoices = pay_selection(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=Selection(
            items=tuple(DueChoice(**item.model_dump()) for item in entries.items),
            means=entries.means,
            expected_gross_minor=entries.expected_gross,
            replaces_announcements=entries.replaces_announcements,
            uses_balance=entries.uses_balance,
            billing_reference=entries.billing_reference,
            address_id=entries.billing_address_id,
        ),
    )
    open_minor = sum(each.open_minor for each in invoices)
    is_waiting = entries.means == "bank_transfer" and (not invoices or open_minor > 0)
    data = {
        "invoice_id": invoices[0].pk if invoices else None,
        "invoice_ids": [each.pk for each in invoices],
        "open": amount(open_minor, invoices[0].currency) if invoices else None,
    }
    return success(data, status=202 if is_waiting else 201)


@router.get(PREPAID, scope="billing", answer=PrepaidOut)
def prepaid_account(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Balances, and deposits on their way."""
    overview = prepaid.prepaid_overview(request.actor, organisation_id)
    return success(
        {
            "balances": [amount(minor, currency) for currency, minor in overview.balances.items()],
            "announced": [_top_up(row) for row in overview.announced],
        }
    )


@router.get(
    f"{PREPAID}/movements",
    scope="billing",
    answer=MovementOut,
    listing=Listing(filters={"currency": Literal["CHF", "EUR"]}, is_searchable=False),
)
def movements(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Movements of the account in the organisation's currency, or in that of `filter[currency]`; newest first."""
    actor, asked = request.actor, request.asked
    currency = asked.filters.get("currency", "")
    return page_of(
        request,
        rows=lambda: [
            _movement(row)
            for row in prepaid.statement_rows(
                actor, organisation_id, currency=currency, limit=asked.limit, skip=asked.skip
            )
        ],
        total=lambda: prepaid.statement_total(actor, organisation_id, currency=currency),
    )


@router.post(f"{PREPAID}/top-ups", scope="billing", answer=TopUpOut, status=201)
def top_up(request: ApiRequest, organisation_id: int, entries: NewTopUp) -> HttpResponse:
    """Announce a deposit; it is credited when the bank confirms it."""
    announced = request_top_up(
        actor=request.actor, organisation_id=organisation_id, amount_minor=entries.amount, currency=entries.currency
    )
    return success(_top_up(prepaid.top_up_row(request.actor, organisation_id, top_up_id=announced.pk)), status=201)


def _due_item(row: DueRow) -> dict[str, Any]:
    return {
        "product_id": row.product_id,
        "invoice_id": row.invoice_id,
        "name": row.name,
        "offer_name": row.offer_name,
        "quantity": row.quantity,
        "due_on": day(row.due_on),
        "state": row.state.value,
        "period_months": row.period_months,
        "amount": amount(row.amount_minor, row.currency),
        "periods": [
            {
                "period_months": choice.period_months,
                "net": amount(choice.net_minor, row.currency),
                "expires_on": day(choice.expires_on),
            }
            for choice in row.choices
        ],
        "renews_automatically": row.renews_automatically,
        "announced_invoice_id": row.announced_invoice_id,
    }


def _payment(row: PaymentRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "means": row.means,
        "amount": amount(row.amount_minor, row.currency),
        "to_invoice": amount(row.to_invoice_minor, row.currency),
        "to_prepaid": amount(row.to_prepaid_minor, row.currency),
        "paid_on": day(row.paid_on),
        "invoice_id": row.invoice_id,
        "invoice_number": row.invoice_number,
        "reverses_id": row.reverses_id,
    }


def _top_up(row: TopUpRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "amount": amount(row.amount_minor, row.currency),
        "iban": row.iban,
        "reference": row.reference,
        "state": row.state,
        "created_at": seconds(row.requested_at),
        "credited_at": seconds(row.credited_at),
    }


def _movement(row: MovementRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind.value,
        "amount": amount(row.amount_minor, row.currency),
        "booked_on": day(row.booked_on),
        "document": row.document,
        "invoice_id": row.invoice_id,
    }
