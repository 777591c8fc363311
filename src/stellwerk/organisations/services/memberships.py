"""Roles, the billing switch, contact preferences, removing and leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import MANAGERS, Role
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import RuleBroken
from stellwerk.identity.services import guard
from stellwerk.organisations import policy
from stellwerk.organisations.events import (
    BillingAccessGiven,
    BillingAccessTaken,
    ContactPreferencesChanged,
    MemberLeft,
    MemberRemoved,
    MemberUnlocked,
    RoleChanged,
)
from stellwerk.organisations.services.departures import let_go, settle_losses
from stellwerk.organisations.services.entries import checked_role
from stellwerk.organisations.services.locks import (
    keep_a_legal_representative,
    legal_representatives,
    locked_member,
    standing_under_lock,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.models import Membership


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Which messages somebody receives; billing reminders may come as text messages too (ORG-052)."""

    billing: bool
    products: bool
    billing_texts: bool = False

    @classmethod
    def of(cls, membership: Membership) -> Wishes:
        return cls(
            billing=membership.receives_billing_messages,
            products=membership.receives_product_messages,
            billing_texts=membership.receives_billing_texts,
        )


@transaction.atomic
def change_role(*, actor: Actor, organisation_id: int, account_id: int, role: str) -> Membership:
    """Give a member another role, effective at once (ORG-026…033). The same role changes nothing.

    Refusals in order: NotFound for strangers, an unknown role, the right to manage members, `legal_role_required` for
    touching or making a legal representative, `last_legal_representative`. Publishes RoleChanged.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    membership = locked_member(organisation_id, account_id)
    new_role = checked_role(role)
    require(policy.can_touch_member(actor, organisation_id, current_role=membership.role))
    require(policy.can_give_role(actor, organisation_id, role=new_role))
    if membership.role == new_role:
        return membership
    keep_a_legal_representative(membership)
    old_role = membership.role
    membership.role = new_role
    membership.has_billing_access = membership.has_billing_access and new_role != Role.EXTERNAL
    # Managers stay until somebody decides otherwise; whoever becomes one starts without last days.
    if new_role in MANAGERS:
        membership.ends_on = membership.billing_ends_on = None
    if not membership.has_billing_access:
        membership.billing_ends_on = None
    membership.save(update_fields=["role", "has_billing_access", "ends_on", "billing_ends_on"])
    event = RoleChanged(
        organisation_id=organisation_id,
        account_id=account_id,
        person=membership.account.display_name,
        old_role=old_role,
        new_role=new_role,
    )
    events.publish(event, actor=actor)
    return membership


@transaction.atomic
def switch_billing_access(*, actor: Actor, organisation_id: int, account_id: int, is_on: bool) -> Membership:
    """Whether a collaborator sees and pays invoices (ORG-025). Managers always do, whatever the switch says.

    Refusals in order: NotFound, the right to manage members, `external_without_billing`. Publishes BillingAccessGiven
    or BillingAccessTaken when something changed.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    membership = locked_member(organisation_id, account_id)
    require(policy.can_touch_member(actor, organisation_id, current_role=membership.role))
    if is_on and membership.role == Role.EXTERNAL:
        text = _("Externals never see invoices. Make the person a collaborator first.")
        raise RuleBroken("external_without_billing", text=text)
    is_over = membership.billing_ends_on is not None and membership.billing_ends_on < clock.today()
    if (membership.has_billing_access and not is_over) == is_on:
        return membership
    membership.has_billing_access, membership.billing_ends_on = is_on, None
    membership.save(update_fields=["has_billing_access", "billing_ends_on"])
    kind = BillingAccessGiven if is_on else BillingAccessTaken
    person = membership.account.display_name
    events.publish(kind(organisation_id=organisation_id, account_id=account_id, person=person), actor=actor)
    return membership


@transaction.atomic
def change_member(
    *, actor: Actor, organisation_id: int, account_id: int, role: str | None, has_billing_access: bool | None
) -> None:
    """Role and billing switch together: both or neither. None leaves a value as it is.

    Refusals and events are those of `change_role` and `switch_billing_access`, in this order.
    """
    require(policy.can_manage_members(actor, organisation_id))
    if role is not None:
        change_role(actor=actor, organisation_id=organisation_id, account_id=account_id, role=role)
    if has_billing_access is not None:
        switch_billing_access(
            actor=actor, organisation_id=organisation_id, account_id=account_id, is_on=has_billing_access
        )


