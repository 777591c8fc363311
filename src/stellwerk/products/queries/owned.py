"""Products as billing and the house itself see them: no person asks, so no visibility applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from stellwerk.catalogue import queries as catalogue
from stellwerk.catalogue.errors import OfferUnknown
from stellwerk.catalogue.kinds import kind_name
from stellwerk.catalogue.kinds.suite import Suite
from stellwerk.foundation.errors import RuleBroken
from stellwerk.products.models import Product
from stellwerk.products.rules import ENDLESS_MONTHS, LIVE, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from stellwerk.catalogue.kinds import ProductKind
    from stellwerk.catalogue.queries import Tariff


RENEWABLE: Final = (State.ACTIVE, State.SUSPENDED)


@dataclass(frozen=True, slots=True)
class OwnedProduct:
    """A product with everything a renewal needs. `expires_on` is the first day no longer paid for."""

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

    @property
    def is_suspended(self) -> bool:
        return self.state is State.SUSPENDED

    @property
    def title(self) -> str:
        """What the owner calls it."""
        return self.own_name or kind_name(self.kind_code)

    @property
    def own_name(self) -> str:
        """The same, and nothing for what nobody named."""
        return self.internal_name or self.name

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_endless(self) -> bool:
        """Free of charge and without an end: nothing to renew."""
        return self.period_months >= ENDLESS_MONTHS


@dataclass(frozen=True, slots=True)
class PricedProduct:
    """A product with its tariff in the organisation's currency; None where the offer is unknown."""

    product: OwnedProduct
    currency: str
    tariff: Tariff | None


OWNED_COLUMNS = (
    "pk", "organisation_id", "kind_code", "offer_code", "name", "internal_name", "quantity", "period_months",
    "started_on", "expires_on", "anchor_day", "state", "renews_automatically",
)  # fmt: skip


def owned_products(product_ids: Iterable[int]) -> dict[int, OwnedProduct]:
    """By id; unknown ids are left out. One query."""
    rows = Product.objects.filter(pk__in=list(product_ids)).values_list(*OWNED_COLUMNS)
    return {values[0]: owned(*values) for values in rows}


def has_suite(organisation_ids: Iterable[int]) -> bool:
    """Whether one of the organisations has a Suite of its own. One query."""
    return bool(
        Product.objects.filter(
            organisation_id__in=list(organisation_ids), kind_code=Suite.code, state__in=LIVE
        ).exists()
    )


def product_of(source: str) -> OwnedProduct | None:
    """What an order line has become, None before its activation."""
    values = Product.objects.filter(source=source).values_list(*OWNED_COLUMNS).first()
    return owned(*values) if values else None


def due_products(
    until: date,
    *,
    renews_automatically: bool | None = None,
    states: Iterable[State] = (State.ACTIVE, State.SUSPENDED),
    organisation_id: int | None = None,
    after: tuple[int, int] = (0, 0),
    limit: int = 1000,
) -> list[OwnedProduct]:
    """Products that expire on `until` or before, by organisation and id, at most `limit` of them. One query.

    The next batch begins `after` the organisation and id of the last row, so memory stays constant however many are
    due, and one organisation's products lie side by side (REN-016).
    """
    due = Product.objects.filter(expires_on__lte=until, state__in=list(states))
    if renews_automatically is not None:
        due = due.filter(renews_automatically=renews_automatically)
    if organisation_id is not None:
        due = due.filter(organisation_id=organisation_id)
    if after != (0, 0):
        last_organisation, last_id = after
        same = due.filter(organisation_id=last_organisation, pk__gt=last_id)
        due = same | due.filter(organisation_id__gt=last_organisation)
    rows = due.order_by("organisation_id", "pk").values_list(*OWNED_COLUMNS)[:limit]
    return [owned(*values) for values in rows]


