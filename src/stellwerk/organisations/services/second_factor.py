from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import events
from stellwerk.foundation.decisions import require
from stellwerk.organisations import policy
from stellwerk.organisations.events import SecondFactorReleased, SecondFactorRequired
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.services.locks import standing_under_lock

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def require_second_factor(*, actor: Actor, organisation_id: int, is_on: bool) -> Organisation:
    """Whether everybody who belongs to the organisation needs a second factor for its pages (SEC-039, SEC-040).

    It applies from the next request of each person; programs with tokens and application passwords keep working. The
    same value again changes nothing. Refusals in order: NotFound, `administrator_required`. Publishes
    SecondFactorRequired or SecondFactorReleased.
    """
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_guard_sign_ins(actor, organisation_id))
    organisation = Organisation.objects.get(pk=organisation_id)
    if organisation.requires_second_factor == is_on:
        return organisation
    organisation.requires_second_factor = is_on
    organisation.save(update_fields=["requires_second_factor"])
    kind = SecondFactorRequired if is_on else SecondFactorReleased
    events.publish(kind(organisation_id=organisation_id), actor=actor)
    return organisation
