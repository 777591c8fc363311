"""`permissions`: what people and teams may do with products, until when (ORG-045…051, ORG-070, ORG-075)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.api import (
    ApiRequest,
    Day,
    Id,
    Input,
    Listing,
    Output,
    Router,
    day,
    listed,
    page_of,
    seconds,
    success,
)
from stellwerk.products import policy, queries, services
from stellwerk.products.api import visibility as _registers_itself  # noqa: F401  who sees what
from stellwerk.products.services import Holder, Target

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.products.queries import GrantRow, ProductRow

router = Router("Permissions", names={"account_id": "user_id", "kind_code": "service_name", "rights": "permissions"})
_LISTING = Listing(is_searchable=False)


class PermissionOut(Output):
    """One permission of a person or of a team: on a product, on all products of a service, or on everything.

    `permission` is technical, statistic, check, sale, one that the service adds, or `all`. `ends_on` is the last day.
    """

    id: int
    user_id: int | None
    team_id: int | None
    product_id: int | None
    service_name: str | None
    permission: str
    ends_on: str | None
    granted_by_id: int | None
    created_at: int


class UserProductOut(Output):
    """A product that somebody may use, with the effective permissions."""

    id: int
    service_name: str
    customer_name: str
    internal_name: str | None
    permissions: list[str]


class NewPermissions(Input):
    """Exactly these hold from now on for the target: a product, a service, or everything where both are missing.

    No permissions at all withdraw what was held there. On everything only `all` can be held.
    """

    product_id: Id | None = None
    service_name: str | None = Field(default=None, max_length=50)
    permissions: list[str] = Field(max_length=20)
    ends_on: Day | None = None


@router.get(
    "accounts/{organisation_id}/users/{user_id}/products",
    version=2,
    scope="products",
    answer=UserProductOut,
    listing=Listing(),
)
def products_of_user(request: ApiRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """What a member may use, with the effective permissions. For managers, and for oneself."""
    require(policy.can_see_access_of(request.actor, organisation_id, account_id=user_id))
    asked = request.asked
    narrowed = queries.ProductFilter(search=asked.search)
    found = queries.listing_of_member(user_id, organisation_id, narrowed=narrowed, limit=asked.limit, skip=asked.skip)
    return page_of(request, rows=lambda: [_product(row) for row in found.rows], total=lambda: found.total)


@router.get(
    "accounts/{organisation_id}/users/{user_id}/permissions",
    version=2,
    scope="products",
    answer=PermissionOut,
    listing=_LISTING,
)
def permissions_of_user(request: ApiRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """What a member was given directly; teams and the role may give more."""
    return _list(request, organisation_id, account_id=user_id)


@router.put("accounts/{organisation_id}/users/{user_id}/permissions", version=2, scope="products")
def replace_permissions_of_user(
    request: ApiRequest, organisation_id: int, user_id: int, entries: NewPermissions
) -> HttpResponse:
    """Set what a member holds on one target, effective at once."""
    return _replaced(request, organisation_id, Holder(account_id=user_id), entries)


@router.get(
    "accounts/{organisation_id}/teams/{team_id}/permissions",
    scope="products",
    answer=PermissionOut,
    listing=_LISTING,
)
def permissions_of_team(request: ApiRequest, organisation_id: int, team_id: int) -> HttpResponse:
    """What a team carries for its people."""
    return _list(request, organisation_id, team_id=team_id)


@router.put("accounts/{organisation_id}/teams/{team_id}/permissions", scope="products")
def replace_permissions_of_team(
    request: ApiRequest, organisation_id: int, team_id: int, entries: NewPermissions
) -> HttpResponse:
    """Set what a team carries on one target, effective at once for everybody in it."""
    return _replaced(request, organisation_id, Holder(team_id=team_id), entries)


@router.get(
    "accounts/{organisation_id}/products/{product_id}/permissions",
    scope="products",
    answer=PermissionOut,
    listing=_LISTING,
)
def permissions_on_product(request: ApiRequest, organisation_id: int, product_id: int) -> HttpResponse:
    """Everything that reaches a product: permissions on it, on its service, and on everything."""
    require(policy.can_see_access(request.actor, organisation_id))
    rows = queries.grants_reaching(request.actor, organisation_id, product_id=product_id)
    return listed(request, [_permission(row) for row in rows])


@router.delete("accounts/{organisation_id}/permissions/{grant_id}", scope="products")
def withdraw_permission(request: ApiRequest, organisation_id: int, grant_id: int) -> HttpResponse:
    """Withdraw one permission, effective at once. What is held through another source stays."""
    services.withdraw_grant(actor=request.actor, organisation_id=organisation_id, grant_id=grant_id)
    return success(data=True)


def _list(request: ApiRequest, organisation_id: int, **holder: int) -> HttpResponse:
    rows = queries.grant_rows(request.actor, organisation_id, **holder)
    return listed(request, [_permission(row) for row in rows])


def _replaced(request: ApiRequest, organisation_id: int, holder: Holder, entries: NewPermissions) -> HttpResponse:
    services.set_access(
        actor=request.actor,
        organisation_id=organisation_id,
        holder=holder,
        target=Target(product_id=entries.product_id, kind_code=entries.service_name or ""),
        rights=entries.permissions,
        ends_on=entries.ends_on,
    )
    return success(data=True)


def _permission(row: GrantRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "user_id": row.account_id,
        "team_id": row.team_id,
        "product_id": row.product_id,
        "service_name": row.kind_code or None,
        "permission": row.right,
        "ends_on": day(row.ends_on),
        "granted_by_id": row.granted_by_id,
        "created_at": seconds(row.granted_at),
    }


def _product(row: ProductRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "service_name": row.kind_code,
        "customer_name": row.name or row.offer_code,
        "internal_name": row.internal_name or None,
        "permissions": sorted(row.rights),
    }
