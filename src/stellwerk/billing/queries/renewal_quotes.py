"""What the next period of products costs on a day: the same lines for a person who pays and for the renewal run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import override

from stellwerk.billing.errors import refusal
from stellwerk.billing.queries.addresses import address_id_of
from stellwerk.billing.queries.pricing import priced_line
from stellwerk.billing.queries.quotes import PricedLine, Quote, quote_for
from stellwerk.billing.rules.periods import next_period
from stellwerk.catalogue import queries as catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from stellwerk.catalogue.queries import OfferRow, PriceRow
    from stellwerk.organisations.queries import OrganisationRow
    from stellwerk.products.queries import OwnedProduct


@dataclass(frozen=True, slots=True)
class Tariff:
    """Offers and prices valid on one day, read once for a whole batch (REN-022), and the lines worded so far."""

    on: date
    offers: Mapping[str, OfferRow]
    prices: Mapping[tuple[str, str, int], PriceRow]
    lines: dict[tuple[str, int, int, str, str], PricedLine] = field(default_factory=dict)


def tariff(offer_codes: Iterable[str], *, currencies: Iterable[str], on: date) -> Tariff:
    """One query; none for no offers."""
    codes = set(offer_codes)
    found = catalogue.tariffs(on=on, currencies=sorted(set(currencies)), codes=codes) if codes else []
    return Tariff(
        on,
        {each.offer.code: each.offer for each in found},
        {
            (currency, each.offer.code, months): price
            for each in found
            for (currency, months), price in each.prices.items()
        },
    )


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
        raise refusal("product_not_renewable", name=product.title)
    price = tariff.prices.get((currency, offer.code, months))
    if price is None:
        raise refusal("period_not_offered", offer_name=offer.name, period_months=months)
    key = (offer.code, months, product.quantity, currency, language)
    if key not in tariff.lines:
        with override(language):
            tariff.lines[key] = priced_line(offer, price, quantity=product.quantity)
    period = next_period(product.expires_on, months, anchor_day=product.anchor_day)
    return replace(
        tariff.lines[key],
        object_name=product.name,
        period_from=period.start_on,
        period_to=period.expires_on,
        product_id=product.id,
    )


class RenewalQuotes:
    """Quotes of one day. The same items of an organisation are computed once: a notice and the charge agree."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff
        self._known: dict[tuple[int, int, tuple[int, ...]], Quote] = {}

    def quote(self, recipient: OrganisationRow, products: Sequence[OwnedProduct]) -> Quote:
        """All items for one billing address in one quote (REN-016). Raises RuleBroken, BillingRefused."""
        key = (recipient.id, address_id_of(recipient), tuple(each.id for each in products))
        if key not in self._known:
            lines = [
                renewal_line(each, tariff=self.tariff, currency=recipient.currency, language=recipient.language)
                for each in products
            ]
            self._known[key] = quote_for(recipient, lines, currency=recipient.currency, on=self.tariff.on)
        return self._known[key]
