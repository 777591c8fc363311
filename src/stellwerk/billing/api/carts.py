"""The cart on the wire: the same checks as on the page, every problem at its line (ORD-005…008, ORD-026)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from stellwerk.billing.api import visibility as _registers_itself  # noqa: F401  who sees what
from stellwerk.billing.api.outputs import TotalsOut, amount, totals
from stellwerk.billing.queries.addresses import LARGEST_NUMBER
from stellwerk.billing.queries.cart import cart_quote
from stellwerk.billing.services.addresses import choose_cart_address
from stellwerk.billing.services.fill_cart import (
    NewCartLine,
    accept_cart_prices,
    add_to_cart,
    change_cart_line,
    empty_cart,
    remove_cart_line,
)
from stellwerk.foundation.edge.api import ApiRequest, Input, MoneyOut, Output, ProblemOut, Router, day, problem, success
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.billing.queries.cart import CartLineRow, CartQuote

router = Router("Cart")
CART = "accounts/{organisation_id}/cart"
LINE = "accounts/{organisation_id}/cart/lines/{line_id}"
LARGEST_QUANTITY = 1_000_000
LONGEST_DURATION = 1200  # months


class PeriodOut(Output):
    """A duration the line may have; `expires_on` is the first day no longer paid for if it began today."""

    period_months: int
    net: MoneyOut
    expires_on: str


class LineOut(Output):
    """`seen_net` differs from `net` when the price changed since the line was put into the cart."""

    id: int
    position: int
    offer_code: str
    offer_name: str
    target: str
    quantity: int
    period_months: int
    net: MoneyOut
    seen_net: MoneyOut
    periods: list[PeriodOut]
    problem: ProblemOut | None


class CartOut(Output):
    """`billing_address_id` is where the invoice will go; 0 is the organisation's own address. The renewals of what is
    ordered go to another one, too.
    """

    billing_address_id: int
    currency: str
    lines: list[LineOut]
    totals: TotalsOut
    is_orderable: bool
    problem: ProblemOut | None
    asks_for_vat_number: bool


class NewLine(Input):
    """`target` is what the product is for: the domain name for a domain."""

    offer_code: str = Field(min_length=1, max_length=50)
    period_months: int = Field(ge=1, le=LONGEST_DURATION)
    quantity: int = Field(default=1, ge=1, le=LARGEST_QUANTITY)
    target: str = Field(default="", max_length=253)


class ChangedLine(Input):
    period_months: int | None = Field(default=None, ge=1, le=LONGEST_DURATION)
    quantity: int | None = Field(default=None, ge=1, le=LARGEST_QUANTITY)


class ChangedCart(Input):
    billing_address_id: int = Field(ge=0, le=LARGEST_NUMBER)


@router.get(CART, scope="billing", answer=CartOut)
def cart(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The cart with present prices, tax and everything that stands in the way of ordering it."""
    return _answer(request, organisation_id)


@router.patch(CART, scope="billing", answer=CartOut)
def choose(request: ApiRequest, organisation_id: int, entries: ChangedCart) -> HttpResponse:
    """Choose where the invoice of the next order goes; answers the cart with the VAT of that address."""
    choose_cart_address(actor=request.actor, organisation_id=organisation_id, address_id=entries.billing_address_id)
    return _answer(request, organisation_id)


@router.delete(CART, scope="billing")
def empty(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """Take everything out of the cart."""
    empty_cart(actor=request.actor, organisation_id=organisation_id)
    return success(data=True)


@router.post(f"{CART}/lines", scope="billing", answer=CartOut, status=201)
def add_line(request: ApiRequest, organisation_id: int, entries: NewLine) -> HttpResponse:
    """Put one more line into the cart; answers the whole cart."""
    new = NewCartLine(**entries.model_dump())
    add_to_cart(actor=request.actor, organisation_id=organisation_id, entries=new)
    return _answer(request, organisation_id, status=201)


@router.patch(LINE, scope="billing", answer=CartOut)
def change_line(request: ApiRequest, organisation_id: int, line_id: int, entries: ChangedLine) -> HttpResponse:
    """Choose another quantity or duration; answers the whole cart."""
    lines = cart_quote(request.actor, organisation_id).lines
    present = next((line for line in lines if line.id == line_id), None)
    if present is None:
        raise NotFound
    change_cart_line(
        actor=request.actor,
        organisation_id=organisation_id,
        line_id=line_id,
        quantity=entries.quantity or present.quantity,
        period_months=entries.period_months or present.period_months,
    )
    return _answer(request, organisation_id)


@router.delete(LINE, scope="billing")
def remove_line(request: ApiRequest, organisation_id: int, line_id: int) -> HttpResponse:
    """Take one line out of the cart."""
    remove_cart_line(actor=request.actor, organisation_id=organisation_id, line_id=line_id)
    return success(data=True)


@router.post(f"{CART}/prices", scope="billing", answer=CartOut)
def accept_prices(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The present prices are seen: `seen_net` becomes `net` on every line."""
    accept_cart_prices(actor=request.actor, organisation_id=organisation_id)
    return _answer(request, organisation_id)


def _answer(request: ApiRequest, organisation_id: int, *, status: int = 200) -> HttpResponse:
    return success(_cart(cart_quote(request.actor, organisation_id)), status=status)


def _cart(quote: CartQuote) -> dict[str, Any]:
    return {
        "billing_address_id": quote.address_id,
        "currency": quote.currency,
        "lines": [_line(line, quote.currency) for line in quote.lines],
        "totals": totals(quote.quote.totals, quote.currency),
        "is_orderable": quote.is_orderable,
        "problem": problem(quote.problem),
        "asks_for_vat_number": quote.asks_for_vat_number,
    }


def _line(line: CartLineRow, currency: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "position": line.position,
        "offer_code": line.offer_code,
        "offer_name": line.offer_name,
        "target": line.target,
        "quantity": line.quantity,
        "period_months": line.period_months,
        "net": amount(line.net_minor, currency),
        "seen_net": amount(line.seen_net_minor, currency),
        "periods": [
            {
                "period_months": choice.period_months,
                "net": amount(choice.net_minor, currency),
                "expires_on": day(choice.expires_on),
            }
            for choice in line.choices
        ],
        "problem": problem(line.problem),
    }
