"""The last step: nothing of it can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid, NotFound, RuleBroken
from stellwerk.identity.services.sign_in import require_password_of
from stellwerk.organisations import policy
from stellwerk.organisations.events import OrganisationDeleted
from stellwerk.organisations.models import Invitation, Membership, Organisation, Team
from stellwerk.organisations.services.deletion.conditions import Topic, give_up, unmet_conditions
from stellwerk.organisations.services.departures import let_go
from stellwerk.organisations.services.locks import hold_open, standing_under_lock
from stellwerk.organisations.services.logo import discard_logo

if TYPE_CHECKING:
    from collections.abc import Collection

    from stellwerk.foundation.actor import Actor


def delete_organisation(
    *,
    actor: Actor,
    organisation_id: int,
    typed_name: str,
    current_password: str,
    wants_invoices: bool = False,
    gives_up: Collection[str] = (),
) -> None:
    """Close an organisation for good; the person's account and other organisations stay (ORG-063).

    The row stays with its invoices and its activity log, as the law asks; nobody but the operator reaches them. Open
    invitations are withdrawn. `gives_up` names what is in the way and may be given up, as it was read: the amounts of
    prepaid rests (DEL-007). Refusals in order: NotFound, `legal_representative_required` (Q5), Invalid for another
    `typed_name`, TooManyAttempts, `password_incorrect`, `personal_suite_organisation` (ORG-068),
    `organisation_not_empty` with the names of what is in the way (ORG-064). Publishes OrganisationDeleted, whose
    handlers mail the confirmation and, with `wants_invoices`, the invoices (ORG-065).
    """
    require(policy.can_delete_organisation(actor, organisation_id))
    _require_name(organisation_id, typed_name)
    require_password_of(actor.account_id or 0, current_password)
    with transaction.atomic():
        if gives_up:
            # Before the lock that new rows of the organisation wait for: a payment holds its account, then writes one.
            hold_open(organisation_id)
            give_up(actor, organisation_id, names=gives_up)
        actor = standing_under_lock(actor, organisation_id)
        require(policy.can_delete_organisation(actor, organisation_id))
        _refuse_what_is_in_the_way(organisation_id, actor.account_id)
        _close(Organisation.objects.get(pk=organisation_id), actor, wants_invoices=wants_invoices)


MOST_NAMES = 10
_ANOTHER_NAME = _("Type the name of the organisation as it stands above.")


def _require_name(organisation_id: int, typed_name: str) -> None:
    name = Organisation.objects.filter(pk=organisation_id, deleted_at=None).values_list("name", flat=True).first()
    if name is None:
        raise NotFound
    if " ".join(typed_name.split()).casefold() != " ".join(name.split()).casefold():
        raise Invalid(FieldError("typed_name", "equals", _ANOTHER_NAME, (name,)))


def _refuse_what_is_in_the_way(organisation_id: int, account_id: int | None) -> None:
    unmet = unmet_conditions(organisation_id, besides=account_id)
    if any(each.topic is Topic.PERSONAL_SUITE for each in unmet):
        raise RuleBroken("personal_suite_organisation")
    if unmet:
        raise RuleBroken("organisation_not_empty", names=", ".join(each.name for each in unmet[:MOST_NAMES]))


def _close(organisation: Organisation, actor: Actor, *, wants_invoices: bool) -> None:
    organisation.deleted_at = clock.now()
    discard_logo(organisation=organisation)
    organisation.save(update_fields=["deleted_at", "logo_file", "logo_sha256"])
    Invitation.objects.filter(organisation=organisation, state=Invitation.State.PENDING).update(
        state=Invitation.State.WITHDRAWN, answered_at=clock.now(), sealed_link=""
    )
    let_go(Membership.objects.filter(organisation=organisation))
    Team.objects.filter(organisation=organisation).delete()
    event = OrganisationDeleted(organisation_id=organisation.pk, name=organisation.name, wants_invoices=wants_invoices)
    events.publish(event, actor=actor)
