"""Products on the wire (api-wire, commands): lists, one product, its internal name and tags."""

from __future__ import annotations

import zlib
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from pydantic import Field

from stellwerk.catalogue.kinds import ascii_name
from stellwerk.foundation import clock
from stellwerk.foundation.edge.api import ApiRequest, Id, Input, Listing, Output, Router, page_of, seconds, success
from stellwerk.foundation.errors import FieldError, Invalid, NotFound
from stellwerk.products import queries, services
from stellwerk.products.api import visibility as _registers_itself  # noqa: F401  who sees what
from stellwerk.products.queries import ProductFilter
from stellwerk.products.rules import LIVE, Right, State

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpResponse

    from stellwerk.products.queries import ProductRow

router = Router("Products")
INCLUDE = ("status", "users", "admin", "fqdn", "renew_preferences", "is_transferable")
_FILTERS = {
    "service_name": str,
    "service_names": list[str],
    "customer_name": str,
    "internal_name": str,
    "expirations": list[int],
    "tags": list[int],
    "status": list[str],
}
# The wire's words for columns.
_ORDERS = {
    "id": "id",
    "service_name": "kind_code",
    "customer_name": "name",
    "internal_name": "internal_name",
    "created_at": "created_at",
    "expired_at": "expires_on",
}
_LISTING = Listing(filters=_FILTERS, order=tuple(_ORDERS), include=INCLUDE)


class ProductTagOut(Output):
    id: int
    name: str
    color: str


class RightsOut(Output):
    technical: bool
    statistic: bool
    check: bool
    sale: bool


class RenewPreferencesOut(Output):
    is_automatic: bool
    period_months: int


class ProductOut(Output):
    """`id` is the product, `account_id` its organisation, `service_name` its kind, `customer_name` what was ordered.
    `created_at` is its beginning, `owned_since` the day on which a transfer brought it here, else its first day.
    `expired_at` is the first moment no longer paid for, `paid_until` the last day paid for, as people are told it; both
    stand for the same end. From `status` on, `with=` asks for the fields; one product has them all.
    """

    id: int
    account_id: int
    service_id: int
    service_name: str
    customer_name: str
    internal_name: str | None
    created_at: int
    owned_since: str
    expired_at: int
    paid_until: str
    version: int
    is_locked: bool
    is_free: bool
    is_trial: bool
    has_operation_in_progress: bool
    tags: list[ProductTagOut]
    rights: RightsOut
    offer: str
    quantity: int
    period_months: int
    status: str | None = None
    users: list[int] | None = None
    admin: bool | None = None
    fqdn: str | None = None
    renew_preferences: RenewPreferencesOut | None = None
    is_transferable: bool | None = None


class ServiceOut(Output):
    """A kind of product and how many of it the asking person sees."""

    id: int
    name: str
    title: str
    universe: str
    count: int


class Renaming(Input):
    internal_name: str | None = Field(default=None, max_length=100)


class TagIds(Input):
    tag_ids: list[Id] = Field(max_length=100)


