"""Calendar months: dates some months apart (ORD-024), the last day of a span. Plain arithmetic without a clock."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

MONTHS_PER_YEAR = 12


@lru_cache(maxsize=4096)  # a list of products asks the same few hundred days and durations again and again
def months_later(day: date, months: int, *, anchor_day: int | None = None) -> date:
    """The date `months` after `day` (before it, if negative), on the anchor day of the month.

    A month too short for the anchor ends the step on its last day, and the next step returns to the
    anchor: 31 Jan, 28 Feb, 31 Mar (ORD-024, EX-21). Without `anchor_day` the day of `day` is the anchor,
    so a chain of single months must pass it or the 31 is lost in February.

    Raises ValueError for an anchor outside 1..31.
    """
    anchor = day.day if anchor_day is None else anchor_day
    last_anchor = 31
    if not 1 <= anchor <= last_anchor:
        raise ValueError(f"anchor_day out of range: {anchor}")
    years, month_index = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(anchor, calendar.monthrange(year, month)[1]))


def last_day(end: date) -> date:
    """The last day of a half-open span: what ends on the 21st is paid until the 20th. People are told this one."""
    return end - timedelta(days=1)
