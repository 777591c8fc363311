"""Reads of product transfers: the giver's list, both sides' history, and what the holder of a link is offered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stellwerk.catalogue import queries as catalogue
from stellwerk.catalogue.kinds import kind_name
from stellwerk.foundation import clock, secrets
from stellwerk.foundation.months import last_day
from stellwerk.foundation.orm import JsonRows
from stellwerk.organisations import queries as organisations
from stellwerk.products.models import Product, ProductTransfer, TransferredProduct
from stellwerk.products.rules import ENDLESS_MONTHS, LIVE, State, TransferState, TransferWay

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class MovedProduct:
    """A product of a transfer under the name by which the asking side knows it. `told_name` is what the receiver is
    told: not the giver's own word for it.
    """

    product_id: int
    name: str
    told_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """A transfer as one of its two sides sees it. `link` is its secret while it is open, for the giver only."""

    id: int
    is_given: bool
    way: TransferWay
    state: TransferState
    email: str
    language: str
    giver_id: int
    giver: str
    receiver_id: int | None
    receiver: str
    started_by_id: int
    started_by: str
    ended_by_id: int | None
    ended_by: str
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    products: tuple[MovedProduct, ...]
    link: str

    @property
    def is_open(self) -> bool:
        return self.state is TransferState.STARTED

    @property
    def state_name(self) -> str:
        """The state in the active language."""
        return {
            TransferState.STARTED: pgettext("transfer", "Open"),
            TransferState.COMPLETED: pgettext("transfer", "Completed"),
            TransferState.CANCELLED: pgettext("transfer", "Cancelled"),
            TransferState.DECLINED: pgettext("transfer", "Declined"),
            TransferState.EXPIRED: pgettext("transfer", "Expired"),
        }[self.state]

    @property
    def way_name(self) -> str:
        if self.email:
            return _("E-mail to %(email)s") % {"email": self.email}
        return _("Directly") if self.way is TransferWay.DIRECT else _("Link")


@dataclass(frozen=True, slots=True)
class OfferedProduct:
    """What the receiver gets. `net_by_currency`: the next renewal's price without VAT, in minor units."""

    id: int
    name: str
    offer_name: str
    quantity: int
    period_months: int
    expires_on: date
    is_suspended: bool
    net_by_currency: dict[str, int]

    @property
    def is_endless(self) -> bool:
        return self.period_months >= ENDLESS_MONTHS

    @property
    def last_on(self) -> date:
        """The last day paid for."""
        return last_day(self.expires_on)

    @property
    def prices(self) -> list[tuple[str, int]]:
        return sorted(self.net_by_currency.items())


@dataclass(frozen=True, slots=True)
class TransferOffer:
    """An open transfer as the holder of the address sees it that its link was mailed to. `names`: what would come."""

    giver: str
    link: str
    names: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OwnOrganisation:
    """Where somebody may take products over."""

    id: int
    name: str


_ITEMS = Subquery(
    TransferredProduct.objects.filter(transfer=OuterRef("pk"))
    .annotate(found=JsonRows("product_id", "kind_code", "title", "name"))
    .values("found")
)


def transfer_rows(
    organisation_id: int, *, states: Collection[str] = (), limit: int = 50, skip: int = 0
) -> list[TransferRow]:
    """What the organisation gave and got, newest first. One query."""
    rows = _of(organisation_id, states).order_by("-pk").annotate(listed=_ITEMS)[skip : skip + limit]
    return [_row(each, each.listed, organisation_id) for each in rows.select_related("organisation", "receiver")]


def transfer_total(organisation_id: int, *, states: Collection[str] = ()) -> int:
    return _of(organisation_id, states).count()


def transfer_row(organisation_id: int, transfer_id: int) -> TransferRow | None:
    rows = _of(organisation_id, ()).filter(pk=transfer_id).annotate(listed=_ITEMS)
    found = rows.select_related("organisation", "receiver").first()
    return _row(found, found.listed, organisation_id) if found else None


def has_transfer(organisation_id: int, transfer_id: int) -> bool:
    return _of(organisation_id, ()).filter(pk=transfer_id).exists()


