"""One door at a time where several people decide about the members of one organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation import events
from stellwerk.foundation.actor import SYSTEM, Role
from stellwerk.foundation.errors import NotFound
from stellwerk.foundation.orm import keys_under_shared_lock
from stellwerk.organisations import queries
from stellwerk.organisations.errors import LastLegalRepresentative
from stellwerk.organisations.events import ContactPreferencesChanged
from stellwerk.organisations.models import Membership, Organisation
from stellwerk.organisations.queries.endings import unended

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor


def standing_under_lock(actor: Actor, organisation_id: int) -> Actor:
    """Lock the organisation and read the actor's role again, in the caller's transaction.

    The role the request began with may be gone: two representatives who remove each other at the same moment must not
    both succeed. Whoever waits here decides with the facts after the other's commit (Q2). Raises NotFound for an
    organisation that does not exist.
    """
    if not Organisation.objects.select_for_update().filter(pk=organisation_id, deleted_at=None).exists():
        raise NotFound
    return actor if actor.is_system else queries.standing(actor, organisation_id)


def hold_open(organisation_id: int) -> None:
    """Keep an organisation from being deleted until the caller's transaction ends. System-only: a step of use cases.

    Whoever gives an organisation something that stands in the way of its deletion calls this first: a deletion at the
    same moment waits and then sees it, or has won and this raises NotFound.
    """
    rows = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation_id, deleted_at=None)
    if not rows.exists():
        raise NotFound


def held_open(organisation_ids: Collection[int]) -> frozenset[int]:
    """Which organisations are not deleted, nor will be until the caller's transaction ends. System-only: for use cases
    that bring money from outside, which has come and cannot be refused.

    A deletion at the same moment waits and then sees the money, or has won, and its organisation is left out here.
    Besides deletions only changes of members wait. A foreign key alone keeps nobody waiting: it is checked at the
    commit. The caller has locked the prepaid accounts: a deletion that gives up a rest locks its account first, too.
    """
    return frozenset(keys_under_shared_lock(Organisation.objects.filter(pk__in=organisation_ids, deleted_at=None)))


def locked_member(organisation_id: int, account_id: int) -> Membership:
    """The membership to change. Raises NotFound for somebody who does not belong to the organisation today."""
    rows = Membership.objects.select_related("account", "organisation").select_for_update(of=("self",))
    membership = rows.filter(unended(), organisation_id=organisation_id, account_id=account_id).first()
    if membership is None:
        raise NotFound
    return membership


def keep_a_legal_representative(membership: Membership) -> None:
    """Before a membership ends or is demoted: somebody else must answer for the organisation (ORG-031, ORG-033).

    Whoever becomes the only one receives the billing messages again (ORG-055). Raises LastLegalRepresentative.
    """
    if membership.role != Role.LEGAL_REPRESENTATIVE:
        return
    others = list(legal_representatives(membership.organisation_id).exclude(pk=membership.pk)[:2])
    if not others:
        raise LastLegalRepresentative
    if len(others) == 1:
        receive_again(others[0])


def legal_representatives(organisation_id: int) -> QuerySet[Membership]:
    """Those who count: whoever closed the account no longer does. System-only: a read for rules."""
    rows = Membership.objects.filter(
        organisation_id=organisation_id, role=Role.LEGAL_REPRESENTATIVE, account__is_active=True
    )
    return rows.select_related("account").order_by("pk")


def receive_again(only: Membership) -> None:
    """System-only: the only legal representative cannot do without the billing messages (ORG-055)."""
    if only.receives_billing_messages:
        return
    only.receives_billing_messages = True
    only.save(update_fields=["receives_billing_messages"])
    event = ContactPreferencesChanged(
        organisation_id=only.organisation_id,
        account_id=only.account_id,
        person=only.account.display_name,
        receives_billing_messages=True,
        receives_billing_texts=only.receives_billing_texts,
        receives_product_messages=only.receives_product_messages,
    )
    events.publish(event, actor=SYSTEM)
