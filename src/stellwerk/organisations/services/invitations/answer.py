"""Accepting and declining. The link is the right to answer; what it grants was decided when it was sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.actor import Actor, Role
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.foundation.orm import insert
from stellwerk.identity import queries as identity_queries
from stellwerk.identity.services.create_account import NewAccount, create_account
from stellwerk.organisations import policy
from stellwerk.organisations.errors import InvitationOver
from stellwerk.organisations.events import InvitationDeclined, MemberJoined
from stellwerk.organisations.models import Invitation, Membership, TeamMember
from stellwerk.organisations.queries.invitations import InvitationRow, as_row
from stellwerk.organisations.rules.invitations import LINK_PREFIX
from stellwerk.organisations.services.entries import is_over
from stellwerk.organisations.services.invitations.product_rights import grant_offered
from stellwerk.organisations.services.last_days import clear_ended_membership_of
from stellwerk.organisations.services.locks import hold_open

_STATE_CODES = {
    Invitation.State.ACCEPTED: "invitation_accepted",
    Invitation.State.DECLINED: "invitation_declined",
    Invitation.State.WITHDRAWN: "invitation_withdrawn",
}


@dataclass(frozen=True, slots=True)
class Joined:
    """Who joined where."""

    account_id: int
    organisation_id: int


@transaction.atomic
def accept_invitation(*, actor: Actor, raw_link: str, confirms_transfer: bool = False) -> Joined:
    """Join with the account that is signed in (ORG-036, ORG-042).

    Another account than the invited address must confirm that it takes the invitation over. Refusals in order:
    `sign_in_required`, NotFound for a link that cannot be ours, InvitationOver (410) when it was accepted, declined,
    withdrawn, replaced, has expired or offers what would have ended, `invitation_is_personal`,
    `invitation_for_other_address`, `already_member`. A right to invoices or places in teams that would have ended are
    left out.
    Publishes MemberJoined.
    """
    require(policy.can_found_organisation(actor))  # anybody with an account
    invitation = _open_for_answer(raw_link)
    account = identity_queries.account_row(actor.account_id or 0)
    if account is None:
        raise NotFound
    if account.email != invitation.email:
        if invitation.is_strict:
            raise RuleBroken("invitation_is_personal", email=invitation.email)
        if not confirms_transfer:
            raise RuleBroken("invitation_for_other_address", email=invitation.email)
    return _join(actor, invitation, account.id)


@transaction.atomic
def accept_with_new_account(*, actor: Actor, raw_link: str, entries: NewAccount) -> Joined:
    """Create the account and join with it: both or neither; no organisation of its own (ID-005, ORG-035).

    System-only: the link is the right. The invited address becomes the login and counts as confirmed, because the
    link arrived there. Refusals in order: InvitationOver, Invalid, `account_exists_for_invitation`. Publishes
    AccountCreated, MemberJoined.
    """
    invitation = _open_for_answer(raw_link)
    if identity_queries.account_id_of(invitation.email) is not None:
        raise RuleBroken("account_exists_for_invitation")
    account = create_account(actor=actor, entries=replace(entries, email=invitation.email), is_confirmed=True)
    return _join(account.acting(actor), invitation, account.pk)


@transaction.atomic
def decline_invitation(*, actor: Actor, raw_link: str) -> None:
    """Say no; no account is needed. System-only: the link is the right. Raises InvitationOver. Publishes
    InvitationDeclined.
    """
    invitation = _open_for_answer(raw_link)
    _close(invitation, Invitation.State.DECLINED)
    event = InvitationDeclined(
        organisation_id=invitation.organisation_id, invitation_id=invitation.pk, email=invitation.email
    )
    events.publish(event, actor=replace(actor, name=actor.name or invitation.email))


def invitation_offer(*, raw_link: str) -> InvitationRow:
    """What the holder of a link is offered. Raises NotFound and InvitationOver as `accept_invitation` does."""
    return as_row(_invitation_behind(raw_link))


def _invitation_behind(raw_link: str, *, for_update: bool = False) -> Invitation:
    """The open invitation of a link.

    Raises NotFound for a value that cannot be ours and InvitationOver for everything that is over: a link of ours that
    nobody knows was replaced by a newer one.
    """
    if not secrets.is_well_formed(raw_link, LINK_PREFIX):
        raise NotFound
    rows = Invitation.objects.select_for_update(of=("self",)) if for_update else Invitation.objects
    found = rows.select_related("organisation").filter(digest=secrets.digest(raw_link)).first()
    if found is None or found.organisation.deleted_at is not None:
        raise InvitationOver("invitation_withdrawn")
    if found.state != Invitation.State.PENDING:
        raise InvitationOver(_STATE_CODES[Invitation.State(found.state)])
    if found.expires_at <= clock.now():
        raise InvitationOver("invitation_expired")
    if is_over(found.ends_on):
        raise InvitationOver("invitation_last_day_over")
    return found


def _open_for_answer(raw_link: str) -> Invitation:
    """The organisation first, then the invitation, like everybody who changes both: no two wait for each other."""
    organisation_id = _invitation_behind(raw_link).organisation_id
    try:
        hold_open(organisation_id)
    except NotFound as deleted:
        raise InvitationOver("invitation_withdrawn") from deleted
    return _invitation_behind(raw_link, for_update=True)


def _join(actor: Actor, invitation: Invitation, account_id: int) -> Joined:
    clear_ended_membership_of(organisation_id=invitation.organisation_id, account_id=account_id)
    has_billing_access = invitation.has_billing_access and not is_over(invitation.billing_ends_on)
    membership = insert(
        Membership(
            organisation_id=invitation.organisation_id,
            account_id=account_id,
            role=invitation.role,
            has_billing_access=has_billing_access,
            ends_on=invitation.ends_on,
            billing_ends_on=invitation.billing_ends_on if has_billing_access else None,
            receives_billing_messages=invitation.receives_billing_messages,
            receives_billing_texts=invitation.receives_billing_texts,
            receives_product_messages=invitation.receives_product_messages,
            created_at=clock.now(),
        )
    )
    _enter_teams(invitation, membership)
    invitation.accepted_by_id = account_id
    _close(invitation, Invitation.State.ACCEPTED)
    event = MemberJoined(
        organisation_id=invitation.organisation_id,
        account_id=account_id,
        person=actor.name,
        role=Role(invitation.role),
        invitation_id=invitation.pk,
    )
    events.publish(event, actor=actor)
    grant_offered(
        organisation_id=invitation.organisation_id,
        account_id=account_id,
        offered=dict(invitation.product_rights),
        inviter=Actor(account_id=invitation.invited_by_id, name=invitation.invited_by_name),
    )
    return Joined(account_id, invitation.organisation_id)


def _enter_teams(invitation: Invitation, membership: Membership) -> None:
    """Those that still exist, as long as the places would not be over."""
    if is_over(invitation.teams_end_on):
        return
    teams = invitation.organisation.teams.filter(pk__in=invitation.teams).values_list("pk", flat=True)
    TeamMember.objects.bulk_create(
        [TeamMember(team_id=team_id, membership=membership, ends_on=invitation.teams_end_on) for team_id in teams]
    )


def _close(invitation: Invitation, state: Invitation.State) -> None:
    invitation.state, invitation.answered_at, invitation.sealed_link = state, clock.now(), ""
    invitation.save(update_fields=["state", "answered_at", "sealed_link", "accepted_by"])
