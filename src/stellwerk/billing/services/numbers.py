"""Numbers of documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.billing.models import NumberSeries
from stellwerk.foundation import clock

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Numbers:
    """A run of consecutive numbers of one year, dated alike."""

    year: int
    first: int
    issued_on: date


@transaction.atomic
def take_numbers(*, series: str, count: int = 1) -> Numbers:
    """The next `count` numbers of a series; its row stays locked until the caller's transaction ends.

    A rolled-back transaction gives them back, so there is no gap; a rival waits, so there is no double (INV-008).
    The date never runs backwards: a clock set back continues with the date of the last document.
    System-only: other services call it while they issue.
    """
    today = clock.today()
    NumberSeries.objects.get_or_create(
        name=series, defaults={"year": today.year, "last_number": 0, "last_issued_on": today}
    )
    row = NumberSeries.objects.select_for_update().get(name=series)
    issued_on = max(today, row.last_issued_on)
    if issued_on.year != row.year:
        row.year, row.last_number = issued_on.year, 0
    numbers = Numbers(row.year, row.last_number + 1, issued_on)
    row.last_number += count
    row.last_issued_on = issued_on
    row.save(update_fields=["year", "last_number", "last_issued_on"])
    return numbers
