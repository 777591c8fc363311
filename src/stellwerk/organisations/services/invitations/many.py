"""Inviting many people in one step with the same settings (ORG-043): checked, then sent by a job in small portions."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.foundation import clock, events, jobs
from stellwerk.foundation.actor import Actor, Through
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import AccessDenied, DomainError, Invalid, RuleBroken
from stellwerk.organisations import policy
from stellwerk.organisations.events import PeopleInvited
from stellwerk.organisations.models import Invitation, InvitationList, InvitationListEntry
from stellwerk.organisations.rules.invitation_lists import MOST_LINES
from stellwerk.organisations.services.entries import checked_role
from stellwerk.organisations.services.invitations.entries import NewInvitation, check_offer
from stellwerk.organisations.services.invitations.send import invite
from stellwerk.organisations.services.locks import standing_under_lock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stellwerk.organisations.queries import InvitedPerson

PORTION = 20  # invitations of one transaction: others who write wait for no more than these
KEPT_DAYS = 30
_DAYS = ("ends_on", "billing_ends_on", "teams_end_on")
_Outcome = InvitationListEntry.Outcome


@transaction.atomic
def invite_many(
    *, actor: Actor, organisation_id: int, people: Sequence[InvitedPerson], settings: NewInvitation
) -> InvitationList:
    """Begin to invite these people; a job does the rest, and nobody waits for 500 mails.

    Only those whom a preview found to be invitable are taken. Each is judged again when its turn comes, with the role
    that the sender has then. Refusals in order: NotFound, Invalid, the right to manage members, `legal_role_required`,
    `nobody_to_invite`. Publishes PeopleInvited.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    require(policy.can_give_role(actor, organisation_id, role=checked_role(settings.role)))
    check_offer(actor, organisation_id, entries=settings)
    chosen = {each.email: each for each in people if each.is_invitable}
    if not chosen:
        raise RuleBroken("nobody_to_invite")
    if len(chosen) > MOST_LINES:
        raise RuleBroken("too_many_to_invite", most=MOST_LINES)
    made = InvitationList.objects.create(
        organisation_id=organisation_id,
        settings=_as_data(settings),
        started_by_id=actor.account_id or 0,
        started_by_name=actor.name,
        through=actor.through,
        address=actor.address or "",
        created_at=clock.now(),
    )
    InvitationListEntry.objects.bulk_create(
        InvitationListEntry(
            invitation_list=made, email=each.email, first_name=each.first_name, last_name=each.last_name,
            ends_on=each.ends_on,
        )
        for each in chosen.values()
    )  # fmt: skip
    jobs.enqueue(invite_portion, {"list_id": made.pk})
    events.publish(PeopleInvited(organisation_id=organisation_id, people=len(chosen)), actor=actor)
    return made


@jobs.task("organisations.invite_portion")
@transaction.atomic
def invite_portion(*, list_id: int) -> None:
    """The next people of a list; plans itself again until everybody had a turn. A list that is gone has none left.

    System-only: a job. Each invitation is judged by the right of the person who started the list.
    """
    found = InvitationList.objects.select_for_update().filter(pk=list_id, finished_at=None).first()
    if found is None:
        return
    waiting = found.entries.filter(outcome=_Outcome.WAITING).order_by("pk")
    portion = list(waiting[:PORTION])
    actor = Actor(
        account_id=found.started_by_id,
        name=found.started_by_name,
        through=Through(found.through),
        address=found.address or None,
    )
    for entry in portion:
        _invite_one(actor, found, entry)
    InvitationListEntry.objects.bulk_update(portion, ["outcome", "code"])
    if waiting.exists():
        jobs.enqueue(invite_portion, {"list_id": list_id})
        return
    found.finished_at = clock.now()
    found.save(update_fields=["finished_at"])


@transaction.atomic
def forget_old_lists() -> None:
    """System-only: the addresses of a list are needed no longer than its summary is of use."""
    InvitationList.objects.filter(finished_at__lt=clock.now() - timedelta(days=KEPT_DAYS)).delete()


def _invite_one(actor: Actor, found: InvitationList, entry: InvitationListEntry) -> None:
    """One invitation in a savepoint of its own: a refusal concerns this person alone."""
    person = {"email": entry.email, "first_name": entry.first_name, "last_name": entry.last_name}
    is_known = Invitation.objects.filter(
        organisation_id=found.organisation_id, email=entry.email, state=Invitation.State.PENDING
    ).exists()
    try:
        with transaction.atomic():
            entries = _from_data({**found.settings, **person})
            entries = replace(entries, ends_on=entry.ends_on or entries.ends_on)
            invite(actor=actor, organisation_id=found.organisation_id, entries=entries)
    except DomainError as refusal:
        entry.outcome, entry.code = _Outcome.REFUSED, _code_of(refusal)
        return
    entry.outcome = _Outcome.INVITED_AGAIN if is_known else _Outcome.INVITED


def _code_of(refusal: DomainError) -> str:
    if isinstance(refusal, AccessDenied):
        return refusal.reason
    if isinstance(refusal, Invalid):
        return f"invalid_{refusal.errors[0].name}"
    return refusal.code


def _as_data(settings: NewInvitation) -> dict[str, Any]:
    data = asdict(settings)
    for name in ("email", "first_name", "last_name"):
        del data[name]
    for name in _DAYS:
        data[name] = data[name].isoformat() if data[name] else None
    data["team_ids"] = list(settings.team_ids)
    data["product_rights"] = [[product, list(rights)] for product, rights in settings.product_rights.items()]
    return data


def _from_data(data: dict[str, Any]) -> NewInvitation:
    more = {"team_ids": tuple(data["team_ids"]), "product_rights": dict(data["product_rights"])}
    days = {name: date.fromisoformat(data[name]) for name in _DAYS if data.get(name)}
    return NewInvitation(**{**data, **more, **dict.fromkeys(_DAYS), **days})
