"""The move itself: one transaction, whoever else wants the same products (TRF-007…014)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.errors import Conflict
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.services.locks import hold_open
from stellwerk.products.errors import NotTransferable, TransferOver
from stellwerk.products.events import ProductGivenAway, ProductTakenOver, ProductTransferCompleted
from stellwerk.products.models import Product, ProductGrant, ProductTag, ProductTransfer, TransferredProduct
from stellwerk.products.rules import LIVE, TransferState
from stellwerk.products.services.transfers.obstacles import obstacles_of
from stellwerk.products.services.transfers.rooms import hold_everywhere

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from stellwerk.foundation.actor import Actor


def hold_organisations(organisation_ids: Collection[int]) -> None:
    """Neither is deleted nor stopped meanwhile. In the order of their keys: two who give to each other must not wait
    for each other. System-only: a step of use cases. Raises NotFound.
    """
    for organisation_id in sorted(organisation_ids):
        hold_open(organisation_id)


def complete(*, actor: Actor, transfer: ProductTransfer, receiver_id: int) -> None:
    """Give the products of a locked open transfer to the receiver. System-only: judged by the services that call it.

    Both organisations are held. People and teams lose their access, tags go, the automatic renewal is off; paid time,
    ledger and documents stay as they are. What has ended meanwhile leaves the transfer. Publishes ProductGivenAway and
    ProductTakenOver for each product, and ProductTransferCompleted. Raises TransferOver, NotTransferable, Conflict.
    """
    hold_everywhere(transfer.organisation_id)
    products = _locked(transfer)
    if not products:
        raise TransferOver
    _require_movable(transfer, products, receiver_id)
    titles = {each.pk: each.title for each in products}
    _hand_over(products, receiver_id)
    end_transfer(transfer, TransferState.COMPLETED, actor=actor, receiver_id=receiver_id)
    _tell(actor, transfer, products, titles)


def end_transfer(
    transfer: ProductTransfer, state: TransferState, *, actor: Actor, receiver_id: int | None = None
) -> None:
    """The transfer is over, its link is dead, its products are free again. System-only: a step of use cases."""
    transfer.state, transfer.ended_at, transfer.sealed_link = state, clock.now(), ""
    transfer.receiver_id = receiver_id
    transfer.ended_by_id, transfer.ended_by_name = actor.account_id, actor.name
    transfer.save(update_fields=["state", "ended_at", "sealed_link", "receiver", "ended_by_id", "ended_by_name"])
    transfer.items.filter(is_open=True).update(is_open=False)


def told_of(transfer: ProductTransfer) -> dict[str, Any]:
    """What every piece of news about a transfer says. System-only: part of use cases."""
    return {
        "organisation_id": transfer.organisation_id,
        "transfer_id": transfer.pk,
        "names": tuple(each.product.title for each in transfer.items.select_related("product").order_by("pk")),
        "email": transfer.email,
    }


def _locked(transfer: ProductTransfer) -> list[Product]:
    ids = transfer.items.values("product_id")
    rows = Product.objects.select_for_update().filter(pk__in=ids, organisation_id=transfer.organisation_id)
    products = [each for each in rows.order_by("pk") if each.state in LIVE]
    TransferredProduct.objects.filter(transfer=transfer).exclude(product__in=[each.pk for each in products]).delete()
    return products


def _require_movable(transfer: ProductTransfer, products: Sequence[Product], receiver_id: int) -> None:
    refused = obstacles_of(transfer.organisation_id, products, receiver_id=receiver_id, transfer_id=transfer.pk)
    for each in products:
        if reason := refused.get(each.pk):
            # The receiver may be the one who reads it: not the giver's own name for the product.
            raise NotTransferable(reason.code, text=reason.text, **{**reason.context, "product_ids": sorted(refused)})


def _hand_over(products: Sequence[Product], receiver_id: int) -> None:
    ids = [each.pk for each in products]
    ProductGrant.objects.filter(product__in=ids).delete()
    ProductTag.objects.filter(product__in=ids).delete()
    try:
        # A savepoint: where a rival has just brought a product of a unique kind, the index decides.
        with transaction.atomic():
            Product.objects.filter(pk__in=ids).update(
                organisation_id=receiver_id,
                internal_name="",
                renews_automatically=False,
                taken_over_on=clock.today(),
            )
    except IntegrityError as lost:
        raise Conflict from lost
    for each in products:
        each.organisation_id, each.internal_name, each.renews_automatically = receiver_id, "", False
        if kind := each.kind:
            kind.move(each.facts)


def _tell(actor: Actor, transfer: ProductTransfer, products: Sequence[Product], titles: dict[int, str]) -> None:
    rows = organisations.organisation_rows([transfer.organisation_id, transfer.receiver_id or 0])
    giver, receiver = rows[transfer.organisation_id], rows[transfer.receiver_id or 0]
    for each in products:
        common: dict[str, Any] = {"product_id": each.pk, "kind_code": each.kind_code, "transfer_id": transfer.pk}
        given = ProductGivenAway(organisation_id=giver.id, name=titles[each.pk], receiver=receiver.name, **common)
        taken = ProductTakenOver(organisation_id=receiver.id, name=each.title, giver=giver.name, **common)
        events.publish_many([given, taken], actor=actor)
    done = ProductTransferCompleted(
        organisation_id=giver.id,
        transfer_id=transfer.pk,
        receiver_id=receiver.id,
        giver=giver.name,
        receiver=receiver.name,
        email=transfer.email,
        names=tuple(titles.values()),
        told_names=tuple(each.title for each in products),
    )
    events.publish(done, actor=actor)
