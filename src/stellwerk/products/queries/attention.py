"""What the start page shows of products: how many of each kind, and which need somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from stellwerk.catalogue.kinds import Universe, kind_name, kinds
from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.foundation.months import last_day
from stellwerk.foundation.prepared import Prepared
from stellwerk.products import policy
from stellwerk.products.models import Product
from stellwerk.products.queries.access import granted_to
from stellwerk.products.rules import LIVE, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor

SOON_DAYS = 30
# The first attempt is 14 days before expiry (REN-006): what still expires earlier has not been renewed by itself.
OVERDUE_ATTEMPT_DAYS = 13


@dataclass(frozen=True, slots=True)
class GroupCount:
    """Live products of one installed kind; `count` may be 0 (the shop then offers it)."""

    universe: Universe
    kind_code: str
    name: str
    icon: str
    count: int
    needs_attention: int


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """A suspended product, one that expires within 30 days and is renewed by hand, or one whose renewal failed."""

    product_id: int
    kind_code: str
    name: str
    state: State
    expires_on: date
    days_left: int

    @property
    def last_on(self) -> date:
        """The last day paid for."""
        return last_day(self.expires_on)

    @property
    def is_suspended(self) -> bool:
        return self.state == State.SUSPENDED

    @property
    def kind_name(self) -> str:
        return kind_name(self.kind_code)


def group_counts(actor: Actor, organisation_id: int) -> list[GroupCount]:
    """Installed kinds by universe with the number of products the actor may see. One query."""
    require(policy.can_list_products(actor, organisation_id))
    ends = _ends(clock.today())
    rows: Iterable[Sequence[Any]]
    if policy.sees_all_products(actor, organisation_id):
        rows = _ALL_COUNTED.rows(organisation_id, *ends)
    else:
        rows = _counted(_live(actor, organisation_id), *ends)
    counted = {code: (count, attention) for code, count, attention in rows}
    return [
        GroupCount(kind.universe, code, str(kind.name), kind.icon, *counted.get(code, (0, 0)))
        for code, kind in kinds().items()
    ]


def needs_attention(actor: Actor, organisation_id: int, *, limit: int = 10) -> list[AttentionRow]:
    """The most urgent first. One query."""
    require(policy.can_list_products(actor, organisation_id))
    today = clock.today()
    found = _live(actor, organisation_id).filter(_needs_somebody(*_ends(today))).order_by("expires_on", "pk")
    columns = ("pk", "kind_code", "internal_name", "name", "state", "expires_on")
    return [
        AttentionRow(
            product_id, kind_code, internal_name or name or kind_name(kind_code), State(state), expires_on,
            (expires_on - today).days,
        )
        for product_id, kind_code, internal_name, name, state, expires_on in found.values_list(*columns)[:limit]
    ]  # fmt: skip


def _ends(today: date) -> tuple[date, date]:
    return today + timedelta(days=SOON_DAYS), today + timedelta(days=OVERDUE_ATTEMPT_DAYS)


def _needs_somebody(soon: date, unrenewed: date) -> Q:
    """`soon` for those renewed by hand; who is not renewed by `unrenewed` had a failed attempt."""
    expiring = Q(expires_on__lte=soon, renews_automatically=False)
    return Q(state=State.SUSPENDED) | Q(expires_on__lte=unrenewed) | expiring


def _counted(products: QuerySet[Product], soon: date, unrenewed: date) -> QuerySet[Product, tuple[str, int, int]]:
    return products.values_list("kind_code").annotate(
        count=Count("pk"), attention=Count("pk", filter=_needs_somebody(soon, unrenewed))
    )


def _live_of(organisation_id: int) -> QuerySet[Product]:
    return Product.objects.filter(organisation_id=organisation_id, state__in=list(LIVE))


# Every page of a manager shows them.
_ALL_COUNTED = Prepared(
    lambda organisation_id, soon, unrenewed: _counted(_live_of(organisation_id), soon, unrenewed), int, date, date
)


def _live(actor: Actor, organisation_id: int) -> QuerySet[Product]:
    products = _live_of(organisation_id)
    if policy.sees_all_products(actor, organisation_id):
        return products
    return products.filter(granted_to(actor.account_id, organisation_id))
