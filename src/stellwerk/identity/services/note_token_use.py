from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from stellwerk.foundation import clock
from stellwerk.identity.models import ApiToken
from stellwerk.identity.rules import USE_NOTED_EVERY_MINUTES


@transaction.atomic
def note_token_use(*, token_id: int) -> None:
    """Remember that a token was used (API-006, API-007). Within the hour a second call changes nothing.

    System-only: the door that checked the token calls it.
    """
    now = clock.now()
    is_stale = Q(last_used_at=None) | Q(last_used_at__lte=now - timedelta(minutes=USE_NOTED_EVERY_MINUTES))
    ApiToken.objects.filter(is_stale, pk=token_id, revoked_at=None, deactivated_at=None).update(last_used_at=now)
