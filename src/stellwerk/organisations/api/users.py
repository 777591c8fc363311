"""`users`: the members of an organisation, and the people who are invited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.addresses import web_address
from stellwerk.foundation.edge.api import (
    ApiRequest,
    Day,
    Input,
    Listing,
    Output,
    Router,
    page_of,
    seconds,
    success,
    wire_names,
)
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.services import last_days, memberships

if TYPE_CHECKING:
    from django.http import HttpResponse

router = Router("Users", names={"role": "role_type"})
Role = Literal["owner", "admin", "normal", "external"]
State = Literal["pending", "valid"]


class UserOut(Output):
    """A member (`valid`), or somebody invited (`pending`, without user_id)."""

    user_id: int | None
    invitation_id: int | None
    first_name: str
    last_name: str
    display_name: str
    email: str
    avatar: str | None
    role_type: Role
    state_in_account: State
    has_billing_access: bool
    last_login_at: int | None


class UserChange(Input):
    """Only what changes; effective at once. `ends_on` is the last day in the organisation, `billing_ends_on` that of
    the access to invoices; null means without end.
    """

    role_type: Role | None = None
    has_billing_access: bool | None = None
    ends_on: Day | None = None
    billing_ends_on: Day | None = None


@router.get(
    "accounts/{organisation_id}/users",
    version=2,
    scope="users",
    answer=UserOut,
    listing=Listing(
        filters={
            "role_type": Role,
            "state_in_account": State,
            "team_ids": list[int],
            "user_ids": list[int],
            "has_otp": bool,
            "has_billing_access": bool,
        }
    ),
)
def users(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """The members by last name, then, for managers, the people with an open invitation."""
    require(policy.can_see_members(request.actor, organisation_id))
    if "has_otp" in request.asked.filters:  # who has no second factor is not for everybody to know
        require(policy.can_guard_sign_ins(request.actor, organisation_id))
    asked, only = request.asked, _narrowed(request, organisation_id)
    return page_of(
        request,
        rows=lambda: [
            _person(request, row)
            for row in queries.everybody_rows(organisation_id, only=only, limit=asked.limit, skip=asked.skip)
        ],
        total=lambda: queries.everybody_total(organisation_id, only=only),
    )


@router.get("accounts/{organisation_id}/users/{user_id}", version=2, scope="users", answer=UserOut)
def user(request: ApiRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """One member."""
    require(policy.can_see_members(request.actor, organisation_id))
    return success(_one(request, organisation_id, user_id))


@router.patch("accounts/{organisation_id}/users/{user_id}", version=2, scope="users", answer=UserOut)
def change_user(request: ApiRequest, organisation_id: int, user_id: int, entries: UserChange) -> HttpResponse:
    """Another role, the right to see and pay invoices, or last days; all or nothing of it."""
    require(policy.can_manage_members(request.actor, organisation_id))
    with transaction.atomic():
        memberships.change_member(
            actor=request.actor,
            organisation_id=organisation_id,
            account_id=user_id,
            role=entries.role_type,
            has_billing_access=entries.has_billing_access,
        )
        here: dict[str, Any] = {"actor": request.actor, "organisation_id": organisation_id, "account_id": user_id}
        if "ends_on" in entries.model_fields_set:
            last_days.set_membership_end(**here, ends_on=entries.ends_on)
        if "billing_ends_on" in entries.model_fields_set:
            with wire_names(ends_on="billing_ends_on"):
                last_days.set_billing_end(**here, ends_on=entries.billing_ends_on)
    return success(_one(request, organisation_id, user_id))


@router.delete("accounts/{organisation_id}/users/{user_id}", version=2, scope="users")
def remove_user(request: ApiRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """End a membership. There is no undo."""
    memberships.remove_member(actor=request.actor, organisation_id=organisation_id, account_id=user_id)
    return success(True)


@router.delete("accounts/{organisation_id}/users/{user_id}/lock", version=2, scope="users")
def unlock_user(request: ApiRequest, organisation_id: int, user_id: int) -> HttpResponse:
    """Open a member's account again that too many wrong passwords have locked. Not for externals."""
    memberships.unlock_member(actor=request.actor, organisation_id=organisation_id, account_id=user_id)
    return success(True)


def _narrowed(request: ApiRequest, organisation_id: int) -> queries.EverybodyFilter:
    """Members and invitations answer different filters: one that only members can meet leaves invitations out."""
    filters = request.asked.filters
    state = filters.get("state_in_account")
    is_narrowed = bool({"role_type", "team_ids", "user_ids", "has_billing_access", "has_otp"} & filters.keys())
    manages = bool(policy.can_manage_members(request.actor, organisation_id))
    return queries.EverybodyFilter(
        members=queries.MemberFilter(
            search=request.asked.search,
            role=filters.get("role_type", ""),
            team_ids=tuple(filters.get("team_ids", ())),
            account_ids=tuple(filters.get("user_ids", ())),
            has_billing_access=filters.get("has_billing_access"),
            has_second_factor=filters.get("has_otp"),
        ),
        has_members=state != "pending",
        has_invited=manages and state != "valid" and (state == "pending" or not is_narrowed),
    )


def _one(request: ApiRequest, organisation_id: int, account_id: int) -> dict[str, Any]:
    row = queries.member_row(organisation_id, account_id)
    if row is None:
        raise NotFound
    me = (row.account_id, None, row.first_name, row.last_name, row.email, row.role, row.has_billing_access)
    return _person(request, queries.EverybodyRow(*me, row.last_login, row.picture_url))


def _person(request: ApiRequest, row: queries.EverybodyRow) -> dict[str, Any]:
    return {
        "user_id": row.account_id,
        "invitation_id": row.invitation_id,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "display_name": row.name,
        "email": row.email,
        "avatar": web_address(request, row.picture_url),
        "role_type": row.role,
        "state_in_account": "valid" if row.account_id else "pending",
        "has_billing_access": row.has_billing_access,
        "last_login_at": seconds(row.last_login),
    }