@transaction.atomic
def set_contact_preferences(*, actor: Actor, organisation_id: int, account_id: int, wishes: Wishes) -> Membership:
    """Which messages of the organisation a member receives (ORG-052…055).

    Refusals in order: NotFound, the right (own, or managing members), `sole_legal_must_receive`. Publishes
    ContactPreferencesChanged when something changed.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_set_preferences(actor, organisation_id, account_id=account_id))
    membership = locked_member(organisation_id, account_id)
    if wishes == Wishes.of(membership):
        return membership
    if not wishes.billing and membership.receives_billing_messages and membership.role == Role.LEGAL_REPRESENTATIVE:
        _refuse_the_only_reader(membership)
    membership.receives_billing_messages, membership.receives_product_messages = wishes.billing, wishes.products
    membership.receives_billing_texts = wishes.billing_texts
    membership.save(update_fields=["receives_billing_messages", "receives_billing_texts", "receives_product_messages"])
    event = ContactPreferencesChanged(
        organisation_id=organisation_id,
        account_id=account_id,
        person=membership.account.display_name,
        receives_billing_messages=wishes.billing,
        receives_billing_texts=wishes.billing_texts,
        receives_product_messages=wishes.products,
    )
    events.publish(event, actor=actor)
    return membership


@transaction.atomic
def remove_member(
    *, actor: Actor, organisation_id: int, account_id: int, choices: Mapping[str, str] | None = None
) -> None:
    """End a membership; the person's account and other organisations stay (ORG-057, ORG-060). There is no undo.

    `choices` decide what happens to what rooms keep for the person (ORG-058); None takes the defaults. Refusals in
    order: NotFound, the right to manage members, `legal_role_required`, `last_legal_representative`, Invalid for a
    missing decision. Publishes MemberRemoved.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    membership = locked_member(organisation_id, account_id)
    require(policy.can_touch_member(actor, organisation_id, current_role=membership.role))
    keep_a_legal_representative(membership)
    settle_losses(actor=actor, organisation_id=organisation_id, account_id=account_id, choices=choices)
    person = membership.account.display_name
    let_go([membership])
    events.publish(MemberRemoved(organisation_id=organisation_id, account_id=account_id, person=person), actor=actor)


@transaction.atomic
def remove_members(
    *, actor: Actor, organisation_id: int, account_ids: Collection[int], choices: Mapping[str, str] | None = None
) -> int:
    """Remove several at once, all or none (ORG-057); answers how many. Refusals and events as `remove_member`.

    The actor goes last, because whoever is gone may remove nobody.
    """
    require(policy.can_manage_members(actor, organisation_id))
    people = sorted(set(account_ids), key=lambda account_id: (account_id == actor.account_id, account_id))
    for account_id in people:
        remove_member(actor=actor, organisation_id=organisation_id, account_id=account_id, choices=choices)
    return len(people)


@transaction.atomic
def unlock_member(*, actor: Actor, organisation_id: int, account_id: int) -> None:
    """Let a member's account take its password from unknown browsers again (SEC-056, SEC-057).

    Nothing secret is seen or set; the person is told by mail who did it. A second call changes nothing. Refusals in
    order: the right to manage members, NotFound, `members_only` for an external. Publishes MemberUnlocked.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_manage_members(actor, organisation_id))
    membership = locked_member(organisation_id, account_id)
    require(policy.can_unlock_member(actor, organisation_id, current_role=membership.role))
    if guard.unlock(account_id, actor):
        person = membership.account.display_name
        unlocked = MemberUnlocked(organisation_id=organisation_id, account_id=account_id, person=person)
        events.publish(unlocked, actor=actor)


@transaction.atomic
def leave_organisation(*, actor: Actor, organisation_id: int) -> None:
    """End one's own membership (ORG-061). The last legal representative, and so the last member, must stay.

    Refusals in order: NotFound for outsiders, `last_legal_representative`. Publishes MemberLeft.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_leave(actor, organisation_id))
    membership = locked_member(organisation_id, actor.account_id or 0)
    keep_a_legal_representative(membership)
    person = membership.account.display_name
    let_go([membership])
    event = MemberLeft(organisation_id=organisation_id, account_id=membership.account_id, person=person)
    events.publish(event, actor=actor)


def _refuse_the_only_reader(membership: Membership) -> None:
    if not legal_representatives(membership.organisation_id).exclude(pk=membership.pk).exists():
        raise RuleBroken("sole_legal_must_receive")
