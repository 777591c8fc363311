"""Products found while somebody types, in all organisations at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from stellwerk.catalogue.kinds import kind_name, kinds
from stellwerk.products import policy
from stellwerk.products.models import Product
from stellwerk.products.queries.access import granted_to
from stellwerk.products.queries.lists import TITLE, ProductFilter, narrowed_products

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stellwerk.catalogue.kinds import ProductKind
    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """As much of a product as an entry of the search shows."""

    organisation_id: int
    id: int
    kind_code: str
    name: str
    internal_name: str

    @property
    def kind(self) -> ProductKind | None:
        """None when the kind's package is no longer installed."""
        return kinds().get(self.kind_code)

    @property
    def kind_name(self) -> str:
        return kind_name(self.kind_code)

    @property
    def title(self) -> str:
        return self.internal_name or self.name or self.kind_name


def found_products(standing: Iterable[Actor], *, search: str, limit: int = 6) -> list[FoundProduct]:
    """The first products by name that have every word, among those the actors may see where they stand. One query.

    Nothing is counted, and neither tags nor rights are asked for: it is read anew with every letter.
    """
    numbers = {here.organisation_id or 0: here for here in standing}
    allowed = [each for each in numbers.items() if policy.can_list_products(each[1], each[0]).allowed]
    managed = [number for number, here in allowed if policy.sees_all_products(here, number)]
    seen = Q(organisation_id__in=managed)
    for number, here in allowed:
        if number not in managed:
            seen |= Q(granted_to(here.account_id, number), organisation_id=number)
    found = narrowed_products(Product.objects.filter(seen), ProductFilter(search=search)).annotate(label=TITLE)
    columns = ("organisation_id", "pk", "kind_code", "name", "internal_name")
    return [FoundProduct(*values) for values in found.order_by("label", "pk").values_list(*columns)[:limit]]
