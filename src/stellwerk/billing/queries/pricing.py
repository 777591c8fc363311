"""From offers and prices to the lines of quotes and invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.billing.queries.quotes import PricedLine
from stellwerk.billing.queries.wording import offer_text
from stellwerk.catalogue import queries as catalogue

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.catalogue.queries import OfferRow, PriceRow


def priced_line(offer: OfferRow, price: PriceRow, *, quantity: int, object_name: str = "") -> PricedLine:
    """A line at list price, worded in the active language. What is sold in packs is counted in packs."""
    packs = -(-quantity // offer.quantity_step)
    return PricedLine(
        product_name=offer.name,
        object_name=object_name,
        offer_text=offer_text(offer, quantity=quantity, period_months=price.period_months),
        quantity=packs,
        unit_price_minor=price.unit_minor,
        net_minor=catalogue.net_minor(offer, price, quantity=quantity),
    )


def price_table(offer_codes: set[str], *, currency: str, on: date) -> dict[str, dict[int, PriceRow]]:
    """The prices of a day by offer and months, shortest first. One query."""
    table: dict[str, dict[int, PriceRow]] = {code: {} for code in offer_codes}
    for (code, months), row in catalogue.prices(currency=currency, on=on, offer_codes=offer_codes).items():
        table[code][months] = row
    return table
