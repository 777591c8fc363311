"""Calendar arithmetic of subscriptions: days, months, half-open periods (GEN-010, ORD-024, BIL-003, 013, 023).

All dates are calendar dates of the operator's time zone; nothing here knows what day it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stellwerk.foundation.months import last_day, months_later

if TYPE_CHECKING:
    from datetime import date


def days_between(earlier_on: date, later_on: date) -> int:
    """Calendar days from one date to another, not blocks of 24 hours (GEN-010)."""
    return (later_on - earlier_on).days


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open span: `start_on` is its first day, `expires_on` the first day no longer paid for."""

    start_on: date
    expires_on: date

    def __post_init__(self) -> None:
        if self.expires_on <= self.start_on:
            raise ValueError(f"A period needs at least one day: {self.start_on} to {self.expires_on}")

    @property
    def days(self) -> int:
        return days_between(self.start_on, self.expires_on)

    @property
    def last_on(self) -> date:
        """The last day that is paid for, as printed on documents."""
        return last_day(self.expires_on)

    def contains(self, day: date) -> bool:
        return self.start_on <= day < self.expires_on

    def remaining_days(self, on: date) -> int:
        """Unused days, `on` included and expiry excluded (BIL-051): all before the start, none from expiry."""
        return max(0, days_between(max(on, self.start_on), self.expires_on))


def period_from(start_on: date, months: int, *, anchor_day: int | None = None) -> Period:
    """The period of `months` that begins on `start_on`, the date of activation (ORD-024)."""
    return Period(start_on, months_later(start_on, months, anchor_day=anchor_day))


def next_period(expires_on: date, months: int, *, anchor_day: int | None = None) -> Period:
    """The period a renewal adds: from the current expiry, not from today, so that no paid day is lost (BIL-013)."""
    return period_from(expires_on, months, anchor_day=anchor_day)


def is_due_within_two_months(expires_on: date, *, today: date) -> bool:
    """Whether the filter "next 2 months" shows it: two calendar months ahead and everything overdue (BIL-003)."""
    return expires_on <= months_later(today, 2)


def exceeds_horizon(expires_on: date, *, today: date, horizon_months: int) -> bool:
    """Whether time paid until `expires_on` is more than the product allows in advance (BIL-023)."""
    return expires_on > months_later(today, horizon_months)
