"""What expires in one organisation, page by page, for lists and sums of what is to be paid. No person asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import BigIntegerField, Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf

from stellwerk.catalogue import queries as catalogue
from stellwerk.foundation.orm import by_code_point
from stellwerk.foundation.searching import words_to_find
from stellwerk.products.models import Product, ProductTag
from stellwerk.products.queries.owned import OWNED_COLUMNS, RENEWABLE, PricedProduct, owned
from stellwerk.products.rules import ENDLESS_MONTHS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from stellwerk.catalogue.queries import Tariff

# What a due list may be sorted by; ids decide between equals.
DUE_ORDERS: Final = ("expires_on", "called", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFilter:
    """Which products of an organisation are looked at: what expires on `until` or before, narrowed by the rest."""

    until: date
    search: str = ""
    tag_id: int | None = None
    renews_automatically: bool | None = None


@dataclass(frozen=True, slots=True)
class DueListing:
    """One page, how many there are on all pages, and how many expire until each day that was asked for."""

    rows: list[PricedProduct]
    total: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DueTerms:
    """As much of a due product as its next price depends on; `count` products of equal terms have no `id`."""

    id: int | None
    offer_code: str
    quantity: int
    period_months: int
    expires_on: date
    anchor_day: int
    count: int = 1


def due_listing(
    organisation_id: int,
    *,
    narrowed: DueFilter,
    on: date,
    order: Sequence[str],
    part: slice,
    count: Sequence[date] = (),
) -> DueListing:
    """A page of due products with their prices on a day. What is free of charge without an end never is due.

    `order` holds names of DUE_ORDERS, with a minus for descending. The days of `count` are counted over everything
    that is due, not over what is narrowed. One query; two where an empty page leaves a number unknown.
    """
    found = _narrowed(organisation_id, narrowed)
    every = _due(organisation_id)
    counts = [_number(found), *(_number(every.filter(expires_on__lte=day)) for day in count)]
    names = [f"count_{place}" for place in range(len(counts))]
    offer, prices = catalogue.tariff_columns(
        code=OuterRef("offer_code"), currency=OuterRef("organisation__currency"), on=on
    )
    # The page is chosen first: SQLite would look up the prices of every row before it sorts.
    page = found.order_by(*order)[part].values("pk")
    rows = Product.objects.filter(pk__in=page).annotate(called=_TITLE).order_by(*order)
    rows = rows.annotate(sold_as=offer, costs=prices, **dict(zip(names, counts, strict=True)))
    columns = (*OWNED_COLUMNS, "organisation__currency", "sold_as", "costs", *names)
    values = list(rows.values_list(*columns))
    if values:
        numbers: Sequence[int | None] = values[0][-len(names) :]
    else:
        numbers = _numbers(organisation_id, names, counts) if part.start or count else [0]
    return DueListing(_priced(values), numbers[0] or 0, tuple(number or 0 for number in numbers[1:]))


def due_terms(
    organisation_id: int,
    *,
    narrowed: DueFilter,
    only: Collection[int] | None = None,
    without: Collection[int] = (),
) -> list[DueTerms]:
    """The terms of all due products, or of those named, by expiry and id. One query."""
    found = _narrowed(organisation_id, narrowed)
    if only is not None:
        found = found.filter(pk__in=list(only))
    left_out = frozenset(without)
    rows = found.order_by("expires_on", "pk").values_list("pk", *_TERMS)
    return [DueTerms(*values) for values in rows if values[0] not in left_out]


def counted_due_terms(
    organisation_id: int, *, narrowed: DueFilter, without: Collection[int], apart: Collection[int]
) -> list[DueTerms]:
    """The same with equal terms in one row, by expiry; each product of `apart` keeps its own. One query.

    Thousands of products expire on a few hundred days.
    """
    alike = Case(When(pk__in=list(apart), then=F("pk")), default=Value(0), output_field=BigIntegerField())
    found = _narrowed(organisation_id, narrowed).exclude(pk__in=list(without)).order_by("expires_on")
    rows = found.values_list(alike, *_TERMS).annotate(count=Count("pk"))
    return [DueTerms(own or None, *values) for own, *values in rows]


def _priced(rows: Iterable[Sequence[Any]]) -> list[PricedProduct]:
    """Hundreds of products share a few offers: each tariff is read once."""
    tariffs: dict[tuple[str, str], Tariff | None] = {}
    found = []
    width = len(OWNED_COLUMNS)
    for row in rows:
        product, (currency, sold_as, costs) = owned(*row[:width]), row[width : width + 3]
        key = (product.offer_code, currency)
        if key not in tariffs:
            tariffs[key] = catalogue.tariff_of(sold_as, costs)
        found.append(PricedProduct(product, currency, tariffs[key]))
    return found


_TERMS: Final = ("offer_code", "quantity", "period_months", "expires_on", "anchor_day")
_TITLE = by_code_point(Coalesce(NullIf("internal_name", Value("")), NullIf("name", Value("")), "offer_code"))


def _due(organisation_id: int) -> QuerySet[Product]:
    return Product.objects.filter(
        organisation_id=organisation_id, state__in=list(RENEWABLE), period_months__lt=ENDLESS_MONTHS
    )


def _narrowed(organisation_id: int, narrowed: DueFilter) -> QuerySet[Product]:
    found = _due(organisation_id).filter(expires_on__lte=narrowed.until).annotate(called=_TITLE)
    if narrowed.renews_automatically is not None:
        found = found.filter(renews_automatically=narrowed.renews_automatically)
    if narrowed.tag_id is not None:
        found = found.filter(Exists(ProductTag.objects.filter(product=OuterRef("pk"), tag_id=narrowed.tag_id)))
    for word in words_to_find(narrowed.search):
        named = Q(name__icontains=word) | Q(internal_name__icontains=word) | Q(offer_code__icontains=word)
        found = found.filter(named)
    return found


def _number(products: QuerySet[Product]) -> Subquery:
    """How many there are, as a column of other rows; NULL for none."""
    return Subquery(products.order_by().values("organisation_id").annotate(number=Count("pk")).values("number"))


def _numbers(organisation_id: int, names: Sequence[str], counts: Sequence[Subquery]) -> Sequence[int | None]:
    """The same numbers where the page is empty; nothing at all is due where no row is left to carry them."""
    rows = Product.objects.filter(organisation_id=organisation_id).annotate(**dict(zip(names, counts, strict=True)))
    return rows.values_list(*names).first() or [0] * len(names)
