"""What people and teams hold, where each right comes from, and what would be left without one of them.

For managers, and for people about themselves (ORG-045, ORG-050, ORG-078).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, CharField, Count, DateField, F, Q, Value

from stellwerk.catalogue.kinds import kind_name, kinds
from stellwerk.foundation.actor import MANAGERS
from stellwerk.foundation.decisions import require
from stellwerk.foundation.searching import words_to_find
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy
from stellwerk.products.models import Product, ProductGrant
from stellwerk.products.queries.access import all_rights_on, held_by_those_who_belong, rights_from, unended
from stellwerk.products.rules import LIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor, Role

MOST_GRANTS = 20_000
_GRANT = (
    "pk", "account_id", "team_id", "product_id", "kind_code", "right", "ends_on", "granted_by_id", "granted_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One right of a person or of a team. Without product and kind it is on everything."""

    id: int
    account_id: int | None
    team_id: int | None
    product_id: int | None
    kind_code: str
    right: str
    ends_on: date | None
    granted_by_id: int | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """Why a person holds a right today: directly, or through a team. `ends_on` is the earlier of two last days."""

    account_id: int
    grant_id: int
    right: str
    product_id: int | None
    kind_code: str
    team_id: int | None
    team_name: str
    ends_on: date | None

    @property
    def is_everywhere(self) -> bool:
        return self.product_id is None and not self.kind_code


@dataclass(frozen=True, slots=True)
class NamedProduct:
    """A product as far as rights go."""

    id: int
    kind_code: str
    title: str


@dataclass(frozen=True)
class PersonAccess:
    """All that a person holds in one organisation. `role` is None for somebody who does not belong to it today."""

    account_id: int
    role: Role | None
    sources: tuple[Source, ...] = ()

    @property
    def sees_all(self) -> bool:
        return self.role in MANAGERS

    def sources_on(self, product: NamedProduct) -> tuple[Source, ...]:
        """Why the person sees this product, whatever the role gives."""
        on_it = self._by_product.get(product.id, ())
        return (*on_it, *self._by_kind.get(product.kind_code, ()), *self._by_kind.get("", ()))

    def sees(self, product: NamedProduct) -> bool:
        """Whether the product exists for the person today: by role, or because any right on it is held (ORG-048)."""
        return self.role is not None and (self.sees_all or bool(self.sources_on(product)))

    def rights_on(self, product: NamedProduct) -> frozenset[str]:
        """The effective rights, by the same rule as in lists (ORG-049)."""
        if self.role is None:
            return frozenset()
        if self.sees_all:
            return all_rights_on(product.kind_code)
        return rights_from(product.kind_code, [(each.right, each.team_id) for each in self.sources_on(product)])

    def without(self, is_gone: Callable[[Source], bool]) -> PersonAccess:
        """The same person after some sources have ended."""
        return replace(self, sources=tuple(each for each in self.sources if not is_gone(each)))

    @cached_property
    def _by_product(self) -> dict[int, tuple[Source, ...]]:
        found: dict[int, list[Source]] = {}
        for source in self.sources:
            if source.product_id is not None:
                found.setdefault(source.product_id, []).append(source)
        return {product_id: tuple(sources) for product_id, sources in found.items()}

    @cached_property
    def _by_kind(self) -> dict[str, tuple[Source, ...]]:
        """Under "" what is on everything."""
        found: dict[str, list[Source]] = {}
        for source in self.sources:
            if source.product_id is None:
                found.setdefault(source.kind_code, []).append(source)
        return {kind_code: tuple(sources) for kind_code, sources in found.items()}


@dataclass(frozen=True, slots=True)
class Loss:
    """What would end on one product, and what would stay with its sources (ORG-078)."""

    account_id: int
    product: NamedProduct
    lost: frozenset[str]
    kept: frozenset[str]
    kept_through: tuple[Source, ...]


def grant_rows(  # noqa: PLR0913  each narrows to one holder or target
    actor: Actor,
    organisation_id: int,
    *,
    account_id: int | None = None,
    team_id: int | None = None,
    product_id: int | None = None,
    limit: int = 5000,
    skip: int = 0,
) -> list[GrantRow]:
    """Grants that hold today, of a person, of a team, on a product; for managers (ORG-045). One query."""
    require(policy.can_see_access(actor, organisation_id))
    rows = _narrowed(organisation_id, account_id=account_id, team_id=team_id, product_id=product_id)
    found = rows.order_by("pk").values_list(*_GRANT)
    return [GrantRow(*values) for values in found[skip : skip + limit]]


def grants_reaching(actor: Actor, organisation_id: int, *, product_id: int) -> list[GrantRow]:
    """Grants that hold today on a product, on its kind or on everything; for managers. One query."""
    require(policy.can_see_access(actor, organisation_id))
    its_kind = Product.objects.filter(pk=product_id, organisation_id=organisation_id).values("kind_code")
    wide = Q(product__isnull=True) & (Q(kind_code__in=its_kind) | Q(kind_code=""))
    reaching = Q(Q(product_id=product_id) | wide, held_by_those_who_belong())
    rows = ProductGrant.objects.filter(reaching, unended(), organisation_id=organisation_id)
    # Those on the product first: a kind is no product, and PostgreSQL would put what is empty last by itself.
    found = rows.order_by(F("product_id").asc(nulls_last=True), "kind_code", "team_id", "account_id", "right")
    return [GrantRow(*values) for values in found.values_list(*_GRANT)[:5000]]


def grant_total(
    actor: Actor,
    organisation_id: int,
    *,
    account_id: int | None = None,
    team_id: int | None = None,
    product_id: int | None = None,
) -> int:
    """How many `grant_rows` there are. One query."""
    require(policy.can_see_access(actor, organisation_id))
    return _narrowed(organisation_id, account_id=account_id, team_id=team_id, product_id=product_id).count()


