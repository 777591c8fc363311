from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.foundation.orm import insert
from stellwerk.identity import policy
from stellwerk.identity.events import ApplicationPasswordCreated
from stellwerk.identity.models import ApplicationPassword
from stellwerk.identity.rules import APPLICATION_PASSWORD_PREFIX, SYNC_SCOPES
from stellwerk.identity.services.entries import checked_end, checked_name

if TYPE_CHECKING:
    from datetime import datetime

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplicationPassword:
    """What an application password is for. `expires_at` is the first moment it no longer works, None is never."""

    name: str
    scopes: tuple[str, ...] = SYNC_SCOPES
    is_read_only: bool = False
    expires_at: datetime | None = None


@transaction.atomic
def create_application_password(
    *, actor: Actor, account_id: int, entries: NewApplicationPassword
) -> tuple[ApplicationPassword, str]:
    """A new application password and its value of 190 random bits, shown once (SEC-046, SEC-047, SEC-050).

    Refusals in order: policy, a missing or unusable name, no or an unknown scope, an end in the past. Publishes
    ApplicationPasswordCreated.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    name = checked_name("name", entries.name)
    wanted = set(entries.scopes)
    if not wanted or wanted - set(SYNC_SCOPES):
        raise Invalid(FieldError("scopes", "in", _("Choose at least one of the offered scopes."), SYNC_SCOPES))
    raw = secrets.new_secret(APPLICATION_PASSWORD_PREFIX)
    stored = insert(
        ApplicationPassword(
            account_id=account_id,
            name=name,
            digest=secrets.digest(raw),
            scopes=[scope for scope in SYNC_SCOPES if scope in wanted],
            is_read_only=entries.is_read_only,
            created_at=clock.now(),
            expires_at=checked_end("expires_at", entries.expires_at),
        )
    )
    events.publish(ApplicationPasswordCreated(password_id=stored.pk, name=stored.name), actor=actor)
    return stored, raw
