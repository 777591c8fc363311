"""Product lists and one product, as a person may see them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Value,
    Window,
)
from django.db.models.functions import Coalesce, Lower, NullIf

from stellwerk.catalogue.kinds import kind_name, kinds
from stellwerk.foundation.actor import MANAGERS
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.months import last_day
from stellwerk.foundation.orm import JsonRows
from stellwerk.foundation.prepared import Prepared
from stellwerk.foundation.searching import words_to_find
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy
from stellwerk.products.models import Product, ProductTag
from stellwerk.products.queries.access import all_rights_on, granted_anywhere, granted_to, rights_column, rights_from
from stellwerk.products.rules import ENDLESS_MONTHS, LIVE, TAG_CLASSES, State

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from stellwerk.catalogue.kinds import ProductKind
    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class TagLabel:
    id: int
    name: str
    color: str

    @property
    def css_class(self) -> str:
        return TAG_CLASSES.get(self.color, "")


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
    taken_over_on: date | None
    rights: frozenset[str] = frozenset()
    tags: tuple[TagLabel, ...] = ()

    @property
    def kind(self) -> ProductKind | None:
        """None when the kind's package is no longer installed."""
        return kinds().get(self.kind_code)

    @property
    def kind_name(self) -> str:
        return kind_name(self.kind_code)

    @property
    def title(self) -> str:
        """What people call it: the own name, else what was ordered, else the kind."""
        return self.internal_name or self.name or self.kind_name

    @property
    def owned_since_on(self) -> date:
        """The day it came to its organisation: by a transfer, else the first day of the product (OWN-004)."""
        return self.taken_over_on or self.started_on

    @property
    def last_on(self) -> date:
        """The last day paid for."""
        return last_day(self.expires_on)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_endless(self) -> bool:
        """Free of charge and without an end: nothing to pay, nothing to renew."""
        return self.period_months >= ENDLESS_MONTHS


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    """What narrows a list. Empty values narrow nothing; by default ended products are left out.

    `search` looks in names, internal names, kind names and tag names (ORG-088).
    """

    ids: tuple[int, ...] = ()
    search: str = ""
    kind_codes: tuple[str, ...] = ()
    states: tuple[State, ...] = LIVE
    tag_ids: tuple[int, ...] = ()
    name: str = ""
    internal_name: str = ""
    expires_until: date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of rows and how many there are on all pages."""

    rows: list[ProductRow] = field(default_factory=list)
    total: int = 0


_COLUMNS = (
    "pk", "organisation_id", "kind_code", "offer_code", "name", "internal_name", "quantity", "period_months",
    "started_on", "expires_on", "anchor_day", "state", "renews_automatically", "created_at", "suspended_on",
    "ended_on", "taken_over_on",
)  # fmt: skip
# Column by column what a row is made of; the columns of rights and the total come after these.
_FIELDS = ("id", *_COLUMNS[1:], "tags")
_TAGS = Subquery(
    ProductTag.objects.filter(product=OuterRef("pk"))
    .annotate(labels=JsonRows("tag_id", "tag__name", "tag__color"))
    .values("labels")
)
_IDS = ("id", "-id", "pk", "-pk")
# A page is short and wants the total with its rows; a long list is asked for its rows, and its length is the total.
_COUNTED_UP_TO = 100
TITLE = Lower(Coalesce(NullIf("internal_name", Value("")), NullIf("name", Value("")), "kind_code"))
ORDERS = ("label", "name", "internal_name", "kind_code", "expires_on", "created_at", "id")
_EVERYTHING = ProductFilter()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What somebody may see of `products`.

    `asked` are the columns that decide about rights, of people who do not have all of them everywhere: what was
    `granted`, and whether the person has `managed` the organisation.
    """

    products: QuerySet[Product]
    allowed: Q = field(default_factory=Q)
    asked: dict[str, Any] = field(default_factory=dict)

    def rows(self) -> QuerySet[Product]:
        return self.products.filter(self.allowed)

    def within(self, **condition: object) -> _Seen:
        return replace(self, products=self.products.filter(**condition))


