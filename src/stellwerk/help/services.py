"""Writes of the help room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation import clock
from stellwerk.foundation.decisions import require
from stellwerk.help import policy
from stellwerk.help.models import SeenTour

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


@transaction.atomic
def end_tour(*, actor: Actor) -> None:
    """The person has seen the tour or does not want it; a second call keeps the first moment (UI-010)."""
    require(policy.can_end_tour(actor))
    SeenTour.objects.get_or_create(account_id=actor.account_id or 0, defaults={"ended_at": clock.now()})
