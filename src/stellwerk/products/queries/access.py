"""Who may use which product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from stellwerk.foundation.actor import MANAGERS
from stellwerk.foundation.decisions import require
from stellwerk.products import policy
from stellwerk.products.models import ProductGrant
from stellwerk.products.rules import Right

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One right of one person on one product."""

    product_id: int
    account_id: int
    right: Right


def rights_of(actor: Actor, organisation_id: int, *, product_id: int) -> frozenset[Right]:
    """The actor's effective rights on a product of this organisation. No query for managers, one for others."""
    granted: frozenset[Right] = frozenset()
    if actor.works_in(organisation_id) and not policy.sees_all_products(actor, organisation_id):
        rows = grants_of(actor, organisation_id).filter(product_id=product_id)
        granted = frozenset(Right(each) for each in rows.values_list("right", flat=True))
    return policy.rights_on_product(actor, organisation_id, granted=granted)


def grant_rows(
    actor: Actor, organisation_id: int, *, account_id: int | None = None, product_id: int | None = None
) -> list[GrantRow]:
    """Grants of a person or on a product, for managers (ORG-045, ORG-050). One query."""
    require(policy.can_manage_access(actor, organisation_id))
    rows = ProductGrant.objects.filter(organisation_id=organisation_id)
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if product_id is not None:
        rows = rows.filter(product_id=product_id)
    columns = rows.order_by("product_id", "account_id", "right").values_list("product_id", "account_id", "right")
    return [GrantRow(product, account, Right(right)) for product, account, right in columns[:5000]]


def people_of(actor: Actor, product_ids: Iterable[int]) -> dict[int, list[int]]:
    """The accounts with a grant, by product, in the organisations that the actor manages. One query."""
    managed = Q(
        product__organisation__memberships__account_id=actor.account_id or 0,
        product__organisation__memberships__role__in=list(MANAGERS),
        product__organisation__deleted_at=None,
    )
    grants = ProductGrant.objects.filter(managed, product_id__in=list(product_ids))
    people: dict[int, list[int]] = {}
    for product_id, account_id in grants.order_by("account_id").values_list("product_id", "account_id").distinct():
        people.setdefault(product_id, []).append(account_id)
    return people


def grants_of(actor: Actor, organisation_id: int) -> QuerySet[ProductGrant]:
    """The actor's own grants; nobody's for an actor without an account."""
    return ProductGrant.objects.filter(organisation_id=organisation_id, account_id=actor.account_id or 0)
