"""One door at a time where several people decide about the members of one organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.actor import Role
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import queries
from stellwerk.organisations.errors import LastLegalRepresentative
from stellwerk.organisations.models import Membership, Organisation

if TYPE_CHECKING:
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


def locked_member(organisation_id: int, account_id: int) -> Membership:
    """The membership to change. Raises NotFound for somebody who does not belong to the organisation."""
    rows = Membership.objects.select_related("account", "organisation").select_for_update(of=("self",))
    membership = rows.filter(organisation_id=organisation_id, account_id=account_id).first()
    if membership is None:
        raise NotFound
    return membership


def keep_a_legal_representative(membership: Membership) -> None:
    """Raises LastLegalRepresentative when the organisation would be left without one (ORG-031, ORG-033)."""
    if membership.role != Role.LEGAL_REPRESENTATIVE:
        return
    others = Membership.objects.filter(
        organisation_id=membership.organisation_id, role=Role.LEGAL_REPRESENTATIVE, account__is_active=True
    ).exclude(pk=membership.pk)
    if not others.exists():
        raise LastLegalRepresentative
