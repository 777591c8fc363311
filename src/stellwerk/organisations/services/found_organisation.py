from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.orm import insert
from stellwerk.organisations import policy
from stellwerk.organisations.events import OrganisationFounded
from stellwerk.organisations.models import Membership, Organisation
from stellwerk.organisations.rules.currencies import currency_of
from stellwerk.organisations.services.entries import NewOrganisation, checked_organisation

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

__all__ = ["NewOrganisation", "found_organisation"]


@transaction.atomic
def found_organisation(*, actor: Actor, entries: NewOrganisation) -> Organisation:
    """Create an organisation; its founder becomes legal representative (ORG-003, ORD-002).

    The currency follows the country (CAT-012). Refusals in order: policy, Invalid with every refused field.
    Publishes OrganisationFounded.
    """
    require(policy.can_found_organisation(actor))
    founder_id = cast("int", actor.account_id)  # the policy let nobody without an account pass
    entries = checked_organisation(entries)
    organisation = insert(
        Organisation(**asdict(entries), currency=currency_of(entries.country), created_at=clock.now())
    )
    insert(
        Membership(
            organisation=organisation,
            account_id=founder_id,
            role=Membership.Role.LEGAL_REPRESENTATIVE,
            created_at=clock.now(),
        )
    )
    events.publish(OrganisationFounded(organisation_id=organisation.pk, name=organisation.name), actor=actor)
    return organisation
