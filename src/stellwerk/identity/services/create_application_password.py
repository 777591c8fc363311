from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.orm import insert
from stellwerk.identity import policy
from stellwerk.identity.events import ApplicationPasswordCreated
from stellwerk.identity.models import ApplicationPassword
from stellwerk.identity.rules import APPLICATION_PASSWORD_PREFIX
from stellwerk.identity.services.entries import checked_name

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def create_application_password(*, actor: Actor, account_id: int, name: str) -> tuple[ApplicationPassword, str]:
    """A new application password and its value, shown once (SEC-046, SEC-050).

    Refusals in order: policy, a missing or unusable name. Publishes ApplicationPasswordCreated.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    name = checked_name("name", name)
    raw = secrets.new_secret(APPLICATION_PASSWORD_PREFIX)
    stored = insert(
        ApplicationPassword(account_id=account_id, name=name, digest=secrets.digest(raw), created_at=clock.now())
    )
    events.publish(ApplicationPasswordCreated(password_id=stored.pk, name=stored.name), actor=actor)
    return stored, raw
