"""Stopping everything an organisation contains, once the wish is confirmed by e-mail (ORG-065, ORG-069)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import Gone, NotFound
from stellwerk.identity.services.sign_in import require_password_of
from stellwerk.organisations import policy
from stellwerk.organisations.events import ServicesStopped, ServicesStopRequested
from stellwerk.organisations.services.deletion.conditions import Topic, unmet_conditions
from stellwerk.organisations.services.locks import standing_under_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from stellwerk.foundation.actor import Actor

LINK_HOURS = 24
_SALT = "organisations.stop_services"
_stoppers: list[Callable[[Actor, int], None]] = []


def register_stopper(stopper: Callable[[Actor, int], None]) -> Callable[[Actor, int], None]:
    """Decorate a function that ends all services of an organisation, in the caller's transaction. System-only."""
    _stoppers.append(stopper)
    return stopper


def request_stop(*, actor: Actor, organisation_id: int, current_password: str) -> None:
    """Mail a link that ends all services; until it is used nothing happens and no data is deleted (ORG-069).

    Refusals in order: NotFound, `legal_representative_required`, NotFound without any service, TooManyAttempts,
    `password_incorrect`. Publishes ServicesStopRequested.
    """
    require(policy.can_delete_organisation(actor, organisation_id))
    names = _names_of_services(organisation_id)
    if not names:
        raise NotFound
    require_password_of(actor.account_id or 0, current_password)
    with transaction.atomic():
        events.publish(ServicesStopRequested(organisation_id=organisation_id, names=", ".join(names)), actor=actor)


def stop_services(*, actor: Actor, organisation_id: int, token: str) -> None:
    """End all services for good. A second call changes nothing.

    Refusals in order: NotFound, also for the link of somebody else, `legal_representative_required`,
    `stop_link_expired` (410) after a day. Publishes ServicesStopped and what each room says of its own.
    """
    require(policy.can_delete_organisation(actor, organisation_id))
    _require_own_link(token, organisation_id, actor.account_id)
    with transaction.atomic():
        actor = standing_under_lock(actor, organisation_id)
        require(policy.can_delete_organisation(actor, organisation_id))
        names = _names_of_services(organisation_id)
        if not names:
            return
        for stopper in _stoppers:
            stopper(actor, organisation_id)
        events.publish(ServicesStopped(organisation_id=organisation_id, names=", ".join(names)), actor=actor)


def stop_token(*, organisation_id: int, account_id: int) -> str:
    """What the mailed link carries. System-only: made when the mail is written."""
    until = clock.now() + timedelta(hours=LINK_HOURS)
    return signing.Signer(salt=_SALT).sign_object([organisation_id, account_id, int(until.timestamp())])


def _require_own_link(token: str, organisation_id: int, account_id: int | None) -> None:
    try:
        place, person, until = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError) as forged:
        raise NotFound from forged
    if (place, person) != (organisation_id, account_id):
        raise NotFound
    if clock.now().timestamp() > until:
        raise Gone("stop_link_expired")


def _names_of_services(organisation_id: int) -> list[str]:
    found = unmet_conditions(organisation_id, besides=None)
    return [each.name for each in found if each.topic is Topic.PRODUCTS]
