"""The logo of an organisation: drawn anew from what was uploaded, kept, removed (ORG-015)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import events, files, jobs
from stellwerk.foundation.decisions import require
from stellwerk.identity.services import throttle
from stellwerk.identity.services.pictures import redrawn_logo
from stellwerk.organisations import policy
from stellwerk.organisations.events import LogoRemoved, LogoSet
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.services.locks import standing_under_lock

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

_COLUMNS = ("logo_file", "logo_sha256")


def set_logo(*, actor: Actor, organisation_id: int, content: bytes) -> Organisation:
    """Draw the upload anew and show it; the logo before goes. The upload itself is neither kept nor served.

    Refusals in order: NotFound, `legal_representative_required`, TooManyAttempts (drawing costs time and memory),
    Invalid for `logo`. Publishes LogoSet.
    """
    require(policy.can_edit_organisation(actor, organisation_id))
    throttle.count(throttle.LOGOS_PER_ORGANISATION, str(organisation_id))
    drawn = redrawn_logo(content, field="logo")
    # A random name: neither organisation nor upload can be told from it, and no two uploads ever meet.
    stored = files.store(f"logos/{secrets.token_hex(16)}.webp", drawn)
    is_kept = False
    try:
        with transaction.atomic():
            actor = standing_under_lock(actor, organisation_id)
            require(policy.can_edit_organisation(actor, organisation_id))
            organisation = Organisation.objects.get(pk=organisation_id)
            discard_logo(organisation=organisation)
            organisation.logo_file, organisation.logo_sha256 = stored.name, stored.sha256
            organisation.save(update_fields=_COLUMNS)
            events.publish(LogoSet(organisation_id=organisation_id), actor=actor)
        is_kept = True
    finally:
        if not is_kept:
            files.remove(stored.name)  # no row names it
    return organisation


@transaction.atomic
def remove_logo(*, actor: Actor, organisation_id: int) -> None:
    """Back to the name alone. Refusals as for `set_logo`. Publishes LogoRemoved; without a logo nothing happens."""
    actor = standing_under_lock(actor, organisation_id)
    require(policy.can_edit_organisation(actor, organisation_id))
    organisation = Organisation.objects.get(pk=organisation_id)
    if organisation.logo_file:
        discard_logo(organisation=organisation)
        organisation.save(update_fields=_COLUMNS)
        events.publish(LogoRemoved(organisation_id=organisation_id), actor=actor)


def discard_logo(*, organisation: Organisation) -> None:
    """Take the logo off an organisation that the caller has locked and will save. System-only: a step of use cases.

    The file goes by a job of the same transaction: after a rollback it is still there, after a commit never.
    """
    if organisation.logo_file:
        jobs.enqueue(delete_logo_file, {"name": organisation.logo_file})
    organisation.logo_file = organisation.logo_sha256 = ""


@jobs.external_task("organisations.delete_logo_file")
def delete_logo_file(name: str) -> None:
    """A second call finds nothing to do."""
    files.remove(name)
