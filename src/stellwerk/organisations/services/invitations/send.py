"""Inviting people, sending a link again, withdrawing it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.actor import Role
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound, RuleBroken
from stellwerk.foundation.orm import insert
from stellwerk.identity.services.entries import LANGUAGES, checked_name, normalised_login
from stellwerk.organisations import policy
from stellwerk.organisations.events import InvitationResent, InvitationWithdrawn, PersonInvited
from stellwerk.organisations.models import Invitation, Membership, Team
from stellwerk.organisations.rules.invitations import LINK_PREFIX
from stellwerk.organisations.services.entries import checked_role
from stellwerk.organisations.services.locks import standing_under_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """The offer. Nothing of it is granted before acceptance (ORG-037)."""

    email: str
    role: str
    first_name: str = ""
    last_name: str = ""
    language: str = "en"
    has_billing_access: bool = False
    receives_billing_messages: bool = True
    receives_product_messages: bool = True
    team_ids: tuple[int, ...] = ()
    is_strict: bool = False
    is_silent: bool = False


@transaction.atomic
def invite(*, actor: Actor, organisation_id: int, entries: NewInvitation) -> Invitation:
    """Offer a role to an address (ORG-034). A second invitation to an address with an open one replaces its settings
    and its link (ORG-041).

    Refusals in order: NotFound, Invalid with every refused field, the right to manage members, `legal_role_required`,
    `already_member`. Publishes PersonInvited; its handler mails the link unless the invitation is silent.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    entries = _checked(organisation_id, entries)
    require(policy.can_give_role(actor, organisation_id, role=entries.role))
    if Membership.objects.filter(organisation_id=organisation_id, account__email=entries.email).exists():
        raise RuleBroken("already_member", field_name="email")
    invitation = _open_invitation(organisation_id, entries.email)
    for name, value in _columns(entries).items():
        setattr(invitation, name, value)
    invitation.invited_by_id = actor.account_id or 0
    invitation.invited_by_name = actor.name
    _renew_link(invitation)
    if invitation.pk:
        invitation.save()
    else:
        insert(invitation)
    event = PersonInvited(
        organisation_id=organisation_id,
        invitation_id=invitation.pk,
        email=entries.email,
        role=entries.role,
        is_silent=entries.is_silent,
    )
    events.publish(event, actor=actor)
    return invitation


@transaction.atomic
def resend_invitation(*, actor: Actor, organisation_id: int, invitation_id: int) -> Invitation:
    """A fresh link with a fresh validity; the earlier link is dead (ORG-039).

    Refusals in order: NotFound, the right to manage members, `legal_role_required`, `invitation_answered`. Publishes
    InvitationResent; its handler mails the link.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    invitation = _unanswered(actor, organisation_id, invitation_id)
    _renew_link(invitation)
    invitation.save(update_fields=["digest", "sealed_link", "sent_at", "expires_at"])
    event = InvitationResent(organisation_id=organisation_id, invitation_id=invitation.pk, email=invitation.email)
    events.publish(event, actor=actor)
    return invitation


@transaction.atomic
def withdraw_invitation(*, actor: Actor, organisation_id: int, invitation_id: int) -> Invitation:
    """The link is dead at once and says so (ORG-040).

    Refusals in order: NotFound, the right to manage members, `legal_role_required`, `invitation_answered`. Publishes
    InvitationWithdrawn.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    invitation = _unanswered(actor, organisation_id, invitation_id)
    invitation.state, invitation.answered_at, invitation.sealed_link = Invitation.State.WITHDRAWN, clock.now(), ""
    invitation.save(update_fields=["state", "answered_at", "sealed_link"])
    event = InvitationWithdrawn(organisation_id=organisation_id, invitation_id=invitation.pk, email=invitation.email)
    events.publish(event, actor=actor)
    return invitation


def _unanswered(actor: Actor, organisation_id: int, invitation_id: int) -> Invitation:
    rows = Invitation.objects.select_for_update()
    invitation = rows.filter(pk=invitation_id, organisation_id=organisation_id).first()
    if invitation is None:
        raise NotFound
    require(policy.can_give_role(actor, organisation_id, role=invitation.role))
    if invitation.state != Invitation.State.PENDING:
        raise RuleBroken("invitation_answered")
    return invitation


def _open_invitation(organisation_id: int, email: str) -> Invitation:
    """The open invitation of this address, or a new one."""
    rows = Invitation.objects.select_for_update()
    found = rows.filter(organisation_id=organisation_id, email=email, state=Invitation.State.PENDING).first()
    return found or Invitation(organisation_id=organisation_id, email=email, created_at=clock.now())


def _renew_link(invitation: Invitation) -> None:
    raw = secrets.new_secret(LINK_PREFIX)
    invitation.digest, invitation.sealed_link = secrets.digest(raw), secrets.encrypt(raw)
    invitation.sent_at = clock.now()
    invitation.expires_at = invitation.sent_at + timedelta(days=settings.INVITATION_DAYS)


def _columns(entries: NewInvitation) -> dict[str, object]:
    is_collaborator = entries.role == Role.COLLABORATOR
    return {
        "first_name": entries.first_name,
        "last_name": entries.last_name,
        "role": entries.role,
        "language": entries.language,
        "has_billing_access": entries.has_billing_access and is_collaborator,
        "receives_billing_messages": entries.receives_billing_messages,
        "receives_product_messages": entries.receives_product_messages,
        "is_strict": entries.is_strict,
        "teams": list(entries.team_ids),
    }


def _checked(organisation_id: int, entries: NewInvitation) -> NewInvitation:
    refused: list[FieldError] = []

    def checked(check: Callable[[], str]) -> str:
        try:
            return check()
        except Invalid as bad:
            refused.extend(bad.errors)
            return ""

    tidy = replace(
        entries,
        email=checked(lambda: normalised_login(entries.email)),
        role=checked(lambda: checked_role(entries.role)),
        first_name=checked(lambda: entries.first_name.strip() and checked_name("first_name", entries.first_name)),
        last_name=checked(lambda: entries.last_name.strip() and checked_name("last_name", entries.last_name)),
    )
    if entries.language not in LANGUAGES:
        refused.append(FieldError("language", "in", _("Choose one of the offered values."), LANGUAGES))
    known = Team.objects.filter(organisation_id=organisation_id, pk__in=entries.team_ids).count()
    if known != len(set(entries.team_ids)):
        refused.append(FieldError("teams", "exists", _("One of these teams does not exist.")))
    if refused:
        raise Invalid(*refused)
    return tidy
