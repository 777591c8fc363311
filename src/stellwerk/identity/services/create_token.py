from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stellwerk.foundation import clock, events, secrets
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import FieldError, Invalid
from stellwerk.foundation.orm import insert
from stellwerk.identity import policy
from stellwerk.identity.events import TokenCreated
from stellwerk.identity.models import ApiToken
from stellwerk.identity.rules import PERSONAL_SCOPES, SCOPES, TOKEN_PREFIX
from stellwerk.identity.services.entries import checked_end, checked_name
from stellwerk.identity.services.workplaces import workplaces_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from stellwerk.foundation.actor import Actor


@transaction.atomic
def create_token(
    *,
    actor: Actor,
    account_id: int,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None = None,
    organisation_id: int | None = None,
) -> tuple[ApiToken, str]:
    """A new API token and its value, which exists only in this answer (API-003…006).

    With `organisation_id` it opens that one only, and nothing of the account itself. Refusals in order: policy, an
    empty name, an unknown scope, an organisation that is not the person's, an end in the past. Publishes TokenCreated.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    wanted = sorted(set(scopes))
    name = checked_name("name", name)
    if not wanted or set(wanted) - set(SCOPES):
        raise Invalid(FieldError("scopes", "in", _("Choose at least one of the offered scopes."), tuple(SCOPES)))
    if organisation_id is not None:
        _refuse_beyond(account_id, organisation_id, wanted)
    raw = secrets.new_secret(TOKEN_PREFIX)
    token = insert(
        ApiToken(
            account_id=account_id,
            name=name,
            prefix=raw[: len(TOKEN_PREFIX) + 5],
            digest=secrets.digest(raw),
            scopes=wanted,
            organisation_id=organisation_id,
            created_at=clock.now(),
            expires_at=checked_end("expires_at", expires_at),
        )
    )
    events.publish(TokenCreated(token_id=token.pk, name=token.name), actor=actor)
    return token, raw


def _refuse_beyond(account_id: int, organisation_id: int, scopes: list[str]) -> None:
    if organisation_id not in {place.id for place in workplaces_of(account_id)}:
        raise Invalid(FieldError("organisation_id", "in", _("Choose one of your organisations.")))
    if any(scope.partition(":")[0] in PERSONAL_SCOPES for scope in scopes):
        text = _("A token for one organisation opens nothing of your own account. Leave out the scopes of the profile.")
        raise Invalid(FieldError("scopes", "in", text))
