"""Ending tokens: by their application, by their person, or because a copy is about. System-only steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.idp.oidc.models import Token
from django.db import transaction

from stellwerk.foundation import clock, secrets
from stellwerk.identity.models import DeviceGrant

if TYPE_CHECKING:
    from datetime import timedelta

    from django.db.models import QuerySet


def end(rows: QuerySet[Any]) -> None:
    """Mark tokens as revoked; rows stay until they expire, so that a lost one answers with the reason."""
    found = list(rows.select_for_update().order_by("pk"))
    for row in found:
        row.data = {**(row.data or {}), "ended": "revoked"}
    Token.objects.bulk_update(found, ["data"])


def end_family(client_id: str, account_id: int | None, *, family: str) -> None:
    """Everything that came from one answer of a person."""
    end(Token.objects.filter(client_id=client_id, user_id=account_id, data__family=family))


def end_access(client_id: str, account_id: int) -> None:
    """Everything an application holds for a person, or would be given: also the yes that its device has not fetched."""
    DeviceGrant.objects.filter(client_id=client_id, account_id=account_id).delete()
    end(Token.objects.filter(client_id=client_id, user_id=account_id))


def forget_expired_tokens(kept_for: timedelta) -> int:
    """Delete tokens whose end is older than `kept_for`. Returns how many."""
    deleted: int = Token.objects.filter(expires_at__lt=clock.now() - kept_for).delete()[0]
    return deleted


def token_of(client_id: str, raw: str) -> Any:
    """The access or refresh token with this value, if it is the application's."""
    types = [Token.Type.ACCESS_TOKEN, Token.Type.REFRESH_TOKEN]
    return Token.objects.filter(hash=secrets.digest(raw), type__in=types, client_id=client_id).first()


@transaction.atomic
def end_presented(*, client_id: str, raw: str) -> None:
    """End the access or refresh token with this value and all of its family (RFC 7009 2.1). A second call ends nothing.

    System-only: who holds the token may end it.
    """
    row = token_of(client_id, raw)
    if row is not None:
        end_family(client_id, row.user_id, family=(row.data or {}).get("family", ""))