def due_organisation_ids(until: date, *, after: int = 0, limit: int = 500) -> list[int]:
    """The next organisations that own something expiring on `until` or before, in order. One query.

    `limit` counts products, not organisations, so that the batch that follows is bounded.
    """
    due = Product.objects.filter(expires_on__lte=until, state__in=list(RENEWABLE), organisation_id__gt=after)
    found = due.order_by("organisation_id").values_list("organisation_id", flat=True)[:limit]
    return list(dict.fromkeys(found))


def automatic_organisation_ids(organisation_ids: Iterable[int], *, until: date) -> frozenset[int]:
    """Those of the organisations that own something which renews by itself and expires by then. One query."""
    due = Product.objects.filter(
        organisation_id__in=list(organisation_ids),
        renews_automatically=True,
        expires_on__lte=until,
        state__in=list(RENEWABLE),
    )
    return frozenset(due.values_list("organisation_id", flat=True))


def due_products_of(organisation_ids: Iterable[int], *, until: date) -> list[OwnedProduct]:
    """All products of these organisations that expire on `until` or before, by organisation and id. One query."""
    due = Product.objects.filter(
        organisation_id__in=list(organisation_ids), expires_on__lte=until, state__in=list(RENEWABLE)
    )
    return [owned(*values) for values in due.order_by("organisation_id", "pk").values_list(*OWNED_COLUMNS)]


def require_orderable(organisation_id: int, offer_code: str, *, name: str = "") -> None:
    """Let pass what the organisation may own besides what it owns already (ORD-007, ORG-005).

    Raises RuleBroken with the kind's code: `suite_already_exists` for a second Suite, `domain_name_taken` for a name
    that somebody of the instance holds. The activation asks again, and the index decides a race.
    """
    sold = catalogue.offer(offer_code)
    if sold is None:
        raise OfferUnknown
    refuse_duplicates(sold.kind, organisation_id, name=name)


def refuse_duplicates(kind: ProductKind, organisation_id: int, *, name: str) -> None:
    refused = duplicate_refusals(organisation_id, [(kind, name)])[0]
    if refused is not None:
        raise refused


def duplicate_refusals(organisation_id: int, wanted: Sequence[tuple[ProductKind, str]]) -> list[RuleBroken | None]:
    """For each kind and name what stands in the way of owning one more; None where nothing does. One query for all."""
    single = {kind.code for kind, _name in wanted if kind.unique_per_organisation is not None}
    named = {kind.code for kind, _name in wanted if kind.unique_name is not None}
    own = Q(kind_code__in=single, organisation_id=organisation_id)
    taken = Q(kind_code__in=named, name__in={name for _kind, name in wanted})
    live = Product.objects.filter(own | taken, state__in=list(LIVE)) if single or named else Product.objects.none()
    rows = list(live.values_list("kind_code", "organisation_id", "name"))
    owned = {code for code, owner_id, _name in rows if owner_id == organisation_id}
    names = {(code, name) for code, _owner_id, name in rows}
    return [_duplicate_refusal(kind, name, owned=owned, names=names) for kind, name in wanted]


def _duplicate_refusal(
    kind: ProductKind, name: str, *, owned: set[str], names: set[tuple[str, str]]
) -> RuleBroken | None:
    if kind.unique_per_organisation is not None and kind.code in owned:
        return RuleBroken(kind.unique_per_organisation.code, text=str(kind.unique_per_organisation.text))
    if kind.unique_name is not None and (kind.code, name) in names:
        return RuleBroken(kind.unique_name.code, text=str(kind.unique_name.text))
    return None


def owned(*values: Any) -> OwnedProduct:
    *columns, state, renews_automatically = values  # in field order
    return OwnedProduct(*(*columns, State(state), renews_automatically))


def kept_products(organisation_id: int) -> list[tuple[int, str, str]]:
    """Id, name and offer of everything that has not ended, oldest first: what a deletion of the owner must wait for."""
    rows = Product.objects.filter(organisation_id=organisation_id, state__in=list(LIVE))
    columns = ("pk", "internal_name", "name", "kind_code", "offer_code")
    return [
        (pk, internal or name or kind_name(kind), offer)
        for pk, internal, name, kind, offer in rows.order_by("pk").values_list(*columns)
    ]
