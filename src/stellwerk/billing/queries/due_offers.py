"""The durations that due products are offered, and what each costs. No query of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.billing.queries.cart import PeriodChoice
from stellwerk.billing.rules.periods import exceeds_horizon
from stellwerk.catalogue import queries as catalogue
from stellwerk.foundation.months import months_later

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from stellwerk.catalogue.queries import Tariff
    from stellwerk.products.queries import DueTerms, OwnedProduct


class Offered:
    """The durations of products of one organisation on one day.

    Thousands of products share a few hundred ends and a few offers, so choices are computed once for all alike.
    """

    def __init__(self, today: date) -> None:
        self._today = today
        self._known: dict[tuple[object, ...], tuple[tuple[PeriodChoice, ...], dict[int, int]]] = {}

    def choices(self, product: OwnedProduct | DueTerms, sold: Tariff | None) -> tuple[PeriodChoice, ...]:
        return self._of(product, sold)[0]

    def nets(self, product: OwnedProduct | DueTerms, sold: Tariff | None) -> Mapping[int, int]:
        """By duration, in minor units."""
        return self._of(product, sold)[1]

    def _of(
        self, product: OwnedProduct | DueTerms, sold: Tariff | None
    ) -> tuple[tuple[PeriodChoice, ...], dict[int, int]]:
        key = (product.offer_code, product.quantity, product.expires_on, product.anchor_day)
        if key not in self._known:
            choices = _choices(product, sold, self._today)
            self._known[key] = choices, {choice.period_months: choice.net_minor for choice in choices}
        return self._known[key]


def _choices(product: OwnedProduct | DueTerms, sold: Tariff | None, today: date) -> tuple[PeriodChoice, ...]:
    """Durations within the horizon, with the expiry each leads to (BIL-020…023)."""
    if sold is None:
        return ()
    choices = (
        PeriodChoice(
            months,
            catalogue.net_minor(sold.offer, price, quantity=product.quantity),
            months_later(product.expires_on, months, anchor_day=product.anchor_day),
        )
        for (_currency, months), price in sold.prices.items()
    )
    return tuple(
        each
        for each in choices
        if not exceeds_horizon(each.expires_on, today=today, horizon_months=sold.offer.horizon_months)
    )