def product_listing(
    actor: Actor,
    organisation_id: int,
    *,
    narrowed: ProductFilter = _EVERYTHING,
    order: Sequence[str] = ("label",),
    limit: int = 50,
    skip: int = 0,
) -> Listing:
    """A page of what the actor may see, with the total. One query, two where a page lies past the end or is full.

    `order` holds names of ORDERS, with a minus for descending.
    """
    require(policy.can_list_products(actor, organisation_id))
    part = slice(skip, skip + limit)
    if narrowed == _EVERYTHING and policy.sees_all_products(actor, organisation_id):
        return _everything(organisation_id, order, part)
    return _listing(_visible(actor, organisation_id), narrowed, order, part)


def listing_everywhere(
    actor: Actor,
    *,
    narrowed: ProductFilter = _EVERYTHING,
    order: Sequence[str] = ("label",),
    limit: int = 50,
    skip: int = 0,
    closed: Collection[int] = (),
) -> Listing:
    """Like `product_listing`, over all organisations that the person belongs to but the `closed` ones.

    One query, two as there.
    """
    require(policy.through_door(actor, write=False))
    seen = _visible_to_member(actor.account_id or 0)
    if actor.only_organisation_id is not None:
        seen = seen.within(organisation_id=actor.only_organisation_id)
    if closed:
        seen = replace(seen, products=seen.products.exclude(organisation_id__in=closed))
    return _listing(seen, narrowed, order, slice(skip, skip + limit))


def listing_of_member(
    account_id: int, organisation_id: int, *, narrowed: ProductFilter = _EVERYTHING, limit: int = 50, skip: int = 0
) -> Listing:
    """What a member of the organisation may use, by id. No person asks. One query, two as in `product_listing`."""
    seen = _visible_to_member(account_id).within(organisation_id=organisation_id)
    return _listing(seen, narrowed, ("id",), slice(skip, skip + limit))


def product_rows(
    actor: Actor,
    organisation_id: int,
    *,
    narrowed: ProductFilter = _EVERYTHING,
    order: Sequence[str] = ("label",),
    limit: int = 50,
    skip: int = 0,
) -> list[ProductRow]:
    """Like `product_listing`, without the total."""
    return product_listing(actor, organisation_id, narrowed=narrowed, order=order, limit=limit, skip=skip).rows


def product_row(actor: Actor, organisation_id: int, *, product_id: int) -> ProductRow:
    """One product with its tags and the actor's rights; ended ones too. Raises NotFound. One query."""
    require(policy.can_list_products(actor, organisation_id))
    seen = _visible(actor, organisation_id).within(pk=product_id)
    found = seen.rows().annotate(labels=_TAGS, **seen.asked)
    values = found.values_list(*_COLUMNS, "labels", *seen.asked).first()
    if values is None:
        raise NotFound
    return _row(values, seen.asked)


def sees_product(actor: Actor, organisation_id: int, *, product_id: int) -> bool:
    """Whether the product exists for the actor. One query."""
    return actor.works_in(organisation_id) and _visible(actor, organisation_id).within(pk=product_id).rows().exists()


def organisation_of(product_id: int) -> int | None:
    """For doors that then ask what the actor may see there. One query."""
    return Product.objects.filter(pk=product_id).values_list("organisation_id", flat=True).first()


def _listing(seen: _Seen, narrowed: ProductFilter, order: Sequence[str], part: slice) -> Listing:
    found = narrowed_products(seen.rows(), narrowed)
    query = _rows_of(seen, found, order, part)
    return _page(list(query), seen.asked, part, found.count)


def _everything(organisation_id: int, order: Sequence[str], part: slice) -> Listing:
    """What managers ask most: the live products of their organisation, unnarrowed. One prepared query."""
    rows = _prepared(tuple(order), part.start, part.stop).rows(organisation_id)
    return _page(rows, (), part, lambda: _live_products_of(organisation_id).count())


@lru_cache(maxsize=256)
def _prepared(order: tuple[str, ...], start: int, stop: int) -> Prepared:
    everything = _Seen(Product.objects.all())
    return Prepared(
        lambda organisation_id: _rows_of(everything, _live_products_of(organisation_id), order, slice(start, stop)), int
    )


def _live_products_of(organisation_id: int) -> QuerySet[Product]:
    return Product.objects.filter(organisation_id=organisation_id, state__in=LIVE)


