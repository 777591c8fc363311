"""Tags of an organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Lower

from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.orm import JsonRows
from stellwerk.foundation.searching import words_to_find
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy
from stellwerk.products.models import Product, Tag
from stellwerk.products.queries.access import granted_to, holds_somewhere
from stellwerk.products.rules import TAG_CLASSES, Right

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.foundation.actor import Actor
    from stellwerk.foundation.decisions import Decision


@dataclass(frozen=True, slots=True)
class TagRow:
    """`product_count` counts the products the asking person may see."""

    id: int
    name: str
    color: str
    product_count: int

    @property
    def css_class(self) -> str:
        return TAG_CLASSES.get(self.color, "")


@dataclass(frozen=True, slots=True)
class FoundTag:
    """A tag in one of one's own organisations."""

    organisation_id: int
    id: int
    name: str


def found_tags(standing: Iterable[Actor], *, search: str, limit: int = 6) -> list[FoundTag]:
    """Tags whose name has every word, in the organisations in which the actors stand (ORG-088). One query."""
    numbers = {here.organisation_id or 0: here for here in standing}
    places = [number for number, here in numbers.items() if policy.can_see_tags(here, number).allowed]
    rows = Tag.objects.filter(organisation_id__in=places)
    for word in words_to_find(search):
        rows = rows.filter(name__icontains=word)
    return [FoundTag(*row) for row in rows.order_by("name", "pk").values_list("organisation_id", "pk", "name")[:limit]]


def tag_rows(actor: Actor, organisation_id: int, *, limit: int = 500, skip: int = 0) -> list[TagRow]:
    """The organisation's tags by name (ORG-085). One query."""
    require(policy.can_see_tags(actor, organisation_id))
    return _rows(actor, organisation_id, Q(), limit, skip)


def may_create_tags(actor: Actor, organisation_id: int) -> Decision:
    """At most one query (ORG-084, ORG-087)."""
    has_right = holds_somewhere(actor, organisation_id, right=Right.TECHNICAL)
    return policy.can_create_tags(actor, organisation_id, has_technical_right=has_right)


def tag_total(actor: Actor, organisation_id: int) -> int:
    require(policy.can_see_tags(actor, organisation_id))
    return Tag.objects.filter(organisation_id=organisation_id).count()


def has_tag(organisation_id: int, tag_id: int) -> bool:
    """For doors that ask before anything else is looked at."""
    return Tag.objects.filter(pk=tag_id, organisation_id=organisation_id).exists()


def tag_row(actor: Actor, organisation_id: int, *, tag_id: int) -> TagRow:
    """Raises NotFound. One query."""
    require(policy.can_see_tags(actor, organisation_id))
    rows = _rows(actor, organisation_id, Q(pk=tag_id), 1, 0)
    if not rows:
        raise NotFound
    return rows[0]


def _rows(actor: Actor, organisation_id: int, condition: Q, limit: int, skip: int) -> list[TagRow]:
    counted = Q(products__isnull=False)
    if not policy.sees_all_products(actor, organisation_id):
        seen = Product.objects.filter(granted_to(actor.account_id, organisation_id), organisation_id=organisation_id)
        counted = Q(products__product__in=seen.values("pk"))
    tags = Tag.objects.filter(condition, organisation_id=organisation_id).annotate(
        product_count=Count("products__product", filter=counted, distinct=True)
    )
    columns = ("pk", "name", "color", "product_count")
    return [TagRow(*values) for values in tags.order_by(Lower("name"), "pk").values_list(*columns)[skip : skip + limit]]


def _as_words(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """By name, as a list of organisations shows them."""
    by_name = sorted(rows, key=lambda row: row[1].lower())
    return [{"id": pk, "name": name, "color": color} for pk, name, color in by_name]


organisations.add_column(
    "tags",
    column=Subquery(
        Tag.objects.filter(organisation_id=OuterRef("organisation_id"))
        .annotate(words=JsonRows("pk", "name", "color"))
        .values("words")
    ),
    shown=_as_words,
)