def transfers_offered_to(email: str, *, limit: int = 10) -> list[TransferOffer]:
    """What waits for the holder of a login: open transfers whose link was mailed there, newest first. One query."""
    if not email:
        return []
    rows = ProductTransfer.objects.filter(
        email=email, state=TransferState.STARTED, expires_at__gt=clock.now(), organisation__deleted_at=None
    )
    found = rows.order_by("-pk").values_list("organisation__name", "sealed_link", "expires_at", _ITEMS)[:limit]
    return [
        TransferOffer(
            giver,
            secrets.decrypt(sealed),
            tuple(_moved(*each, is_given=False).told_name for each in listed or ()),
            expires_at,
        )
        for giver, sealed, expires_at, listed in found
    ]


def offered_products(transfer_id: int, *, currencies: Sequence[str] = ()) -> list[OfferedProduct]:
    """What would come, by name, with the prices of each currency. Two queries."""
    rows = Product.objects.filter(
        pk__in=ProductTransfer.objects.filter(pk=transfer_id).values("items__product"), state__in=LIVE
    )
    products = sorted(rows, key=lambda each: (each.name.casefold(), each.pk))
    sold = {
        each.offer.code: each
        for each in catalogue.tariffs(on=clock.today(), codes={each.offer_code for each in products})
    }
    return [_offered(each, sold.get(each.offer_code), currencies) for each in products]


def own_organisations(actor: Actor, *, besides: int) -> list[OwnOrganisation]:
    """Where the person is legal representative or administrator, by name, but one. Two queries.

    Where a second factor is demanded that the person lacks, nothing can be taken over.
    """
    account_id = actor.account_id or 0
    closed = organisations.closed_to(account_id)
    return [
        OwnOrganisation(row.organisation_id, row.name)
        for row in organisations.membership_rows(account_id)
        if actor.at(row.organisation_id, row.role).is_manager and row.organisation_id not in {besides, *closed}
    ]


def _of(organisation_id: int, states: Collection[str]) -> QuerySet[ProductTransfer]:
    """Those given and those taken over; what nobody answered in time has expired, though no job has touched it."""
    rows = ProductTransfer.objects.filter(Q(organisation_id=organisation_id) | Q(receiver_id=organisation_id))
    if not states:
        return rows
    is_over = Q(state=TransferState.STARTED, expires_at__lte=clock.now())
    wanted = Q(state__in=list(states))
    if TransferState.STARTED in states:
        wanted &= ~is_over
    if TransferState.EXPIRED in states:
        wanted |= is_over
    return rows.filter(wanted)


def _row(found: ProductTransfer, listed: Sequence[tuple[int, str, str, str]], organisation_id: int) -> TransferRow:
    is_given = found.organisation_id == organisation_id
    state = TransferState(found.state)
    if state is TransferState.STARTED and found.expires_at <= clock.now():
        state = TransferState.EXPIRED
    products = [_moved(*each, is_given=is_given) for each in listed or ()]
    is_answerable = is_given and state is TransferState.STARTED and found.sealed_link
    return TransferRow(
        id=found.pk,
        is_given=is_given,
        way=TransferWay(found.way),
        state=state,
        email=found.email if is_given else "",
        language=found.language,
        giver_id=found.organisation_id,
        giver=found.organisation.name,
        receiver_id=found.receiver_id,
        receiver=found.receiver.name if found.receiver else "",
        started_by_id=found.started_by_id,
        started_by=found.started_by_name,
        ended_by_id=found.ended_by_id,
        ended_by=found.ended_by_name,
        created_at=found.created_at,
        expires_at=found.expires_at,
        ended_at=found.ended_at,
        products=tuple(sorted(products, key=lambda each: (each.name.casefold(), each.product_id))),
        link=secrets.decrypt(found.sealed_link) if is_answerable else "",
    )


def _moved(product_id: int, kind_code: str, title: str, name: str, *, is_given: bool) -> MovedProduct:
    told_name = name or kind_name(kind_code)
    return MovedProduct(product_id, title or told_name if is_given else told_name, told_name)


def _offered(product: Product, sold: catalogue.Tariff | None, currencies: Sequence[str]) -> OfferedProduct:
    prices = {
        currency: catalogue.net_minor(sold.offer, price, quantity=product.quantity)
        for currency in currencies
        if sold and (price := sold.prices.get((currency, product.period_months)))
    }
    offer_name = sold.offer.name if sold else product.offer_code
    return OfferedProduct(
        product.pk,
        product.name or offer_name,
        offer_name,
        product.quantity,
        product.period_months,
        product.expires_on,
        product.state == State.SUSPENDED,
        prices,
    )
