"""Who may use which product: the grants that hold today, and what they open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q, Subquery

from stellwerk.catalogue.kinds import kinds
from stellwerk.foundation import clock
from stellwerk.foundation.actor import MANAGERS
from stellwerk.foundation.orm import JsonRows
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy
from stellwerk.products.models import Product, ProductGrant
from stellwerk.products.rules import ALL_RIGHTS, WHOLE, Right, effective_rights, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor

_EVERYTHING = Q(product__isnull=True, kind_code="")


def rights_of(actor: Actor, organisation_id: int, *, product_id: int) -> frozenset[str]:
    """The actor's effective rights on a product of this organisation. No query for managers, one for others."""
    granted: frozenset[str] = frozenset()
    if actor.works_in(organisation_id) and not policy.sees_all_products(actor, organisation_id):
        found = Product.objects.filter(pk=product_id, organisation_id=organisation_id).annotate(
            granted=rights_column(actor.account_id, organisation_id)
        )
        row = found.values_list("kind_code", "granted").first()
        granted = rights_from(*row) if row else frozenset()
    return policy.rights_on_product(actor, organisation_id, granted=granted)


def holds_somewhere(actor: Actor, organisation_id: int, *, right: Right) -> bool:
    """Whether the actor was granted this right on anything. One query."""
    return grants_of(actor.account_id, organisation_id).filter(right__in=[right, WHOLE]).exists()


def people_of(actor: Actor, product_ids: Iterable[int]) -> dict[int, list[int]]:
    """The accounts with a grant on the product itself, by product, in the organisations that the actor manages.

    One query.
    """
    managed = Q(
        product__organisation__memberships__account_id=actor.account_id or 0,
        product__organisation__memberships__role__in=list(MANAGERS),
        product__organisation__deleted_at=None,
    )
    grants = ProductGrant.objects.filter(
        managed, unended(), held_by_those_who_belong(), product_id__in=list(product_ids), account__isnull=False
    )
    people: dict[int, list[int]] = {}
    for product_id, account_id in grants.order_by("account_id").values_list("product_id", "account_id").distinct():
        people.setdefault(product_id, []).append(account_id)
    return people


def unended() -> Q:
    """What still holds today (ORG-051): asked at each read, so that nothing waits for the clockwork."""
    return Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today())


def held_by_those_who_belong() -> Q:
    """Grants of teams, and of people whose membership holds today."""
    membership = "account__memberships__"
    belongs = Q(organisations.unended(membership), **{f"{membership}organisation_id": F("organisation_id")})
    return Q(account__isnull=True) | belongs


def grants_of(account_id: int | None, organisation_id: int) -> QuerySet[ProductGrant]:
    """A person's own grants and those of the person's teams, as they hold today. Nobody's without an account."""
    return ProductGrant.objects.filter(_held_by(account_id), unended(), organisation_id=organisation_id)


def granted_to(account_id: int | None, organisation_id: int) -> Q:
    """The products of the organisation on which the person holds something.

    Three lists that depend on no row, so the database makes each once and the products stay one indexed scan.
    """
    held = grants_of(account_id, organisation_id)
    kind_codes = held.filter(product__isnull=True).exclude(kind_code="").values("kind_code")
    return (
        Q(pk__in=held.filter(product__isnull=False).values("product_id"))
        | Q(kind_code__in=kind_codes)
        | Q(Exists(held.filter(_EVERYTHING)))
    )


def granted_anywhere(account_id: int) -> Q:
    """Like `granted_to`, in whatever organisation a product is."""
    held = ProductGrant.objects.filter(_held_by(account_id), unended())
    on_itself = held.filter(organisation_id=F("product__organisation_id")).values("product_id")
    return Q(pk__in=on_itself) | Q(Exists(held.filter(_all_of_its_kind(OuterRef("organisation_id")))))


def rights_column(account_id: int | None, organisation_id: int | OuterRef) -> Subquery:
    """For each product of a query, what `rights_from` reads."""
    held = _grants_on_it(account_id, organisation_id)
    return Subquery(held.annotate(found=JsonRows("right", "team_id")).values("found"))


def rights_from(kind_code: str, found: Sequence[tuple[str, int | None]]) -> frozenset[str]:
    """The effective rights behind a `rights_column` of a product of this kind."""
    kind = kinds().get(kind_code)
    return effective_rights(
        ((right, team_id is not None) for right, team_id in found),
        offered=kind.rights if kind else ALL_RIGHTS,
        combined=kind.combined_rights if kind else union,
    )


def offered_rights(kind_code: str) -> tuple[str, ...]:
    """What may be granted on products of a kind (ORG-047); of a kind that is gone, the rights of the house."""
    kind = kinds().get(kind_code)
    return kind.rights if kind else tuple(Right)


def all_rights_on(kind_code: str) -> frozenset[str]:
    """What managers hold on a product of this kind."""
    kind = kinds().get(kind_code)
    return ALL_RIGHTS.union(kind.rights) if kind else ALL_RIGHTS


def _held_by(account_id: int | None) -> Q:
    return Q(account_id=account_id or 0) | Q(team__in=organisations.team_ids_of(account_id or 0))


def _grants_on_it(account_id: int | None, organisation_id: int | OuterRef) -> QuerySet[ProductGrant]:
    """Of a person's grants those that reach the product of the query around.

    The organisation stands in both halves, so that each is found by an index of its own: with it outside, SQLite reads
    all grants of the organisation for every product.
    """
    itself = Q(product=OuterRef("pk"), organisation_id=organisation_id)
    return ProductGrant.objects.filter(_held_by(account_id), unended(), itself | _all_of_its_kind(organisation_id))


def _all_of_its_kind(organisation_id: int | OuterRef) -> Q:
    """Grants of the kind of the product around, or of everything."""
    return Q(product__isnull=True, kind_code__in=[OuterRef("kind_code"), ""], organisation_id=organisation_id)
