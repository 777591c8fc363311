from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.identity.services import throttle
from stellwerk.organisations import policy, queries
from stellwerk.organisations.events import SecurityAlertSent

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor

ALERTS_PER_PERSON = throttle.Limit("security_alert_person", 1, 60 * 60)
ALERTS_PER_SENDER = throttle.Limit("security_alert_sender", 30, 60 * 60)


def send_security_alert(*, actor: Actor, organisation_id: int, account_id: int) -> None:
    """Ask a member by e-mail to improve the security of the account (SEC-043).

    Call it outside of a transaction: what was sent must stay counted. Refusals in order: NotFound,
    `administrator_required`, NotFound for somebody who does not belong to the organisation, TooManyAttempts for a
    second alert within an hour or the thirty-first of the sender. Publishes SecurityAlertSent; the mail follows it.
    """
    require(policy.can_guard_sign_ins(actor, organisation_id))
    row = queries.member_row(organisation_id, account_id)
    if row is None:
        raise NotFound
    throttle.count(ALERTS_PER_SENDER, str(actor.account_id))
    throttle.count(ALERTS_PER_PERSON, f"{organisation_id}:{account_id}")
    with transaction.atomic():
        event = SecurityAlertSent(organisation_id=organisation_id, account_id=account_id, person=row.name)
        events.publish(event, actor=actor)
