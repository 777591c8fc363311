"""Words of documents and lists that are made from catalogue data, in the active language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import ngettext

from stellwerk.catalogue.kinds import Unit
from stellwerk.foundation.months import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.catalogue.queries import OfferRow

NAMES_IN_A_SUMMARY = 2


def summary_text(lines: Iterable[list[Any]]) -> str:
    """What the first lines are about, and an ellipsis for more. A line is its position, its own name, its product's."""
    names = [own_name or product_name for _, own_name, product_name in sorted(lines)]
    return ", ".join(names[:NAMES_IN_A_SUMMARY]) + (" …" if len(names) > NAMES_IN_A_SUMMARY else "")


def period_text(months: int) -> str:
    """`3 months`, `1 year`, `10 years`."""
    if months % MONTHS_PER_YEAR == 0:
        years = months // MONTHS_PER_YEAR
        return ngettext("%(count)s year", "%(count)s years", years) % {"count": years}
    return ngettext("%(count)s month", "%(count)s months", months) % {"count": months}


def quantity_text(offer: OfferRow, quantity: int) -> str:
    """`5 users`, `10 addresses`; nothing for what is sold one at a time."""
    if offer.unit is Unit.USER:
        return ngettext("%(count)s user", "%(count)s users", quantity) % {"count": quantity}
    if offer.unit is Unit.ADDRESS:
        return ngettext("%(count)s address", "%(count)s addresses", quantity) % {"count": quantity}
    return "" if offer.has_one_quantity else str(quantity)


def offer_text(offer: OfferRow, *, quantity: int, period_months: int) -> str:
    """What was bought for how long: `10 addresses, 1 year`. The first free units are named, because they are free."""
    parts = [quantity_text(offer, quantity), period_text(period_months)]
    if offer.free_quantity:
        free = ngettext("%(count)s of them free", "%(count)s of them free", offer.free_quantity)
        parts.insert(1, free % {"count": offer.free_quantity})
    return ", ".join(part for part in parts if part)
