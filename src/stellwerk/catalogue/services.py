"""Writes of the catalogue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.catalogue.kinds import kinds
from stellwerk.catalogue.models import Offer, Price
from stellwerk.foundation.money import CURRENCIES
from stellwerk.foundation.orm import insert

if TYPE_CHECKING:
    from stellwerk.catalogue.kinds import OfferDefault, ProductKind

# Default prices hold for every day an instance can know of, also after travelling back for a demo.
VALID_SINCE = date(2020, 1, 1)


@transaction.atomic
def load_default_offers() -> int:
    """Add the offers of installed kinds that the catalogue lacks; answers how many. System-only: after migrations.

    What is there already is the operator's and stays as it is: neither texts nor prices are overwritten.
    """
    known = set(Offer.objects.values_list("code", flat=True))
    missing = [(kind, each) for kind in kinds().values() for each in kind.offers if each.code not in known]
    for kind, default in missing:
        _load(kind, default)
    return len(missing)


def _load(kind: ProductKind, default: OfferDefault) -> None:
    offer = insert(
        Offer(
            code=default.code,
            kind_code=kind.code,
            names=default.name.as_data(),
            summaries=default.summary.as_data(),
            unit=default.unit,
            minimum_quantity=default.minimum_quantity,
            maximum_quantity=default.maximum_quantity,
            quantity_step=default.quantity_step,
            free_quantity=default.free_quantity,
            horizon_months=kind.horizon_months,
            tax_class=kind.tax_class,
            rank=default.rank,
        )
    )
    for currency in CURRENCIES:
        for months, unit_minor in default.prices.items():
            insert(
                Price(
                    offer=offer,
                    currency=currency,
                    period_months=months,
                    unit_minor=unit_minor,
                    valid_from=VALID_SINCE,
                )
            )
