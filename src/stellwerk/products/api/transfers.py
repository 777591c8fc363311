"""`transfers`: products on their way to another organisation (ORG-098, TRF-003…006)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.urls import reverse
from pydantic import Field

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.api import ApiRequest, Id, Input, Listing, Output, Router, page_of, seconds, success
from stellwerk.foundation.errors import NotFound
from stellwerk.products import policy, queries
from stellwerk.products.rules import MOST_TRANSFERRED
from stellwerk.products.services import transfers as services

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.products.queries import TransferRow

router = Router("Product transfers")
Way = Literal["link", "email", "direct"]
Status = Literal["started", "completed", "cancelled", "declined", "expired"]


class NewTransferIn(Input):
    """`email` for that way; `account_id` for the direct one, an organisation of the token's owner. Both ticks of the
    page must be true: the general terms, and that people lose access while invoices stay.
    """

    product_ids: list[Id] = Field(min_length=1, max_length=MOST_TRANSFERRED)
    way: Way
    email: str = Field(default="", max_length=254)
    account_id: Id | None = None
    accepts_terms: bool = False
    confirms_warnings: bool = False


class AcceptanceIn(Input):
    """`link`: the secret last part of the link's address. `account_id`: the organisation that takes over."""

    link: str = Field(min_length=1, max_length=200)
    account_id: Id


class RefusalIn(Input):
    link: str = Field(min_length=1, max_length=200)


class TransferredProductOut(Output):
    product_id: int
    name: str


class ProductTransferOut(Output):
    """A transfer as the asking organisation sees it. `url_accept`: its secret link, for the giver while it is open."""

    id: int
    direction: Literal["given", "received"]
    way: Way
    status: Status
    email: str | None
    from_account_id: int
    from_account_name: str
    to_account_id: int | None
    to_account_name: str | None
    products: list[TransferredProductOut]
    created_at: int
    expired_at: int
    ended_at: int | None
    url_accept: str | None


@router.get(
    "accounts/{organisation_id}/transfers",
    scope="products",
    answer=ProductTransferOut,
    listing=Listing(filters={"status": Status}, is_searchable=False),
)
def transfers(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """What the organisation gave and took over, newest first."""
    require(policy.can_see_transfers(request.actor, organisation_id))
    asked = request.asked
    states = (asked.filters["status"],) if "status" in asked.filters else ()
    return page_of(
        request,
        rows=lambda: [
            _transfer(row)
            for row in queries.transfer_rows(organisation_id, states=states, limit=asked.limit, skip=asked.skip)
        ],
        total=lambda: queries.transfer_total(organisation_id, states=states),
    )


@router.post("accounts/{organisation_id}/transfers", scope="products", answer=ProductTransferOut, status=201)
def start_transfer(request: ApiRequest, organisation_id: int, entries: NewTransferIn) -> HttpResponse:
    """Offer products to another organisation; all or none. The direct way completes at once."""
    made = services.start_transfer(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=services.NewTransfer(
            product_ids=tuple(entries.product_ids),
            way=entries.way,
            email=entries.email,
            receiver_id=entries.account_id,
            accepts_terms=entries.accepts_terms,
            confirms_warnings=entries.confirms_warnings,
        ),
    )
    return success(_one(organisation_id, made.pk), status=201)


@router.get("accounts/{organisation_id}/transfers/{transfer_id}", scope="products", answer=ProductTransferOut)
def transfer(request: ApiRequest, organisation_id: int, transfer_id: int) -> HttpResponse:
    """One transfer."""
    require(policy.can_see_transfers(request.actor, organisation_id))
    return success(_one(organisation_id, transfer_id))


@router.delete("accounts/{organisation_id}/transfers/{transfer_id}", scope="products")
def cancel_transfer(request: ApiRequest, organisation_id: int, transfer_id: int) -> HttpResponse:
    """Cancel an open transfer; its link is dead at once."""
    services.cancel_transfer(actor=request.actor, organisation_id=organisation_id, transfer_id=transfer_id)
    return success(data=True)


@router.post("accounts/{organisation_id}/transfers/{transfer_id}/resend", scope="products", answer=ProductTransferOut)
def resend_transfer(request: ApiRequest, organisation_id: int, transfer_id: int) -> HttpResponse:
    """Mail the link of an open transfer again."""
    services.resend_transfer(actor=request.actor, organisation_id=organisation_id, transfer_id=transfer_id)
    return success(_one(organisation_id, transfer_id))


@router.post("transfers/accept", scope="products", answer=ProductTransferOut)
def accept_transfer(request: ApiRequest, entries: AcceptanceIn) -> HttpResponse:
    """Take everything over that a link offers. The link works once; a dead one is 410 whatever killed it."""
    made = services.accept_transfer(actor=request.actor, raw_link=entries.link, organisation_id=entries.account_id)
    return success(_one(entries.account_id, made.pk))


@router.post("transfers/decline", scope="products")
def decline_transfer(request: ApiRequest, entries: RefusalIn) -> HttpResponse:
    """Say no to what a link offers."""
    services.decline_transfer(actor=request.actor, raw_link=entries.link)
    return success(data=True)


def _one(organisation_id: int, transfer_id: int) -> dict[str, Any]:
    row = queries.transfer_row(organisation_id, transfer_id)
    if row is None:
        raise NotFound
    return _transfer(row)


def _transfer(row: TransferRow) -> dict[str, Any]:
    link = settings.SITE_URL.rstrip("/") + reverse("products:transfer-offer", args=[row.link]) if row.link else None
    return {
        "id": row.id,
        "direction": "given" if row.is_given else "received",
        "way": row.way.value,
        "status": row.state.value,
        "email": row.email or None,
        "from_account_id": row.giver_id,
        "from_account_name": row.giver,
        "to_account_id": row.receiver_id,
        "to_account_name": row.receiver or None,
        "products": [{"product_id": each.product_id, "name": each.name} for each in row.products],
        "created_at": seconds(row.created_at),
        "expired_at": seconds(row.expires_at),
        "ended_at": seconds(row.ended_at) if row.ended_at else None,
        "url_accept": link,
    }
