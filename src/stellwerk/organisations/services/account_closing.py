"""What an account that closes means for its organisations (ID-090, Q2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from stellwerk.foundation import events
from stellwerk.foundation.actor import SYSTEM, Role
from stellwerk.identity.services import closing
from stellwerk.organisations.events import MemberLeft
from stellwerk.organisations.models import Membership, Organisation
from stellwerk.organisations.services.departures import let_go
from stellwerk.organisations.services.locks import legal_representatives, receive_again

if TYPE_CHECKING:
    from collections.abc import Iterable


@closing.register
def last_representations(account_id: int, *, locks: bool) -> Iterable[closing.Obstacle]:
    """The organisations that would be left without a legal representative. System-only: a rule of closing an account.

    With `locks` the organisations stay as they are until the caller's transaction ends, in the order of their keys,
    like everybody who takes a membership away.
    """
    own = Organisation.objects.filter(
        memberships__account_id=account_id, memberships__role=Role.LEGAL_REPRESENTATIVE, deleted_at=None
    ).order_by("pk")
    if locks:
        list(Organisation.objects.select_for_update().filter(pk__in=[each.pk for each in own]).order_by("pk"))
    others = Membership.objects.filter(
        organisation=OuterRef("pk"), role=Role.LEGAL_REPRESENTATIVE, account__is_active=True
    ).exclude(account_id=account_id)
    return [
        closing.Obstacle(name, f"/o/{number}/members")
        for number, name in own.filter(~Exists(others)).values_list("pk", "name")
    ]


@transaction.atomic
def leave_everywhere(*, account_id: int) -> None:
    """End the memberships of a closed account. System-only: follows AccountClosed. Publishes MemberLeft for each."""
    memberships = list(Membership.objects.select_for_update().filter(account_id=account_id).order_by("pk"))
    let_go(memberships)
    left = [MemberLeft(organisation_id=each.organisation_id, account_id=account_id, person="") for each in memberships]
    events.publish_many(left, actor=SYSTEM)
    for organisation_id in sorted({each.organisation_id for each in memberships}):
        remaining = list(legal_representatives(organisation_id)[:2])
        if len(remaining) == 1:
            receive_again(remaining[0])
