"""What the pages of tokens and application passwords share: ticked rows, and the end of a day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from stellwerk.foundation import clock
from stellwerk.foundation.errors import NotFound

if TYPE_CHECKING:
    from datetime import date

    from stellwerk.foundation.edge.html import ActorRequest

_LONGEST_ID = 18  # digits


def ticked(request: ActorRequest) -> list[int] | None:
    """The ids of the ticked rows, or None for all of them. Raises NotFound for what is no id."""
    asked = request.POST if request.method == "POST" else request.GET
    if asked.get("all") == "yes":
        return None
    raw_ids = asked.getlist("item")
    if any(not (raw.isascii() and raw.isdigit() and len(raw) <= _LONGEST_ID) for raw in raw_ids):
        raise NotFound
    return [int(raw) for raw in raw_ids]


def end_of(day: date | None) -> datetime | None:
    """The first moment after a day: what is valid until that day works on it."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.operator_zone())
