"""Inviting people, sending a link again, withdrawing it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.foundation.orm import insert
from stellwerk.organisations import policy
from stellwerk.organisations.events import InvitationResent, InvitationWithdrawn, PersonInvited
from stellwerk.organisations.models import Invitation, Membership
from stellwerk.organisations.queries.endings import unended
from stellwerk.organisations.rules.invitations import LINK_PREFIX
from stellwerk.organisations.services.entries import is_over
from stellwerk.organisations.services.invitations.entries import NewInvitation, checked_invitation, columns_of
from stellwerk.organisations.services.locks import standing_under_lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stellwerk.foundation.actor import Actor


@transaction.atomic
def invite(*, actor: Actor, organisation_id: int, entries: NewInvitation) -> Invitation:
    """Offer a role to an address (ORG-034). A second invitation to an address with an open one replaces its settings
    and its link (ORG-041).

    Refusals in order: NotFound, Invalid with every refused field, the right to manage members, `legal_role_required`
    for offering that role or for replacing such an offer, `already_member`. Publishes PersonInvited; its handler mails
    the link unless the invitation is silent.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    entries = checked_invitation(actor, organisation_id, entries=entries)
    require(policy.can_give_role(actor, organisation_id, role=entries.role))
    if Membership.objects.filter(unended(), organisation_id=organisation_id, account__email=entries.email).exists():
        raise RuleBroken("already_member", field_name="email")
    invitation = _open_invitation(organisation_id, entries.email)
    if invitation.pk:
        require(policy.can_give_role(actor, organisation_id, role=invitation.role))
    for name, value in columns_of(entries).items():
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

    Refusals in order: NotFound, the right to manage members, `legal_role_required`, `invitation_answered`,
    `invitation_last_day_over`. Publishes InvitationResent; its handler mails the link.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    invitation = _unanswered(actor, organisation_id, invitation_id)
    if is_over(invitation.ends_on):
        raise RuleBroken("invitation_last_day_over")
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


@transaction.atomic
def resend_invitations(*, actor: Actor, organisation_id: int, invitation_ids: Sequence[int]) -> int:
    """Several at once, all or none; answers how many. Refusals and events as `resend_invitation`."""
    require(policy.can_manage_members(actor, organisation_id))
    for invitation_id in sorted(set(invitation_ids)):
        resend_invitation(actor=actor, organisation_id=organisation_id, invitation_id=invitation_id)
    return len(set(invitation_ids))


@transaction.atomic
def withdraw_invitations(*, actor: Actor, organisation_id: int, invitation_ids: Sequence[int]) -> int:
    """Several at once, all or none; answers how many. Refusals and events as `withdraw_invitation`."""
    require(policy.can_manage_members(actor, organisation_id))
    for invitation_id in sorted(set(invitation_ids)):
        withdraw_invitation(actor=actor, organisation_id=organisation_id, invitation_id=invitation_id)
    return len(set(invitation_ids))


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
