"""A transfer ends without a move: its giver cancels it, or nobody answered in time. And its link is sent again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.organisations.services.locks import hold_open
from stellwerk.products import policy
from stellwerk.products.events import ProductTransferCancelled, ProductTransferExpired, ProductTransferResent
from stellwerk.products.models import ProductTransfer
from stellwerk.products.rules import TransferState
from stellwerk.products.services.transfers.complete import end_transfer, told_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor

BATCH = 200


@transaction.atomic
def cancel_transfer(*, actor: Actor, organisation_id: int, transfer_id: int) -> ProductTransfer:
    """The giver takes the offer back; its link is dead at once (TRF-006).

    Refusals in order: NotFound, the right to transfer, `transfer_closed`. Publishes ProductTransferCancelled.
    """
    require(policy.can_transfer_products(actor, organisation_id))
    transfer = _open_one(organisation_id, transfer_id)
    end_transfer(transfer, TransferState.CANCELLED, actor=actor)
    events.publish(ProductTransferCancelled(**told_of(transfer)), actor=actor)
    return transfer


@transaction.atomic
def resend_transfer(*, actor: Actor, organisation_id: int, transfer_id: int) -> ProductTransfer:
    """Mail the same link again, to the same address; its end stays where it was.

    Refusals in order: NotFound, the right to transfer, `transfer_closed`, `transfer_without_email`. Publishes
    ProductTransferResent; its handler mails.
    """
    require(policy.can_transfer_products(actor, organisation_id))
    transfer = _open_one(organisation_id, transfer_id)
    if not transfer.email:
        raise RuleBroken("transfer_without_email")
    events.publish(ProductTransferResent(**told_of(transfer)), actor=actor)
    return transfer


@transaction.atomic
def expire_transfers() -> int:
    """End what nobody answered in time, at most a batch; answers how many. System-only: clockwork.

    Publishes ProductTransferExpired for each.
    """
    return _expire(ProductTransfer.objects.all())


@transaction.atomic
def expire_of(*, organisation_id: int, product_ids: Collection[int]) -> None:
    """The same for these products, so that they are free for a new transfer. System-only: a start calls it."""
    rows = ProductTransfer.objects.filter(organisation_id=organisation_id, items__product__in=list(product_ids))
    _expire(ProductTransfer.objects.filter(pk__in=rows.values("pk")))


def _open_one(organisation_id: int, transfer_id: int) -> ProductTransfer:
    """Locked; the organisation first, like everybody who changes both."""
    hold_open(organisation_id)
    rows = ProductTransfer.objects.select_for_update()
    transfer = rows.filter(pk=transfer_id, organisation_id=organisation_id).first()
    if transfer is None:
        raise NotFound
    if transfer.state != TransferState.STARTED or transfer.expires_at <= clock.now():
        raise RuleBroken("transfer_closed")
    return transfer


def _expire(rows: QuerySet[ProductTransfer]) -> int:
    over = rows.filter(state=TransferState.STARTED, expires_at__lte=clock.now())
    transfers = list(over.select_for_update().order_by("pk")[:BATCH])
    for each in transfers:
        end_transfer(each, TransferState.EXPIRED, actor=SYSTEM)
    events.publish_many([ProductTransferExpired(**told_of(each)) for each in transfers])
    return len(transfers)
