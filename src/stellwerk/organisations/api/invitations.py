"""`invitations`: offers to join."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.urls import reverse
from pydantic import Field

from stellwerk.foundation.decisions import require
from stellwerk.foundation.edge.api import (
    LANGUAGES,
    LOCALES,
    ApiRequest,
    Day,
    Email,
    Id,
    Input,
    Listing,
    Output,
    Router,
    day,
    page_of,
    seconds,
    success,
)
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import policy, queries
from stellwerk.organisations.services import invitations as services

if TYPE_CHECKING:
    from django.http import HttpResponse

    from stellwerk.organisations.queries import InvitationRow

router = Router("Invitations", names={"products": "permissions.products", "language": "locale", "role": "role_type"})
Role = Literal["admin", "normal", "owner", "external"]
Locale = Literal["de_DE", "en_GB", "es_ES", "fr_FR", "it_IT"]
Status = Literal["accepted", "cancelled", "pending", "rejected"]


class Notifications(Input):
    """Which messages the person will receive (ORG-052). `billing_texts`: billing reminders by SMS too."""

    billing: bool = True
    billing_texts: bool = False
    products: bool = True


class ProductRights(Input):
    """Rights on one product, granted on acceptance (ORG-045)."""

    product_id: Id
    rights: list[str] = Field(min_length=1, max_length=20)


class Permissions(Input):
    """Rights beside the role; `billing` counts for collaborators, `products` for collaborators and externals."""

    billing: bool = False
    products: list[ProductRights] = Field(default_factory=list, max_length=100)


class NewInvitationIn(Input):
    """`strict`: only the invited address may accept. `silent`: no mail, hand over `url_accept` yourself.

    `ends_on`, `billing_ends_on` and `teams_end_on` are the last days of the membership, of the access to invoices and
    of the places in teams, for collaborators and externals.
    """

    email: Email
    role_type: Role
    first_name: str = Field(default="", max_length=100)
    last_name: str = Field(default="", max_length=100)
    locale: Locale = "en_GB"
    teams: list[Id] = Field(default_factory=list, max_length=100)
    strict: bool = False
    silent: bool = False
    notifications: Notifications = Notifications()
    permissions: Permissions = Permissions()
    ends_on: Day | None = None
    billing_ends_on: Day | None = None
    teams_end_on: Day | None = None


class InvitationOut(Output):
    """An invitation. `url_accept` is its secret link while it is open."""

    id: int
    email: str
    first_name: str
    last_name: str
    locale: Locale
    role_type: Role
    teams: list[int]
    strict: bool
    notifications: Notifications
    permissions: Permissions
    ends_on: str | None
    billing_ends_on: str | None
    teams_end_on: str | None
    status: Status
    created_at: int
    updated_at: int
    expired_at: int
    sent_at: int
    url_accept: str | None


@router.get(
    "accounts/{organisation_id}/invitations",
    scope="users",
    answer=InvitationOut,
    listing=Listing(filters={"status": Status}),
)
def invitations(request: ApiRequest, organisation_id: int) -> HttpResponse:
    """All invitations of an organisation, newest first."""
    require(policy.can_manage_members(request.actor, organisation_id))
    asked = request.asked
    only: dict[str, Any] = {"state": asked.filters.get("status", ""), "search": asked.search}
    return page_of(
        request,
        rows=lambda: [
            _invitation(row)
            for row in queries.invitation_rows(organisation_id, limit=asked.limit, skip=asked.skip, **only)
        ],
        total=lambda: queries.invitation_total(organisation_id, **only),
    )


@router.post("accounts/{organisation_id}/invitations", scope="users", answer=InvitationOut, status=201)
def create_invitation(request: ApiRequest, organisation_id: int, entries: NewInvitationIn) -> HttpResponse:
    """Invite a person. An open invitation of the same address is replaced."""
    made = services.invite(
        actor=request.actor,
        organisation_id=organisation_id,
        entries=services.NewInvitation(
            email=entries.email,
            role=entries.role_type,
            first_name=entries.first_name,
            last_name=entries.last_name,
            language=LANGUAGES[entries.locale],
            has_billing_access=entries.permissions.billing,
            receives_billing_messages=entries.notifications.billing,
            receives_billing_texts=entries.notifications.billing_texts,
            receives_product_messages=entries.notifications.products,
            product_rights={each.product_id: each.rights for each in entries.permissions.products},
            team_ids=tuple(entries.teams),
            is_strict=entries.strict,
            is_silent=entries.silent,
            ends_on=entries.ends_on,
            billing_ends_on=entries.billing_ends_on,
            teams_end_on=entries.teams_end_on,
        ),
    )
    return success(_one(organisation_id, made.pk), status=201)


@router.get("accounts/{organisation_id}/invitations/{invitation_id}", scope="users", answer=InvitationOut)
def invitation(request: ApiRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    """One invitation."""
    require(policy.can_manage_members(request.actor, organisation_id))
    return success(_one(organisation_id, invitation_id))


@router.delete("accounts/{organisation_id}/invitations/{invitation_id}", scope="users")
def delete_invitation(request: ApiRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    """Withdraw an open invitation; its link is dead at once."""
    services.withdraw_invitation(actor=request.actor, organisation_id=organisation_id, invitation_id=invitation_id)
    return success(True)


@router.post("accounts/{organisation_id}/invitations/{invitation_id}/resend", scope="users", answer=InvitationOut)
def resend_invitation(request: ApiRequest, organisation_id: int, invitation_id: int) -> HttpResponse:
    """Mail a fresh link with a fresh validity; the earlier link is dead."""
    services.resend_invitation(actor=request.actor, organisation_id=organisation_id, invitation_id=invitation_id)
    return success(_one(organisation_id, invitation_id))


def _one(organisation_id: int, invitation_id: int) -> dict[str, Any]:
    row = queries.invitation_row(organisation_id, invitation_id)
    if row is None:
        raise NotFound
    return _invitation(row)


def _invitation(row: InvitationRow) -> dict[str, Any]:
    link = settings.SITE_URL + reverse("organisations:invitation", args=[row.link]) if row.link else None
    return {
        "id": row.id,
        "email": row.email,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "locale": LOCALES[row.language],
        "role_type": row.role,
        "teams": list(row.team_ids),
        "strict": row.is_strict,
        "notifications": {
            "billing": row.receives_billing_messages,
            "billing_texts": row.receives_billing_texts,
            "products": row.receives_product_messages,
        },
        "permissions": {
            "billing": row.has_billing_access,
            "products": [
                {"product_id": product_id, "rights": rights} for product_id, rights in row.product_rights.items()
            ],
        },
        "ends_on": day(row.ends_on),
        "billing_ends_on": day(row.billing_ends_on),
        "teams_end_on": day(row.teams_end_on),
        "status": row.state,
        "created_at": seconds(row.created_at),
        "updated_at": seconds(row.answered_at or row.sent_at),
        "expired_at": seconds(row.expires_at),
        "sent_at": seconds(row.sent_at),
        "url_accept": link,
    }
