"""The durations an offer is sold for, with what each costs (ORD-008)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.billing.queries.wording import period_text
from stellwerk.billing.rules.amounts import amount_text
from stellwerk.catalogue import queries as catalogue
from stellwerk.foundation import clock

if TYPE_CHECKING:
    from stellwerk.catalogue.queries import OfferRow, PriceRow


def duration_choices(offer: OfferRow, *, currency: str) -> list[tuple[int, str]]:
    """For a form: 1 year, CHF 9.60. The price is that of the smallest quantity. One query."""
    found = catalogue.prices(currency=currency, on=clock.today(), offer_codes=[offer.code])
    return [
        (months, f"{period_text(months)}, {_price(offer, price, currency)}")
        for (_code, months), price in sorted(found.items())
    ]


def _price(offer: OfferRow, price: PriceRow, currency: str) -> str:
    return amount_text(catalogue.net_minor(offer, price, quantity=offer.minimum_quantity), currency)