@router.get("accounts/{organisation_id}/products", scope="products", answer=ProductOut, listing=_LISTING)
def products_of_account(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The products of an organisation that the token's owner may see."""
    actor = request.actor
    return _page(request, lambda **how: queries.product_listing(actor, organisation_id, **how))


@router.get("accounts/current/products", scope="products", answer=ProductOut, listing=_LISTING)
def products_of_current_account(request: ApiRequest) -> HttpResponse:
    """The products of the owner's first organisation, by name."""
    actor, here = request.actor, request.actor.organisation_id
    if here is None:
        raise NotFound
    return _page(request, lambda **how: queries.product_listing(actor, here, **how))


@router.get("products", scope="products", answer=ProductOut, listing=_LISTING)
def products(request: ApiRequest) -> HttpResponse:
    """The products of all organisations of the token's owner."""
    return _page(request, lambda **how: queries.listing_everywhere(request.actor, **how))


@router.get("products/{product_id}", scope="products", answer=ProductOut, listing=None)
def product(request: ApiRequest, product_id: int) -> HttpResponse:
    """One product, with everything that `with=` can add."""
    return success(_one(request, request.actor.organisation_id or 0, product_id))


@router.get("accounts/{organisation_id}/products/{product_id}", scope="products", answer=ProductOut)
def product_of_account(request: ApiRequest, organisation_id: int, product_id: int) -> HttpResponse:
    """One product, with everything that `with=` can add."""
    return success(_one(request, organisation_id, product_id))


@router.patch("products/{product_id}", scope="products", answer=ProductOut)
def change_product(request: ApiRequest, product_id: int, entries: Renaming) -> HttpResponse:
    """Give the product the name that its organisation uses; null or "" returns to the original one."""
    return _renamed(request, request.actor.organisation_id or 0, product_id, entries)


@router.patch("accounts/{organisation_id}/products/{product_id}", scope="products", answer=ProductOut)
def change_product_of_account(
    request: ApiRequest, organisation_id: int, product_id: int, entries: Renaming
) -> HttpResponse:
    """Give the product the name that its organisation uses; null or "" returns to the original one."""
    return _renamed(request, organisation_id, product_id, entries)


@router.put("accounts/{organisation_id}/products/{product_id}/tags", scope="products")
def replace_product_tags(request: ApiRequest, organisation_id: int, product_id: int, entries: TagIds) -> HttpResponse:
    """Let the product carry exactly these tags."""
    services.set_product_tags(
        actor=request.actor, organisation_id=organisation_id, product_id=product_id, tag_ids=entries.tag_ids
    )
    return success(data=True)


@router.get("accounts/{organisation_id}/services", scope="products", answer=list[ServiceOut])
def services_of_account(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The kinds of products this instance offers, with the number of products of each."""
    counts = queries.group_counts(request.actor, organisation_id)
    return success(
        [
            {
                "id": service_id(each.kind_code),
                "name": each.kind_code,
                "title": each.name,
                "universe": each.universe.value,
                "count": each.count,
            }
            for each in counts
        ]
    )


def service_id(kind_code: str) -> int:
    """A number for a kind's code that is the same on every instance and for ever (CRC-32)."""
    return zlib.crc32(kind_code.encode())


def _page(request: ApiRequest, listing_of: Callable[..., queries.Listing]) -> HttpResponse:
    asked = request.asked
    order = [("-" if is_descending else "") + _ORDERS[name] for name, is_descending in asked.order]
    found = listing_of(narrowed=_narrowed(request), order=order or ["id"], limit=asked.limit, skip=asked.skip)
    return page_of(
        request,
        rows=lambda: _products(request, found.rows, asked.include),
        total=lambda: found.total,
    )


def _narrowed(request: ApiRequest) -> ProductFilter:
    filters = request.asked.filters
    names = [*filters.get("service_names", ()), *([filters["service_name"]] if "service_name" in filters else [])]
    states = tuple(State(each) for each in filters.get("status", ()) if each in list(State))
    if len(states) != len(filters.get("status", ())):
        raise Invalid(FieldError("filter.status", "in", _("Choose one of the allowed values."), tuple(State)))
    days = filters.get("expirations", ())
    return ProductFilter(
        search=request.asked.search,
        kind_codes=tuple(names),
        states=states or LIVE,
        tag_ids=tuple(filters.get("tags", ())),
        name=filters.get("customer_name", ""),
        internal_name=filters.get("internal_name", ""),
        expires_until=clock.today() + timedelta(days=min(max(days), 36_500)) if days else None,
    )


def _one(request: ApiRequest, organisation_id: int, product_id: int) -> dict[str, Any]:
    row = queries.product_row(request.actor, organisation_id, product_id=product_id)
    return _products(request, [row], frozenset(INCLUDE))[0]


def _renamed(request: ApiRequest, organisation_id: int, product_id: int, entries: Renaming) -> HttpResponse:
    if "internal_name" in entries.model_fields_set:
        services.rename_product(
            actor=request.actor,
            organisation_id=organisation_id,
            product_id=product_id,
            internal_name=entries.internal_name or "",
        )
    return success(_one(request, organisation_id, product_id))


def _products(request: ApiRequest, rows: list[ProductRow], include: frozenset[str]) -> list[dict[str, Any]]:
    people = queries.people_of(request.actor, [row.id for row in rows]) if "users" in include else {}
    if not include:
        return [_product(row) for row in rows]
    return [{**_product(row), **_more(row, include, people.get(row.id, []))} for row in rows]


def _product(row: ProductRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "account_id": row.organisation_id,
        "service_id": service_id(row.kind_code),
        "service_name": row.kind_code,
        "customer_name": row.name or row.offer_code,
        "internal_name": row.internal_name or None,
        "created_at": seconds(row.created_at),
        "owned_since": row.owned_since_on.isoformat(),
        "expired_at": _midnight(row.expires_on),
        "paid_until": row.last_on.isoformat(),
        "version": 1,
        "is_locked": row.state is State.SUSPENDED,
        "is_free": False,
        "is_trial": False,
        "has_operation_in_progress": row.state is State.PROVISIONING,
        "tags": [{"id": tag.id, "name": tag.name, "color": tag.color} for tag in row.tags],
        "rights": _rights(row.rights),
        "offer": row.offer_code,
        "quantity": row.quantity,
        "period_months": row.period_months,
    }


def _more(row: ProductRow, include: frozenset[str], people: list[int]) -> dict[str, Any]:
    """What `with=` adds. `users` are the ids of those to whom managers gave access; only managers see them."""
    more: dict[str, Any] = {
        "status": row.state.value,
        "users": people,
        "admin": Right.TECHNICAL in row.rights,
        "fqdn": ascii_name(row.name) if "." in row.name else None,
        "renew_preferences": {"is_automatic": row.renews_automatically, "period_months": row.period_months},
        "is_transferable": row.is_live and bool(row.kind and row.kind.is_transferable),
    }
    return {name: more[name] for name in INCLUDE if name in include}


@lru_cache(maxsize=16)
def _rights(rights: frozenset[str]) -> dict[str, bool]:
    """Shared by all rows with the same rights, of which there are few."""
    return {right.value: right in rights for right in Right}


@lru_cache(maxsize=4096)
def _midnight(on: date) -> int:
    """A date on the operator's calendar as its first moment, in seconds since 1970 UTC."""
    return int(datetime.combine(on, time(), clock.operator_zone()).timestamp())