def _rows_of(
    seen: _Seen, found: QuerySet[Product], order: Sequence[str], part: slice
) -> QuerySet[Product, tuple[Any, ...]]:
    by, columns = order if order[-1] in _IDS else (*order, "id"), (*_COLUMNS, "labels", *seen.asked)
    rows = _ordered(found, by)
    total: Window | Subquery = Window(Count("*"))
    is_counted = part.stop - part.start <= _COUNTED_UP_TO
    if part.start:
        # Chosen first: tags and grants would be looked up for every row of the pages before, too.
        total = Subquery(found.order_by().values(total=total)[:1])
        rows, part = _ordered(seen.products.filter(pk__in=rows.values("pk")[part]), by), slice(None)
    if is_counted:
        rows = rows.annotate(total=total)
        columns = (*columns, "total")
    return rows.annotate(labels=_TAGS, **seen.asked).values_list(*columns)[part]


def _ordered(products: QuerySet[Product], by: Sequence[str]) -> QuerySet[Product]:
    named = products.annotate(label=TITLE) if "label" in {name.lstrip("-") for name in by} else products
    return named.order_by(*by)


def _page(values: list[Sequence[Any]], asked: Collection[str], part: slice, count: Callable[[], int]) -> Listing:
    if values and part.stop - part.start <= _COUNTED_UP_TO:
        total = values[0][-1]
    elif (values or not part.start) and len(values) < part.stop - part.start:
        total = part.start + len(values)
    else:
        total = count()
    return Listing([_row(each, asked) for each in values], total)


def _visible(actor: Actor, organisation_id: int) -> _Seen:
    """All of the organisation's products for managers; for others those with a right, and what was granted on each."""
    products = Product.objects.filter(organisation_id=organisation_id)
    if policy.sees_all_products(actor, organisation_id):
        return _Seen(products)
    granted = rights_column(actor.account_id, organisation_id)
    return _Seen(products, granted_to(actor.account_id, organisation_id), {"granted": granted})


def _visible_to_member(account_id: int) -> _Seen:
    """What the person's roles and grants give in each organisation that the person belongs to today."""
    is_mine = Q(organisation__memberships__account_id=account_id)
    mine = FilteredRelation("organisation__memberships", condition=is_mine)
    current = organisations.unended("mine__")
    products = Product.objects.annotate(mine=mine).filter(current, mine__isnull=False, organisation__deleted_at=None)
    is_managed = Q(mine__role__in=list(MANAGERS))
    granted = rights_column(account_id, OuterRef("organisation_id"))
    asked = {"granted": granted, "managed": _condition(is_managed)}
    return _Seen(products, is_managed | granted_anywhere(account_id), asked)


def _condition(condition: Q | Value) -> ExpressionWrapper[Q | Value]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def narrowed_products(products: QuerySet[Product], narrowed: ProductFilter) -> QuerySet[Product]:
    conditions = {
        "pk__in": narrowed.ids,
        "kind_code__in": narrowed.kind_codes,
        "state__in": narrowed.states,
        "name__icontains": narrowed.name,
        "internal_name__icontains": narrowed.internal_name,
        "expires_on__lte": narrowed.expires_until,
    }
    products = products.filter(**{name: value for name, value in conditions.items() if value})
    for tag_id in narrowed.tag_ids:
        products = products.filter(Exists(ProductTag.objects.filter(product=OuterRef("pk"), tag_id=tag_id)))
    return _searched(products, narrowed.search.strip())


def _searched(products: QuerySet[Product], search: str) -> QuerySet[Product]:
    """Every word must be found somewhere."""
    for word in words_to_find(search):
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


def _row(values: Sequence[Any], asked: Collection[str]) -> ProductRow:
    """One row. Where nothing was asked about rights the actor has all of them."""
    row = dict(zip(_FIELDS, values, strict=False))
    row["state"] = State(row["state"])
    row["tags"] = tuple(TagLabel(*label) for label in sorted(row["tags"], key=itemgetter(1))) if row["tags"] else ()
    answers = dict(zip(asked, values[len(_FIELDS) :], strict=False))
    if asked and not answers.get("managed"):
        return ProductRow(**row, rights=rights_from(row["kind_code"], answers["granted"]))
    return ProductRow(**row, rights=all_rights_on(row["kind_code"]))
