"""Which products can change their organisation, and why the others cannot (TRF-001, TRF-002, TRF-011)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.foundation import clock
from stellwerk.products.errors import NotTransferable
from stellwerk.products.models import Product, TransferredProduct
from stellwerk.products.rules import ENDLESS_MONTHS, LIVE, State
from stellwerk.products.services.transfers.rooms import obstacles_elsewhere

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stellwerk.foundation.errors import DomainError

_MOVABLE = (State.ACTIVE, State.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A product of the giver, and what stands in the way of moving it."""

    product_id: int
    title: str
    refused_because: DomainError | None = None


def transfer_verdicts(
    organisation_id: int, product_ids: Sequence[int], *, receiver_id: int | None = None
) -> list[Verdict]:
    """By title; what does not belong to the organisation is left out. System-only: a read for the page that asks.

    With a receiver also what it owns already. The same number of queries however many products.
    """
    rows = Product.objects.filter(pk__in=list(product_ids), organisation_id=organisation_id)
    products = sorted(rows, key=lambda each: (each.title.casefold(), each.pk))
    refused = obstacles_of(organisation_id, products, receiver_id=receiver_id)
    return [Verdict(each.pk, each.title, refused.get(each.pk)) for each in products]


def obstacles_of(
    organisation_id: int,
    products: Sequence[Product],
    *,
    receiver_id: int | None = None,
    transfer_id: int | None = None,
) -> dict[int, DomainError]:
    """Why some of these products stay; `transfer_id` names the transfer that they may be in. System-only: a read."""
    elsewhere = obstacles_elsewhere(organisation_id, products)
    open_items = TransferredProduct.objects.filter(product__in=[each.pk for each in products], is_open=True)
    promised = set(
        open_items.filter(transfer__expires_at__gt=clock.now())
        .exclude(transfer=transfer_id)
        .values_list("product_id", flat=True)
    )
    single = _owned_once(receiver_id, products) if receiver_id is not None else {}
    found: dict[int, DomainError] = {}
    for each in products:
        refused = _own_obstacle(each) or elsewhere.get(each.pk)
        if refused is None and each.pk in promised:
            refused = NotTransferable("transfer_already_started")
        if refused := refused or single.get(each.pk):
            found[each.pk] = refused
    return found


def _own_obstacle(product: Product) -> DomainError | None:
    kind = product.kind
    if kind is None:
        return NotTransferable()
    if not kind.is_transferable:
        return NotTransferable(kind.transfer_refusal.code, text=str(kind.transfer_refusal.text))
    if product.state not in _MOVABLE:
        return NotTransferable("transfer_not_running")
    if product.expires_on <= clock.today() and product.period_months < ENDLESS_MONTHS:
        return NotTransferable("transfer_unpaid")
    return None


def _owned_once(receiver_id: int, products: Sequence[Product]) -> dict[int, DomainError]:
    """Kinds that an organisation may own once: the receiver has one, or two of them would come."""
    single = [each for each in products if each.is_unique_per_organisation]
    if not single:
        return {}
    rows = Product.objects.filter(
        organisation_id=receiver_id, kind_code__in={each.kind_code for each in single}, state__in=LIVE
    )
    owned = set(rows.values_list("kind_code", flat=True))
    found: dict[int, DomainError] = {}
    for each in single:
        if each.kind_code in owned:
            found[each.pk] = _already_owned(each)
        owned.add(each.kind_code)
    return found


def _already_owned(product: Product) -> DomainError:
    refusal = product.kind.unique_per_organisation if product.kind else None
    return NotTransferable(refusal.code, text=str(refusal.text)) if refusal else NotTransferable()
