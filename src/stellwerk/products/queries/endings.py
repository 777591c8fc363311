"""Access that ends soon, for those who hold it and those who gave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from stellwerk.foundation import clock
from stellwerk.organisations import queries as organisations
from stellwerk.products.models import ProductGrant

if TYPE_CHECKING:
    from datetime import date

DAYS_BEFORE = 7


@dataclass(frozen=True, slots=True)
class EndingAccess:
    """What one person or team loses on one day. `products` are names, `kind_codes` wider targets, "" everything."""

    organisation_id: int
    account_id: int | None
    holder: str
    granted_by_id: int | None
    ends_on: date
    products: tuple[str, ...]
    kind_codes: tuple[str, ...]


def ending_access() -> list[EndingAccess]:
    """What ends within a week, by organisation, holder, giver and day, of people who still belong there. One query."""
    today = clock.today()
    belongs = Q(account__isnull=True) | Q(
        organisations.unended("account__memberships__"),
        account__memberships__organisation_id=F("organisation_id"),
    )
    rows = ProductGrant.objects.filter(belongs, ends_on__gte=today, ends_on__lte=today + timedelta(days=DAYS_BEFORE))
    columns = (
        "organisation_id", "account_id", "team_id", "granted_by_id", "ends_on", "account__first_name",
        "account__last_name", "account__email", "team__name", "product__internal_name", "product__name",
        "product__offer_code", "kind_code", "product_id",
    )  # fmt: skip
    found: dict[tuple[Any, ...], tuple[str, dict[str, None], dict[str, None]]] = {}
    for *key, first, last, email, team, own_name, name, offer_code, kind_code, product_id in rows.order_by(
        "organisation_id", "pk"
    ).values_list(*columns):
        holder = team or f"{first} {last}".strip() or email
        _holder, products, kinds = found.setdefault(tuple(key), (holder, {}, {}))
        if product_id is None:
            kinds[kind_code] = None
        else:
            products[own_name or name or offer_code] = None
    return [
        EndingAccess(organisation, account, holder, giver, day, tuple(products), tuple(kinds))
        for (organisation, account, _team, giver, day), (holder, products, kinds) in found.items()
    ]
