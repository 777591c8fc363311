from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import RuleBroken
from stellwerk.organisations import policy
from stellwerk.organisations.events import OrganisationChanged
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.rules.currencies import currency_of
from stellwerk.organisations.services.entries import NewOrganisation, checked_organisation
from stellwerk.organisations.services.locks import standing_under_lock

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_VALUES = (
    "name", "kind", "attention", "street", "building_number", "postal_code", "town", "country", "phone", "language",
    "vat_number",
)  # fmt: skip


@transaction.atomic
def edit_organisation(
    *, actor: Actor, organisation_id: int, entries: NewOrganisation, accepts_terms: bool
) -> Organisation:
    """Replace the coordinates (ORG-011…016). A new country changes the currency of later orders (CAT-012).

    Refusals in order: NotFound, `legal_representative_required`, `terms_not_accepted`, Invalid with every refused
    field. The state of a VAT number that changed is open again. Publishes OrganisationChanged when something changed.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_edit_organisation(actor, organisation_id))
    if not accepts_terms:
        raise RuleBroken("terms_not_accepted", field_name="accepts_terms")
    organisation = Organisation.objects.get(pk=organisation_id)
    wanted = asdict(checked_organisation(entries))
    before = {name: getattr(organisation, name) for name in _VALUES}
    changed = [name for name in _VALUES if before[name] != wanted[name]]
    if not changed:
        return organisation
    for name in changed:
        setattr(organisation, name, wanted[name])
    organisation.currency = currency_of(organisation.country)
    if "vat_number" in changed:
        organisation.vat_number_state = ""
    organisation.save(update_fields=[*changed, "currency", "vat_number_state"])
    event = OrganisationChanged(
        organisation_id=organisation_id,
        fields=changed,
        before={name: before[name] for name in changed},
        after={name: wanted[name] for name in changed},
    )
    events.publish(event, actor=actor)
    return organisation