def grant_row(organisation_id: int, grant_id: int) -> GrantRow | None:
    """For doors that ask before anything else is looked at. One query."""
    rows = ProductGrant.objects.filter(
        unended(), held_by_those_who_belong(), pk=grant_id, organisation_id=organisation_id
    )
    values = rows.values_list(*_GRANT).first()
    return GrantRow(*values) if values else None


def person_access(actor: Actor, organisation_id: int, *, account_id: int) -> PersonAccess:
    """Role and sources of one person, for managers and for the person. Two queries, however much is held."""
    require(policy.can_see_access_of(actor, organisation_id, account_id=account_id))
    return access_of_people(organisation_id, [account_id])[account_id]


def access_of_people(organisation_id: int, account_ids: Collection[int]) -> dict[int, PersonAccess]:
    """Role and sources of each of these people. No person asks. Two queries."""
    roles = organisations.roles_of(organisation_id, account_ids)
    sources: dict[int, list[Source]] = {}
    for source in _sources(organisation_id, account_ids):
        sources.setdefault(source.account_id, []).append(source)
    return {each: PersonAccess(each, roles.get(each), tuple(sources.get(each, ()))) for each in account_ids}


def named_products(
    organisation_id: int,
    *,
    kind_code: str = "",
    search: str = "",
    only: Collection[int] | None = None,
    limit: int = 5000,
    skip: int = 0,
) -> list[NamedProduct]:
    """The live products of an organisation by name, or `only` those. No person asks. One query."""
    rows = _live(organisation_id, kind_code, search).order_by("kind_code", "name", "pk")
    if only is not None:
        rows = rows.filter(pk__in=list(only))
    columns = ("pk", "kind_code", "internal_name", "name")
    return [
        NamedProduct(product_id, code, internal_name or name or kind_name(code))
        for product_id, code, internal_name, name in rows.values_list(*columns)[skip : skip + limit]
    ]


def named_product_total(organisation_id: int, *, kind_code: str = "", search: str = "") -> int:
    return _live(organisation_id, kind_code, search).count()


def kind_counts(organisation_id: int) -> dict[str, int]:
    """How many live products of each kind there are, also of kinds that are gone. No person asks. One query."""
    rows = _live(organisation_id, "", "").order_by().values_list("kind_code").annotate(count=Count("pk"))
    counted = dict(rows)
    return {**dict.fromkeys(kinds(), 0), **counted}


def losses(before: PersonAccess, after: PersonAccess, *, products: Iterable[NamedProduct]) -> list[Loss]:
    """Where somebody may do less afterwards, and through what the rest stays (ORG-078). No query."""
    found = []
    for product in products:
        had, has = before.rights_on(product), after.rights_on(product)
        if had - has:
            found.append(Loss(before.account_id, product, had - has, has, after.sources_on(product) if has else ()))
    return found


def _live(organisation_id: int, kind_code: str, search: str) -> QuerySet[Product]:
    rows = Product.objects.filter(organisation_id=organisation_id, state__in=LIVE)
    if kind_code:
        rows = rows.filter(kind_code=kind_code)
    for word in words_to_find(search):
        rows = rows.filter(Q(name__icontains=word) | Q(internal_name__icontains=word))
    return rows


def _narrowed(
    organisation_id: int, *, account_id: int | None, team_id: int | None, product_id: int | None
) -> QuerySet[ProductGrant]:
    wanted = {"account_id": account_id, "team_id": team_id, "product_id": product_id}
    narrowed = {name: value for name, value in wanted.items() if value is not None}
    rows = ProductGrant.objects.filter(unended(), held_by_those_who_belong())
    return rows.filter(organisation_id=organisation_id, **narrowed)


def _sources(organisation_id: int, account_ids: Collection[int]) -> list[Source]:
    """Direct grants, and those of the teams that the people are in today. One query."""
    grants = ProductGrant.objects.filter(unended(), organisation_id=organisation_id).order_by()
    direct = grants.filter(account_id__in=account_ids)
    member = "team__members__"
    in_teams = grants.filter(
        organisations.unended(member),
        organisations.unended(f"{member}membership__"),
        team__members__membership__account_id__in=account_ids,
    )
    no_team, no_day = Value(None, BigIntegerField()), Value(None, DateField())
    rows: Any = _as_source(
        direct, holder=F("account_id"), through=no_team, team_named=Value("", CharField()), leaves=no_day
    ).union(
        _as_source(
            in_teams, holder=F(f"{member}membership__account_id"), through=F("team_id"), team_named=F("team__name"),
            leaves=F(f"{member}ends_on"),
        ),
        all=True,
    )  # fmt: skip
    return [_source(*values) for values in rows[:MOST_GRANTS]]


def _as_source(rows: QuerySet[ProductGrant], **of_the_holder: Any) -> QuerySet[ProductGrant, tuple[Any, ...]]:
    named = rows.annotate(
        grant=F("pk"), given=F("right"), of_product=F("product_id"), of_kind=F("kind_code"), ends=F("ends_on"),
        **of_the_holder,
    )  # fmt: skip
    return named.values_list(
        "holder", "grant", "given", "of_product", "of_kind", "through", "team_named", "ends", "leaves"
    )


def _source(*values: Any) -> Source:
    holder, grant, right, product, kind_code, team, team_name, ends_on, leaves_on = values
    last_day = min((day for day in (ends_on, leaves_on) if day), default=None)
    return Source(holder, grant, right, product, kind_code, team, team_name, last_day)
