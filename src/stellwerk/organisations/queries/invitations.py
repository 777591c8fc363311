"""Invitations: for the people who send them, and for the one who opens the link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from stellwerk.foundation import clock, secrets
from stellwerk.foundation.actor import Role
from stellwerk.organisations.models import Invitation

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import OuterRef, QuerySet


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation. `link` is its secret while it is open, for managers and the mail only."""

    id: int
    organisation_id: int
    organisation_name: str
    email: str
    first_name: str
    last_name: str
    role: Role
    language: str
    state: str
    has_billing_access: bool
    ends_on: date | None
    billing_ends_on: date | None
    teams_end_on: date | None
    receives_billing_messages: bool
    receives_billing_texts: bool
    receives_product_messages: bool
    is_strict: bool
    team_ids: tuple[int, ...]
    product_rights: dict[int, list[str]]
    invited_by_id: int
    invited_by_name: str
    accepted_by_id: int | None
    accepted_by_email: str
    created_at: datetime
    sent_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    link: str

    @property
    def role_name(self) -> str:
        return self.role.label

    @property
    def is_open(self) -> bool:
        return self.state == Invitation.State.PENDING

    @property
    def is_expired(self) -> bool:
        return self.is_open and self.expires_at <= clock.now()

    @property
    def state_name(self) -> str:
        """The state in the active language (ORG-038)."""
        return str(Invitation.State(self.state).label)


def invitation_rows(
    organisation_id: int, *, state: str = "", search: str = "", role: str = "", limit: int = 50, skip: int = 0
) -> list[InvitationRow]:
    """The newest first, those in one state if asked; `open` and `expired` part the pending ones (ORG-038)."""
    rows = narrowed_invitations(organisation_id, state=state, search=search)
    if role:
        rows = rows.filter(role=role)
    rows = rows.order_by("-pk")[skip : skip + limit]
    return [_row(each) for each in rows.select_related("organisation", "accepted_by")]


def invitation_total(organisation_id: int, *, state: str = "", search: str = "") -> int:
    return narrowed_invitations(organisation_id, state=state, search=search).count()


def has_invitation(organisation_id: int, invitation_id: int) -> bool:
    return Invitation.objects.filter(pk=invitation_id, organisation_id=organisation_id).exists()


def invitation_row(organisation_id: int, invitation_id: int) -> InvitationRow | None:
    rows = Invitation.objects.select_related("organisation", "accepted_by")
    found = rows.filter(pk=invitation_id, organisation_id=organisation_id).first()
    return _row(found) if found else None


def invitation_for_mail(invitation_id: int) -> InvitationRow | None:
    """For the handler that mails the link; None once it was answered."""
    rows = Invitation.objects.select_related("organisation", "accepted_by").filter(state=Invitation.State.PENDING)
    found = rows.filter(pk=invitation_id).first()
    return _row(found) if found else None


def open_invitations_of(email: str) -> list[InvitationRow]:
    """What waits for the holder of an address (ORG-062)."""
    rows = Invitation.objects.select_related("organisation", "accepted_by").filter(
        email=email, state=Invitation.State.PENDING, expires_at__gt=clock.now(), organisation__deleted_at=None
    )
    return [_row(each) for each in rows.order_by("-pk")[:50]]


def as_row(invitation: Invitation) -> InvitationRow:
    """What a service answered, as everybody else sees it."""
    return _row(invitation)


def narrowed_invitations(organisation_id: int | OuterRef, *, state: str, search: str) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(organisation_id=organisation_id)
    if state in ("open", "expired"):
        # An open invitation whose time ran out is expired, though no job has touched its row.
        is_over = Q(expires_at__lte=clock.now())
        rows = rows.filter(is_over if state == "expired" else ~is_over, state=Invitation.State.PENDING)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(email__icontains=search) if search else rows


def _row(found: Invitation) -> InvitationRow:
    return InvitationRow(
        id=found.pk,
        organisation_id=found.organisation_id,
        organisation_name=found.organisation.name,
        email=found.email,
        first_name=found.first_name,
        last_name=found.last_name,
        role=Role(found.role),
        language=found.language,
        state=found.state,
        has_billing_access=found.has_billing_access,
        ends_on=found.ends_on,
        billing_ends_on=found.billing_ends_on,
        teams_end_on=found.teams_end_on,
        receives_billing_messages=found.receives_billing_messages,
        receives_billing_texts=found.receives_billing_texts,
        receives_product_messages=found.receives_product_messages,
        is_strict=found.is_strict,
        team_ids=tuple(found.teams),
        product_rights=dict(found.product_rights),
        invited_by_id=found.invited_by_id,
        invited_by_name=found.invited_by_name,
        accepted_by_id=found.accepted_by_id,
        accepted_by_email=found.accepted_by.email if found.accepted_by else "",
        created_at=found.created_at,
        sent_at=found.sent_at,
        expires_at=found.expires_at,
        answered_at=found.answered_at,
        link=secrets.decrypt(found.sealed_link) if found.sealed_link else "",
    )
