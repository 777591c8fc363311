"""What the next period of products costs on a day: the same lines for a person who pays and for the renewal run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import override

from stellwerk.billing.errors import refusal
from stellwerk.billing.queries.pricing import priced_line
from stellwerk.billing.queries.quotes import PricedLine, Quote, quote_for
from stellwerk.billing.rules.periods import next_period
from stellwerk.catalogue import queries as catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from stellwerk.catalogue.queries import OfferRow, PriceRow
    from stellwerk.organisations.queries import OrganisationRow
    from stellwerk.products.queries import OwnedProduct


@dataclass(frozen=True, slots=True)
class Tariff:
    """Offers and prices valid on one day, read once for a whole batch (REN-022)."""

    on: date
    offers: Mapping[str, OfferRow]
    prices: Mapping[tuple[str, str, int], PriceRow]


def tariff(offer_codes: Iterable[str], *, currencies: Iterable[str], on: date) -> Tariff:
    """One query for the offers and one for the prices of each currency."""
    codes = set(offer_codes)
    offers = {each.code: each for each in catalogue.offers(codes=codes)} if codes else {}
    prices = {
        (currency, code, months): price
        for currency in sorted(set(currencies))
        for (code, months), price in (
            catalogue.prices(currency=currency, on=on, offer_codes=codes) if codes else {}
        ).items()
    }
    return Tariff(on, offers, prices)


def renewal_line(
    product: OwnedProduct, *, tariff: Tariff, currency: str, language: str, period_months: int | None = None
) -> PricedLine:
    """The position of one more period, counted from the current expiry (BIL-013), in the document's language.

    `period_months` None keeps the product's duration. Raises RuleBroken product_not_renewable for an unknown offer,
    period_not_offered for a duration without a price.
    """
    months = product.period_months if period_months is None else period_months
    offer = tariff.offers.get(product.offer_code)
    if offer is None:
        raise refusal("product_not_renewable", name=product.name or product.offer_code)
    price = tariff.prices.get((currency, offer.code, months))
    if price is None:
        raise refusal("period_not_offered", offer_name=offer.name, period_months=months)
    with override(language):
        line = priced_line(offer, price, quantity=product.quantity, object_name=product.name)
    period = next_period(product.expires_on, months, anchor_day=product.anchor_day)
    return line.dated(period.start_on, period.expires_on, product_id=product.id)


def renewal_quote(recipient: OrganisationRow, products: Iterable[OwnedProduct], *, tariff: Tariff) -> Quote:
    """All items of one organisation in one quote (REN-016). Raises RuleBroken, BillingRefused."""
    lines = [
        renewal_line(each, tariff=tariff, currency=recipient.currency, language=recipient.language) for each in products
    ]
    return quote_for(recipient, lines, currency=recipient.currency, on=tariff.on)
