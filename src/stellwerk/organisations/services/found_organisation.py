from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, cast

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.orm import insert
from stellwerk.organisations import policy
from stellwerk.organisations.events import OrganisationFounded
from stellwerk.organisations.models import Membership, Organisation

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_CHF_COUNTRIES = ("CH", "LI")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganisation:
    """The entries of the founding form. Address fields are structured, because QR-bills need them so (BIL-061)."""

    name: str
    kind: str
    street: str
    postal_code: str
    town: str
    country: str
    building_number: str = ""
    phone: str = ""
    language: str = "en"
    vat_number: str = ""


@transaction.atomic
def found_organisation(*, actor: Actor, entries: NewOrganisation) -> Organisation:
    """Create an organisation; its founder becomes legal representative (ORG-003, ORD-002).

    The currency follows the country (CAT-012). Publishes OrganisationFounded.
    """
    require(policy.can_found_organisation(actor))
    founder_id = cast("int", actor.account_id)  # the policy let nobody without an account pass
    currency = "CHF" if entries.country in _CHF_COUNTRIES else "EUR"
    organisation = insert(Organisation(**asdict(entries), currency=currency, created_at=clock.now()))
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
