"""Starting a transfer: terms, warnings, the products, and how the receiver comes to it (ORG-098, TRF-003, TRF-004)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound, RuleBroken
from stellwerk.foundation.orm import insert
from stellwerk.identity import queries as identity
from stellwerk.identity.services.entries import normalised_login
from stellwerk.organisations import queries as organisations
from stellwerk.products import policy
from stellwerk.products.errors import NotTransferable
from stellwerk.products.events import ProductTransferStarted
from stellwerk.products.models import Product, ProductTransfer, TransferredProduct
from stellwerk.products.rules import MOST_TRANSFERRED, TRANSFER_DAYS, TRANSFER_LINK_PREFIX, TransferState, TransferWay
from stellwerk.products.services.transfers.close import expire_of
from stellwerk.products.services.transfers.complete import complete, hold_organisations
from stellwerk.products.services.transfers.obstacles import obstacles_of
from stellwerk.products.services.transfers.rooms import hold_everywhere

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTransfer:
    """What moves, and how. `email` for that way, `receiver_id` for the direct one."""

    product_ids: tuple[int, ...]
    way: str
    email: str = ""
    receiver_id: int | None = None
    accepts_terms: bool = False
    confirms_warnings: bool = False


@transaction.atomic
def start_transfer(*, actor: Actor, organisation_id: int, entries: NewTransfer) -> ProductTransfer:
    """Offer products to another organisation: by a link to hand over, by a link in a mail, or at once to another
    organisation of the same person, where the transfer is completed in the same transaction.

    All of the products or none. Refusals in order: NotFound, the right to transfer, Invalid with every refused field
    (`way`, `email`, `account_id`, `accepts_terms`, `confirms_warnings`), `nothing_to_transfer`, `too_many_to_transfer`,
    `transfer_to_itself`, NotFound for a receiver, the right to receive, NotFound for a product, NotTransferable (409)
    with name and reason of the first product that stays. Publishes ProductTransferStarted, or what `complete` does.
    """
    require(policy.can_transfer_products(actor, organisation_id))
    entries = _checked(entries)
    receiver_id = entries.receiver_id
    if receiver_id == organisation_id:
        raise RuleBroken("transfer_to_itself")
    hold_organisations([organisation_id, *([receiver_id] if receiver_id else [])])
    require(policy.can_transfer_products(organisations.standing(actor, organisation_id), organisation_id))
    if receiver_id is not None:
        require(policy.can_receive_products(organisations.standing(actor, receiver_id), receiver_id))
    expire_of(organisation_id=organisation_id, product_ids=entries.product_ids)
    hold_everywhere(organisation_id)
    products = _movable(organisation_id, entries)
    transfer = _inserted(actor, organisation_id, entries, products)
    if receiver_id is not None:
        complete(actor=actor, transfer=transfer, receiver_id=receiver_id)
    else:
        _tell(actor, transfer, products)
    return transfer


def _checked(entries: NewTransfer) -> NewTransfer:
    errors: list[FieldError] = []
    email = ""
    if entries.way not in list(TransferWay):
        errors.append(FieldError("way", "in", _("Choose one of the offered ways."), tuple(TransferWay)))
    if entries.way == TransferWay.EMAIL:
        try:
            email = normalised_login(entries.email)
        except Invalid as bad:
            errors.extend(bad.errors)
    if entries.way == TransferWay.DIRECT and entries.receiver_id is None:
        errors.append(FieldError("account_id", "required", _("Choose the organisation that takes the products over.")))
    if not entries.accepts_terms:
        errors.append(FieldError("accepts_terms", "accepted", _("Read the general terms and tick the box.")))
    if not entries.confirms_warnings:
        errors.append(
            FieldError("confirms_warnings", "accepted", _("Read what follows from the move and tick the box."))
        )
    if errors:
        raise Invalid(*errors)
    if not entries.product_ids:
        raise RuleBroken("nothing_to_transfer")
    if len(entries.product_ids) > MOST_TRANSFERRED:
        raise RuleBroken("too_many_to_transfer", most=MOST_TRANSFERRED)
    return NewTransfer(
        product_ids=tuple(dict.fromkeys(entries.product_ids)),
        way=entries.way,
        email=email,
        receiver_id=entries.receiver_id if entries.way == TransferWay.DIRECT else None,
    )


def _movable(organisation_id: int, entries: NewTransfer) -> list[Product]:
    # In the order of their keys, like everybody who locks several; what moved or ended a moment ago shows here.
    rows = Product.objects.select_for_update().filter(pk__in=entries.product_ids, organisation_id=organisation_id)
    products = list(rows.order_by("pk"))
    if len(products) != len(entries.product_ids):
        raise NotFound
    refused = obstacles_of(organisation_id, products, receiver_id=entries.receiver_id)
    for each in products:
        if reason := refused.get(each.pk):
            raise NotTransferable(
                reason.code,
                text=_("%(name)s cannot be moved: %(reason)s"),
                name=each.title,
                reason=reason.sentence(),
                product_ids=sorted(refused),
            )
    return products


def _inserted(actor: Actor, organisation_id: int, entries: NewTransfer, products: Sequence[Product]) -> ProductTransfer:
    now = clock.now()
    transfer = ProductTransfer(
        organisation_id=organisation_id,
        way=entries.way,
        state=TransferState.STARTED,
        email=entries.email,
        language=_language_of(entries.email),
        terms_version=settings.TERMS_VERSION,
        started_by_id=actor.account_id or 0,
        started_by_name=actor.name,
        created_at=now,
        expires_at=now + timedelta(days=TRANSFER_DAYS),
    )
    if entries.way != TransferWay.DIRECT:
        raw = secrets.new_secret(TRANSFER_LINK_PREFIX)
        transfer.digest, transfer.sealed_link = secrets.digest(raw), secrets.encrypt(raw)
    insert(transfer)
    TransferredProduct.objects.bulk_create(
        TransferredProduct(
            organisation_id=organisation_id, transfer=transfer, product=each, kind_code=each.kind_code,
            title=each.internal_name or each.name, name=each.name,
        )
        for each in products
    )  # fmt: skip
    return transfer


def _language_of(email: str) -> str:
    """The mail's: that of the account with this address, else of whoever starts."""
    account = identity.account_row(identity.account_id_of(email) or 0) if email else None
    return account.language if account else (get_language() or "en")[:2]


def _tell(actor: Actor, transfer: ProductTransfer, products: Sequence[Product]) -> None:
    event = ProductTransferStarted(
        organisation_id=transfer.organisation_id,
        transfer_id=transfer.pk,
        names=tuple(each.title for each in products),
        way=transfer.way,
        email=transfer.email,
    )
    events.publish(event, actor=actor)
