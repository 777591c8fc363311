"""Taking secrets back. Revoked rows stay, so that a lost token answers with the reason it no longer works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import policy
from stellwerk.identity.events import ApplicationPasswordRevoked, TokenRevoked
from stellwerk.identity.models import ApiToken, ApplicationPassword

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def revoke_token(*, actor: Actor, account_id: int, token_id: int) -> None:
    """The token answers 401 from the next call on (API-008). A second call changes nothing. Publishes TokenRevoked.

    Raises NotFound for another person's token.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    token = ApiToken.objects.select_for_update().filter(pk=token_id, account_id=account_id).first()
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        events.publish(TokenRevoked(token_id=token.pk, name=token.name), actor=actor)


@transaction.atomic
def revoke_application_password(*, actor: Actor, account_id: int, password_id: int) -> None:
    """Clients using it fail at their next request (SEC-049). A second call changes nothing.

    Raises NotFound for another person's. Publishes ApplicationPasswordRevoked.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    rows = ApplicationPassword.objects.select_for_update()
    password = rows.filter(pk=password_id, account_id=account_id).first()
    if password is None:
        raise NotFound
    if password.revoked_at is None:
        password.revoked_at = clock.now()
        password.save(update_fields=["revoked_at"])
        events.publish(ApplicationPasswordRevoked(password_id=password.pk, name=password.name), actor=actor)
