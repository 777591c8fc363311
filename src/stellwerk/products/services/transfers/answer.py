"""The other end: whoever holds the link takes the products over or declines (TRF-004…006)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy
from stellwerk.products.errors import TransferOver
from stellwerk.products.events import ProductTransferDeclined
from stellwerk.products.models import ProductTransfer
from stellwerk.products.rules import TRANSFER_LINK_PREFIX, TransferState
from stellwerk.products.services.transfers.complete import complete, end_transfer, hold_organisations, told_of

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def accept_transfer(*, actor: Actor, raw_link: str, organisation_id: int) -> ProductTransfer:
    """Take everything over into an organisation where the person is legal representative or administrator.

    Refusals in order: `sign_in_required`, NotFound for a link that cannot be ours, TransferOver (410),
    `transfer_to_itself`, NotFound for an organisation one does not belong to, the right to receive, NotTransferable
    (409) with the reason of the first product that cannot come. Publishes what `complete` publishes.
    """
    require(policy.can_answer_transfers(actor))
    giver_id = transfer_behind(raw_link=raw_link).organisation_id
    if giver_id == organisation_id:
        raise RuleBroken("transfer_to_itself")
    _require_receiver(actor, organisation_id)
    _hold(giver_id, organisation_id)
    # Again: whoever waited for the locks decides with the facts after the other's commit.
    _require_receiver(actor, organisation_id)
    transfer = transfer_behind(raw_link=raw_link, for_update=True)
    complete(actor=actor, transfer=transfer, receiver_id=organisation_id)
    return transfer


@transaction.atomic
def decline_transfer(*, actor: Actor, raw_link: str) -> None:
    """Say no. Refusals as `accept_transfer` up to TransferOver. Publishes ProductTransferDeclined."""
    require(policy.can_answer_transfers(actor))
    _hold(transfer_behind(raw_link=raw_link).organisation_id)
    transfer = transfer_behind(raw_link=raw_link, for_update=True)
    end_transfer(transfer, TransferState.DECLINED, actor=actor)
    events.publish(ProductTransferDeclined(**told_of(transfer)), actor=actor)


def transfer_behind(*, raw_link: str, for_update: bool = False) -> ProductTransfer:
    """The open transfer of a link. System-only: the link is the right to know of it.

    Raises NotFound for a value that cannot be ours, TransferOver for everything that is over or unknown: no answer
    tells one from the other.
    """
    if not secrets.is_well_formed(raw_link, TRANSFER_LINK_PREFIX):
        raise NotFound
    rows = ProductTransfer.objects.select_for_update(of=("self",)) if for_update else ProductTransfer.objects
    found = rows.select_related("organisation").filter(digest=secrets.digest(raw_link)).first()
    is_over = found is None or found.state != TransferState.STARTED or found.expires_at <= clock.now()
    if found is None or is_over or found.organisation.deleted_at is not None:
        raise TransferOver
    return found


def _require_receiver(actor: Actor, organisation_id: int) -> None:
    require(policy.can_receive_products(organisations.standing(actor, organisation_id), organisation_id))


def _hold(giver_id: int, *others: int) -> None:
    try:
        hold_organisations([giver_id, *others])
    except NotFound as deleted:
        raise TransferOver from deleted
