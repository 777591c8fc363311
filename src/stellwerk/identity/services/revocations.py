"""Taking secrets back. Revoked rows stay, so that a lost token answers with the reason it no longer works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from stellwerk.foundation import clock, events
from stellwerk.foundation.decisions import require
from stellwerk.foundation.errors import NotFound
from stellwerk.identity import policy
from stellwerk.identity.events import ApplicationPasswordRevoked, TokenRevoked
from stellwerk.identity.models import ApiToken, ApplicationPassword

if TYPE_CHECKING:
    from collections.abc import Iterable

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


@transaction.atomic
def revoke_tokens(*, actor: Actor, account_id: int, token_ids: Iterable[int] | None = None) -> int:
    """Revoke several tokens of a person, or all of them without `token_ids` (API-008, ID-064). Returns how many.

    Nothing is revoked when one of them is not the person's: NotFound. Those that were revoked before do not count.
    Publishes TokenRevoked for each.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    wanted = None if token_ids is None else set(token_ids)
    condition = Q(revoked_at=None) if wanted is None else Q(pk__in=wanted)
    rows = list(ApiToken.objects.select_for_update().filter(condition, account_id=account_id).order_by("pk"))
    if wanted is not None and len(rows) < len(wanted):
        raise NotFound
    live = [row for row in rows if row.revoked_at is None]
    ApiToken.objects.filter(pk__in=[row.pk for row in live]).update(revoked_at=clock.now())
    events.publish_many([TokenRevoked(token_id=row.pk, name=row.name) for row in live], actor=actor)
    return len(live)


@transaction.atomic
def revoke_application_passwords(*, actor: Actor, account_id: int, password_ids: Iterable[int] | None = None) -> int:
    """Revoke several application passwords of a person, or all without `password_ids` (SEC-049). Returns how many.

    Refusals and second calls as with `revoke_tokens`. Publishes ApplicationPasswordRevoked for each.
    """
    require(policy.can_manage_secrets_of(actor, account_id))
    wanted = None if password_ids is None else set(password_ids)
    condition = Q(revoked_at=None) if wanted is None else Q(pk__in=wanted)
    rows = list(ApplicationPassword.objects.select_for_update().filter(condition, account_id=account_id).order_by("pk"))
    if wanted is not None and len(rows) < len(wanted):
        raise NotFound
    live = [row for row in rows if row.revoked_at is None]
    ApplicationPassword.objects.filter(pk__in=[row.pk for row in live]).update(revoked_at=clock.now())
    events.publish_many([ApplicationPasswordRevoked(password_id=row.pk, name=row.name) for row in live], actor=actor)
    return len(live)
