"""A year without use ends an API token (API-007). System-only: clockwork calls it.

Found by scanning the moment of the last use, so a run that did not happen yesterday catches up today.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce

from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import SYSTEM
from stellwerk.identity.events import TokenDeactivated, TokenGoesIdle
from stellwerk.identity.models import ApiToken
from stellwerk.identity.rules import IDLE_NOTICE_DAYS, IDLE_TOKEN_DAYS

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stellwerk.foundation.actor import Actor

_BATCH = 200  # tokens of one transaction
_YEAR = timedelta(days=IDLE_TOKEN_DAYS)


@transaction.atomic
def tell_of_tokens_going_idle() -> int:
    """Tell the owners of tokens that end in 30 days or less for want of use; each once, until it is used again.

    System-only: returns how many it told of, at most one batch. A token with an earlier end of its own is passed
    over. Publishes TokenGoesIdle.
    """
    now = clock.now()
    untold = Q(idle_notice_at=None) | Q(idle_notice_at__lt=F("last_used_at"))
    idle_at = ExpressionWrapper(Coalesce("last_used_at", "created_at") + _YEAR, output_field=DateTimeField())
    lasts = Q(expires_at=None) | Q(expires_at__gt=F("idle_at"))
    found = _unused_for(_YEAR - timedelta(days=IDLE_NOTICE_DAYS)).annotate(idle_at=idle_at)
    rows = list(found.filter(untold, lasts, account__is_active=True).order_by("pk")[:_BATCH])
    ApiToken.objects.filter(pk__in=[row.pk for row in rows]).update(idle_notice_at=now)
    for row in rows:
        ends_at = (row.last_used_at or row.created_at) + _YEAR
        told = TokenGoesIdle(token_id=row.pk, account_id=row.account_id, name=row.name, ends_at=ends_at.isoformat())
        events.publish(told, actor=_about(row))
    return len(rows)


@transaction.atomic
def deactivate_idle_tokens() -> int:
    """End the tokens that nobody has used for a year; they never work again.

    System-only: returns how many, at most one batch. Publishes TokenDeactivated.
    """
    rows = list(_unused_for(_YEAR).order_by("pk")[:_BATCH])
    ApiToken.objects.filter(pk__in=[row.pk for row in rows]).update(deactivated_at=clock.now())
    for row in rows:
        event = TokenDeactivated(token_id=row.pk, account_id=row.account_id, name=row.name)
        events.publish(event, actor=_about(row))
    return len(rows)


def _unused_for(distance: timedelta) -> QuerySet[ApiToken]:
    since = clock.now() - distance
    unused = Q(last_used_at__lte=since) | Q(last_used_at=None, created_at__lte=since)
    return ApiToken.objects.select_for_update(of=("self",)).filter(unused, revoked_at=None, deactivated_at=None)


def _about(token: ApiToken) -> Actor:
    """Nobody did it, but it belongs into the owner's log."""
    return replace(SYSTEM, account_id=token.account_id)
