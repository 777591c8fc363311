"""Paid time is added to products, one by one or a whole renewal run at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import OuterRef, Subquery

from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import SYSTEM, Actor
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.orm import insert_many
from stellwerk.products.errors import AlreadyExtended, IllegalStep
from stellwerk.products.events import ProductExtended
from stellwerk.products.models import Product, ProductExtension
from stellwerk.products.rules import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

MOST_AT_ONCE = 5_000  # rows held in memory and parameters of one statement
_EXTENDABLE = (State.ACTIVE, State.SUSPENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """Paid time: from the product's present expiry to `until`. `source` names the payment's line once and for ever."""

    product_id: int
    until: date
    period_months: int
    source: str


@transaction.atomic
def extend_product(*, product_id: int, until: date, period_months: int, source: str, actor: Actor = SYSTEM) -> None:
    """Extend one product from its current expiry, not from today (BIL-013). System-only: after payment.

    A second call with the same `source` does nothing. Publishes ProductExtended.
    Raises NotFound; IllegalStep for a product that has ended; AlreadyExtended when it is paid beyond `until`.
    """
    entry = Extension(product_id=product_id, until=until, period_months=period_months, source=source)
    if extend_products(batch=[entry], actor=actor) or ProductExtension.objects.filter(source=source).exists():
        return
    state = Product.objects.filter(pk=product_id).values_list("state", flat=True).first()
    if state is None:
        raise NotFound
    raise IllegalStep if state not in _EXTENDABLE else AlreadyExtended


@transaction.atomic
def extend_products(*, batch: Sequence[Extension], actor: Actor = SYSTEM) -> frozenset[int]:
    """Extend a batch, at most 5000 products; answers the ids extended by this call. System-only: the renewal run.

    Left out: sources done before, products that have ended, products paid beyond `until` already. A product may
    stand in a batch once. Six statements whatever the size. Publishes ProductExtended for each.
    Raises ValueError for a batch that is too long or names a product twice.
    """
    ids = [each.product_id for each in batch]
    if len(batch) > MOST_AT_ONCE or len(set(ids)) != len(ids):
        raise ValueError(f"A batch holds each product once, and at most {MOST_AT_ONCE} of them")
    done = set(ProductExtension.objects.filter(source__in=[x.source for x in batch]).values_list("source", flat=True))
    # In primary-key order: two runs that lock the same products in opposite order would wait for each other (40P01).
    rows = Product.objects.select_for_update().filter(pk__in=ids, state__in=list(_EXTENDABLE)).order_by("pk")
    products = {row.pk: row for row in rows}
    accepted = [
        each
        for each in batch
        if each.source not in done and each.product_id in products and each.until > products[each.product_id].expires_on
    ]
    if not accepted:
        return frozenset()
    _write(accepted, products)
    events.publish_many([_extended(each, products[each.product_id]) for each in accepted], actor=actor)
    return frozenset(each.product_id for each in accepted)


def _write(accepted: Sequence[Extension], products: dict[int, Product]) -> None:
    now = clock.now()
    insert_many(
        [
            ProductExtension(
                organisation_id=products[each.product_id].organisation_id,
                product_id=each.product_id,
                source=each.source,
                from_on=products[each.product_id].expires_on,
                until_on=each.until,
                period_months=each.period_months,
                created_at=now,
            )
            for each in accepted
        ]
    )
    # The expiry is the end of the last extension: one statement reads it from the rows just written.
    latest = ProductExtension.objects.filter(product=OuterRef("pk")).order_by("-from_on")
    Product.objects.filter(pk__in=[each.product_id for each in accepted]).update(
        expires_on=Subquery(latest.values("until_on")[:1]), period_months=Subquery(latest.values("period_months")[:1])
    )


def _extended(entry: Extension, product: Product) -> ProductExtended:
    return ProductExtended(
        **product.identity,
        source=entry.source,
        from_on=product.expires_on.isoformat(),
        until_on=entry.until.isoformat(),
    )
