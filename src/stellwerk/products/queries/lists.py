"""Product lists and one product, as a person may see them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, Value, Window

from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.products import policy
from stellwerk.products.models import Product, ProductTag
from stellwerk.products.queries.access import grants_of
from stellwerk.products.rules import ALL_RIGHTS, LIVE, Right, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet

    from stellwerk.catalogue.kinds import ProductKind
    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class TagLabel:
    id: int
    name: str
    color: str


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product in a list or on its page. `rights` are the asking person's."""

    id: int
    organisation_id: int
    kind_code: str
    offer_code: str
    name: str
    internal_name: str
    quantity: int
    period_months: int
    started_on: date
    expires_on: date
    anchor_day: int
    state: State
    renews_automatically: bool
    created_at: datetime
    suspended_on: date | None
    ended_on: date | None
    rights: frozenset[Right] = frozenset()
    tags: tuple[TagLabel, ...] = ()

    @property
    def kind(self) -> ProductKind | None:
        """None when the kind's package is no longer installed."""
        return kinds().get(self.kind_code)

    @property
    def kind_name(self) -> str:
        return str(self.kind.name) if self.kind else self.kind_code

    @property
    def title(self) -> str:
        """What people call it: the own name, else what was ordered, else the kind."""
        return self.internal_name or self.name or self.kind_name

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """What narrows a list. Empty values narrow nothing; by default ended products are left out.

    `search` looks in names, internal names, kind names and tag names (ORG-088).
    """

    search: str = ""
    kind_codes: tuple[str, ...] = ()
    states: tuple[State, ...] = LIVE
    tag_ids: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    internal_name: str = ""
    expires_until: date | None = None
    ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of rows and how many there are on all pages."""

    rows: list[ProductRow] = field(default_factory=list)
    total: int = 0


_COLUMNS = (
    "pk", "organisation_id", "kind_code", "offer_code", "name", "internal_name", "quantity", "period_months",
    "started_on", "expires_on", "anchor_day", "state", "renews_automatically", "created_at", "suspended_on",
    "ended_on",
)  # fmt: skip
_RIGHTS = tuple(Right)
_ORDERS = {
    "name": "name",
    "expires_on": "expires_on",
    "kind": "kind_code",
    "id": "pk",
    "internal_name": "internal_name",
}
_EVERYTHING = ProductFilter()


def product_listing(
    actor: Actor,
    organisation_id: int,
    *,
    narrowed: ProductFilter = _EVERYTHING,
    order: str = "name",
    limit: int = 50,
    skip: int = 0,
) -> Listing:
    """A page of what the actor may see, with the total. Two queries, three when a page lies past the end.

    `order` is one of name, expires_on, kind, id, internal_name, with a minus for descending.
    """
    require(policy.can_list_products(actor, organisation_id))
    found = _narrowed(_visible(actor, organisation_id), narrowed)
    direction = "-" if order.startswith("-") else ""
    column = _ORDERS.get(order.removeprefix("-"), "name")
    rows = found.annotate(total=Window(Count("*"))).order_by(f"{direction}{column}", f"{direction}pk")
    page = list(rows.values_list(*_COLUMNS, *_RIGHTS, "total")[skip : skip + limit])
    total = page[0][-1] if page else (found.count() if skip else 0)
    return Listing(_with_tags([_row(values[:-1]) for values in page]), total)


def product_rows(
    actor: Actor,
    organisation_id: int,
    *,
    narrowed: ProductFilter = _EVERYTHING,
    order: str = "name",
    limit: int = 50,
    skip: int = 0,
) -> list[ProductRow]:
    """Like `product_listing`, without the total."""
    listing = product_listing(actor, organisation_id, narrowed=narrowed, order=order, limit=limit, skip=skip)
    return listing.rows


def product_row(actor: Actor, organisation_id: int, *, product_id: int) -> ProductRow:
    """One product with its tags and the actor's rights; ended ones too. Raises NotFound. Two queries."""
    require(policy.can_list_products(actor, organisation_id))
    values = _visible(actor, organisation_id).filter(pk=product_id).values_list(*_COLUMNS, *_RIGHTS).first()
    if values is None:
        raise NotFound
    return _with_tags([_row(values)])[0]


def _visible(actor: Actor, organisation_id: int) -> QuerySet[Product]:
    """The organisation's products with one column per right; for others than managers only those with a right."""
    products = Product.objects.filter(organisation_id=organisation_id)
    if policy.sees_all_products(actor, organisation_id):
        yes = ExpressionWrapper(Value(value=True), output_field=BooleanField())
        return products.annotate(**dict.fromkeys(_RIGHTS, yes))
    grants = grants_of(actor, organisation_id).filter(product=OuterRef("pk"))
    return products.annotate(**{right: Exists(grants.filter(right=right)) for right in _RIGHTS}).filter(Exists(grants))


def _narrowed(products: QuerySet[Product], narrowed: ProductFilter) -> QuerySet[Product]:
    conditions = {
        "kind_code__in": narrowed.kind_codes,
        "state__in": narrowed.states,
        "name__in": narrowed.names,
        "pk__in": narrowed.ids,
        "expires_on__lte": narrowed.expires_until,
    }
    products = products.filter(**{name: value for name, value in conditions.items() if value})
    if narrowed.internal_name:
        products = products.filter(internal_name__icontains=narrowed.internal_name)
    for tag_id in narrowed.tag_ids:
        products = products.filter(Exists(ProductTag.objects.filter(product=OuterRef("pk"), tag_id=tag_id)))
    return _searched(products, narrowed.search.strip())


def _searched(products: QuerySet[Product], search: str) -> QuerySet[Product]:
    """Every word must be found somewhere."""
    for word in search.split()[:8]:
        tagged = ProductTag.objects.filter(product=OuterRef("pk"), tag__name__icontains=word)
        named = [code for code, kind in kinds().items() if word.casefold() in str(kind.name).casefold()]
        products = products.filter(
            Q(name__icontains=word)
            | Q(internal_name__icontains=word)
            | Q(offer_code__icontains=word)
            | Q(kind_code__in=named)
            | Exists(tagged)
        )
    return products


def _row(values: tuple[object, ...]) -> ProductRow:
    columns, flags = values[: len(_COLUMNS)], values[len(_COLUMNS) :]
    rights = frozenset(right for right, has_it in zip(_RIGHTS, flags, strict=True) if has_it)
    row = dict(zip(_COLUMNS, columns, strict=True))
    row["id"] = row.pop("pk")
    row["state"] = State(str(row["state"]))
    return ProductRow(**row, rights=rights if rights != ALL_RIGHTS else ALL_RIGHTS)  # type: ignore[arg-type]


def _with_tags(rows: Iterable[ProductRow]) -> list[ProductRow]:
    rows = list(rows)
    if not rows:
        return rows
    tagged = ProductTag.objects.filter(product_id__in=[row.id for row in rows]).order_by("tag__name")
    labels: dict[int, list[TagLabel]] = {}
    for product_id, tag_id, name, color in tagged.values_list("product_id", "tag_id", "tag__name", "tag__color"):
        labels.setdefault(product_id, []).append(TagLabel(tag_id, name, color))
    return [replace(row, tags=tuple(labels.get(row.id, ()))) for row in rows]
