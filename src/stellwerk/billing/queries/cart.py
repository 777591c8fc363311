"""The cart with present prices, tax and everything that stands in the way of ordering it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.billing import policy
from stellwerk.billing.errors import refusal
from stellwerk.billing.models import CartLine
from stellwerk.billing.queries.addresses import address_id_of, invoiced_at, row_of
from stellwerk.billing.queries.pricing import price_table, priced_line
from stellwerk.billing.queries.quotes import PricedLine, Quote, quote_for
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.catalogue import queries as catalogue
from stellwerk.catalogue.errors import OfferUnknown, PriceMissing
from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import DomainError, Invalid, RuleBroken
from stellwerk.foundation.months import months_later
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries as products

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from stellwerk.catalogue.queries import OfferRow, PriceRow
    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.queries import OrganisationRow


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    """One duration a line may have, with its net price and the day it would be paid until (ORD-008)."""

    period_months: int
    net_minor: int
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLineRow:
    """One line of the cart. `seen_net_minor` differs from the present net when the price changed (ORD-005).

    `problem` is the refusal that ordering would give for this line (ORD-007); such a line counts for nothing.
    """

    id: int
    position: int
    offer_code: str
    offer_name: str
    quantity: int
    period_months: int
    target: str
    seen_net_minor: int
    line: PricedLine | None
    offer: OfferRow | None
    choices: tuple[PeriodChoice, ...]
    problem: DomainError | None

    @property
    def net_minor(self) -> int:
        return self.line.net_minor if self.line else 0

    @property
    def has_new_price(self) -> bool:
        return self.line is not None and self.line.net_minor != self.seen_net_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class CartQuote:
    """The whole cart, priced for the billing address chosen for it.

    `problem` is what stands in the way of the whole, the tax for instance.
    """

    organisation: OrganisationRow
    recipient: OrganisationRow  # the organisation at the chosen address
    currency: str
    lines: tuple[CartLineRow, ...]
    quote: Quote
    problem: DomainError | None
    asks_for_vat_number: bool

    @property
    def organisation_id(self) -> int:
        return self.organisation.id

    @property
    def address_id(self) -> int:
        return address_id_of(self.recipient)

    @property
    def is_orderable(self) -> bool:
        return bool(self.lines) and self.problem is None and all(line.problem is None for line in self.lines)

    @property
    def gross_minor(self) -> int:
        return self.quote.gross_minor


def cart_quote(actor: Actor, organisation_id: int) -> CartQuote:
    """The cart as it would be ordered now, in the active language. Raises NotFound, AccessDenied."""
    require(policy.can_see_cart(actor, organisation_id))
    return quoted_cart(organisation_id)


def quoted_cart(organisation_id: int) -> CartQuote:
    """The same for services that have asked the policy already."""
    organisation = organisations.existing_organisation(organisation_id)
    today = clock.today()
    stored = _stored(organisation_id)
    address = stored[0].cart.billing_address if stored else None
    recipient = invoiced_at(organisation, row_of(address) if address else None)
    lines = _lines(stored, organisation_id, recipient.currency, today)
    priced = [line.line for line in lines if line.line is not None and line.problem is None]
    quote, problem = _taxed(recipient, priced, today)
    return CartQuote(
        organisation=organisation,
        recipient=recipient,
        currency=recipient.currency,
        lines=lines,
        quote=quote,
        problem=problem,
        asks_for_vat_number=recipient.lacks_vat_number,
    )


def cart_count(organisation_id: int) -> int:
    """How many lines the cart holds, for the badge. One query."""
    return CartLine.objects.filter(cart__organisation_id=organisation_id).count()


def has_cart_line(organisation_id: int, line_id: int) -> bool:
    """Whether the line stands in this organisation's cart; another one's does not exist."""
    return CartLine.objects.filter(pk=line_id, cart__organisation_id=organisation_id).exists()


def _taxed(recipient: OrganisationRow, lines: Sequence[PricedLine], today: date) -> tuple[Quote, DomainError | None]:
    try:
        return quote_for(recipient, lines, currency=recipient.currency, on=today), None
    except BillingRefused as refused:
        nothing = quote_for(recipient, [], currency=recipient.currency, on=today)
        return nothing, refusal(refused.code, **refused.context)


def _stored(organisation_id: int) -> list[CartLine]:
    """With the cart and its billing address, in one query."""
    lines = CartLine.objects.filter(cart__organisation_id=organisation_id).order_by("pk")
    return list(lines.select_related("cart__billing_address"))


def _lines(stored: Sequence[CartLine], organisation_id: int, currency: str, today: date) -> tuple[CartLineRow, ...]:
    codes = {line.offer_code for line in stored}
    offers = {row.code: row for row in catalogue.offers(codes=codes)} if codes else {}
    prices = price_table(codes, currency=currency, on=today) if codes else {}
    taken = _taken(stored, offers, organisation_id)
    earlier: list[CartLine] = []
    rows = []
    for position, line in enumerate(stored, start=1):
        offer, table = offers.get(line.offer_code), prices.get(line.offer_code, {})
        problem = _problem(line, offer, table, today) or taken.get(line.pk) or _duplicate(line, offer, earlier, offers)
        earlier.append(line)
        rows.append(_row(line, position, offer, table, problem, today))
    return tuple(rows)


def _taken(
    stored: Sequence[CartLine], offers: dict[str, OfferRow], organisation_id: int
) -> dict[int, DomainError | None]:
    """What is owned already, by line. One query for the whole cart."""
    installed = kinds()
    sold = [(line, offers[line.offer_code]) for line in stored if line.offer_code in offers]
    known = [(line, offer.kind) for line, offer in sold if offer.kind_code in installed]
    refused = products.duplicate_refusals(organisation_id, [(kind, line.target) for line, kind in known])
    return {line.pk: found for (line, _kind), found in zip(known, refused, strict=True)}


def _problem(line: CartLine, offer: OfferRow | None, table: dict[int, PriceRow], today: date) -> DomainError | None:
    if offer is None or not offer.is_sold(today):
        return OfferUnknown()
    if line.period_months not in table:
        return PriceMissing()
    errors = catalogue.quantity_errors(offer, line.quantity)
    if errors:
        return Invalid(*errors)
    try:
        offer.kind.checked_target(line.target)
    except DomainError as refused:
        return refused
    return None


def _duplicate(
    line: CartLine, offer: OfferRow | None, earlier: Sequence[CartLine], offers: dict[str, OfferRow]
) -> DomainError | None:
    """Two Suites, or one domain twice, in the same cart."""
    if offer is None:
        return None
    alike = [each for each in earlier if (known := offers.get(each.offer_code)) and known.kind_code == offer.kind_code]
    only_one = offer.kind.unique_per_organisation
    if only_one is not None and alike:
        return RuleBroken(only_one.code, text=str(only_one.text))
    if offer.kind.unique_name is not None and any(each.target == line.target for each in alike):
        return refusal("target_already_in_cart", target=line.target)
    return None


def _row(
    line: CartLine,
    position: int,
    offer: OfferRow | None,
    table: dict[int, PriceRow],
    problem: DomainError | None,
    today: date,
) -> CartLineRow:
    price = table.get(line.period_months)
    is_priced = offer is not None and price is not None and line.quantity > 0
    return CartLineRow(
        id=line.pk,
        position=position,
        offer_code=line.offer_code,
        offer_name=offer.name if offer else line.offer_code,
        quantity=line.quantity,
        period_months=line.period_months,
        target=line.target,
        seen_net_minor=line.seen_net_minor,
        line=priced_line(offer, price, quantity=line.quantity, object_name=line.target)
        if is_priced and offer and price
        else None,
        offer=offer,
        choices=_choices(offer, table, line.quantity, today) if offer else (),
        problem=problem,
    )


def _choices(offer: OfferRow, table: dict[int, PriceRow], quantity: int, today: date) -> tuple[PeriodChoice, ...]:
    return tuple(
        PeriodChoice(months, catalogue.net_minor(offer, price, quantity=quantity), months_later(today, months))
        for months, price in sorted(table.items())
    )
