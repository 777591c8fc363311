"""Last days of memberships, of the right to invoices and of places in teams, and what happens when they are over.

Reading asks the calendar itself (`queries.endings`), so nothing here opens or closes a door: the clockwork only clears
away what holds no longer and writes it into the activity log (ORG-051).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import MANAGERS, SYSTEM
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound, RuleBroken
from stellwerk.organisations import policy
from stellwerk.organisations.events import (
    BillingAccessEnded,
    BillingLastDaySet,
    LastDaySet,
    MembershipEnded,
    TeamLastDaySet,
    TeamMembershipEnded,
)
from stellwerk.organisations.models import Membership, TeamMember
from stellwerk.organisations.queries.endings import unended
from stellwerk.organisations.services.departures import let_go
from stellwerk.organisations.services.entries import require_future
from stellwerk.organisations.services.locks import locked_member, standing_under_lock

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.foundation.actor import Actor

BATCH = 200


@transaction.atomic
def set_membership_end(*, actor: Actor, organisation_id: int, account_id: int, ends_on: date | None) -> None:
    """The last day on which a collaborator or an external belongs to the organisation; None for no end.

    Refusals in order: NotFound, the right to manage members, Invalid for a day that is over, `managers_have_no_end`.
    The same day changes nothing. Publishes LastDaySet.
    """
    require(policy.can_manage_members(actor, organisation_id))
    membership = _touched(actor, organisation_id, account_id)
    require_future(ends_on)
    if ends_on is not None and membership.role in MANAGERS:
        raise RuleBroken("managers_have_no_end")
    if membership.ends_on == ends_on:
        return
    membership.ends_on = ends_on
    membership.save(update_fields=["ends_on"])
    events.publish(LastDaySet(**_who(membership), ends_on=_text(ends_on)), actor=actor)


@transaction.atomic
def set_billing_end(*, actor: Actor, organisation_id: int, account_id: int, ends_on: date | None) -> None:
    """The last day of a collaborator's right to invoices; None for no end.

    Refusals in order: NotFound, the right to manage members, Invalid for a day that is over,
    `billing_access_not_given`. The same day changes nothing. Publishes BillingLastDaySet.
    """
    require(policy.can_manage_members(actor, organisation_id))
    membership = _touched(actor, organisation_id, account_id)
    require_future(ends_on)
    if ends_on is not None and not membership.has_billing_access:
        raise RuleBroken("billing_access_not_given")
    if membership.billing_ends_on == ends_on:
        return
    membership.billing_ends_on = ends_on
    membership.save(update_fields=["billing_ends_on"])
    events.publish(BillingLastDaySet(**_who(membership), ends_on=_text(ends_on)), actor=actor)


@transaction.atomic
def set_team_end(*, actor: Actor, organisation_id: int, team_id: int, account_id: int, ends_on: date | None) -> None:
    """The last day of somebody in a team; None for no end. The same day changes nothing.

    Refusals in order: the right to manage members, NotFound for who is not in the team, Invalid for a day that is
    over. Publishes TeamLastDaySet.
    """
    require(policy.can_manage_members(actor, organisation_id))
    rows = TeamMember.objects.select_for_update(of=("self",)).select_related("team", "membership__account")
    place = rows.filter(
        unended(),
        unended("membership__"),
        team_id=team_id,
        team__organisation_id=organisation_id,
        membership__account_id=account_id,
    ).first()
    if place is None:
        raise NotFound
    require_future(ends_on)
    if place.ends_on == ends_on:
        return
    place.ends_on = ends_on
    place.save(update_fields=["ends_on"])
    told: dict[str, Any] = {"team_id": team_id, "name": place.team.name, "ends_on": _text(ends_on)}
    events.publish(TeamLastDaySet(**_who(place.membership), **told), actor=actor)


@transaction.atomic
def clear_ended_places() -> int:
    """Take people out of teams whose last day there is over; at most a batch, answers how many.

    System-only: clockwork. Publishes TeamMembershipEnded.
    """
    rows = TeamMember.objects.select_for_update(of=("self",)).select_related("team", "membership__account")
    over = list(rows.filter(ends_on__lt=clock.today()).order_by("pk")[:BATCH])
    TeamMember.objects.filter(pk__in=[place.pk for place in over]).delete()
    ended = [
        TeamMembershipEnded(**_who(place.membership), team_id=place.team_id, name=place.team.name) for place in over
    ]
    events.publish_many(ended, actor=SYSTEM)
    return len(over)


@transaction.atomic
def clear_ended_billing_access() -> int:
    """Take the right to invoices from those whose last day is over; at most a batch, answers how many.

    System-only: clockwork. Publishes BillingAccessEnded.
    """
    rows = Membership.objects.select_for_update(of=("self",)).select_related("account")
    over = list(rows.filter(billing_ends_on__lt=clock.today()).order_by("pk")[:BATCH])
    Membership.objects.filter(pk__in=[each.pk for each in over]).update(has_billing_access=False, billing_ends_on=None)
    events.publish_many([BillingAccessEnded(**_who(each)) for each in over], actor=SYSTEM)
    return len(over)


@transaction.atomic
def clear_ended_memberships() -> int:
    """End memberships whose last day is over; at most a batch, answers how many.

    System-only: clockwork. Managers have no last day, so no organisation is left alone. Publishes MembershipEnded.
    """
    rows = Membership.objects.select_for_update(of=("self",)).select_related("account")
    over = list(rows.filter(ends_on__lt=clock.today()).order_by("pk")[:BATCH])
    _end(over)
    return len(over)


@transaction.atomic
def clear_ended_membership_of(*, organisation_id: int, account_id: int) -> None:
    """The same for one person who returns before the clockwork was there; nothing for anybody else.

    System-only: a step of joining. Publishes MembershipEnded.
    """
    rows = Membership.objects.select_for_update(of=("self",)).select_related("account")
    _end(list(rows.filter(organisation_id=organisation_id, account_id=account_id, ends_on__lt=clock.today())))


def _end(over: list[Membership]) -> None:
    let_go(over)
    events.publish_many([MembershipEnded(**_who(each)) for each in over], actor=SYSTEM)


def _touched(actor: Actor, organisation_id: int, account_id: int) -> Membership:
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    membership = locked_member(organisation_id, account_id)
    require(policy.can_touch_member(actor, organisation_id, current_role=membership.role))
    return membership


def _who(membership: Membership) -> dict[str, Any]:
    return {
        "organisation_id": membership.organisation_id,
        "account_id": membership.account_id,
        "person": membership.account.display_name,
    }


def _text(ends_on: date | None) -> str:
    return ends_on.isoformat() if ends_on else ""
