"""The dated life of a product around its expiry: attempts, reminders, suspension, termination (REN-006…058)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from stellwerk.billing.rules.periods import days_between
from stellwerk.foundation.months import MONTHS_PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

REMINDER_CHOICES_DAYS = (60, 30, 15, 7, 3, 1)
LONGEST_POSTPONEMENT_DAYS = 7


class Standing(StrEnum):
    """What non-payment has led to by a given day."""

    PAID = "paid"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class RenewalSettings:
    """The operator's calendar, in days before or after expiry; defaults of REN-006, 015, 031, 036 and 051."""

    attempt_days_before: tuple[int, ...] = (14, 11, 7, 3, 1)
    reminder_days_before: tuple[int, ...] = (30, 7, 1)
    long_term_notice_days_before: int = 30
    warning_days_after: tuple[int, ...] = (1, 5)
    suspended_days_after: int = 7
    termination_warning_days_after: tuple[int, ...] = (22, 32)
    terminated_days_after: int = 37

    def __post_init__(self) -> None:
        if not self.attempt_days_before or min(self.attempt_days_before) < 1:
            raise ValueError("At least one attempt is needed, and each before expiry")
        if not set(self.reminder_days_before) <= set(REMINDER_CHOICES_DAYS):
            raise ValueError(f"Reminders can be sent {REMINDER_CHOICES_DAYS} days before expiry")
        steps = (0, *self.warning_days_after, self.suspended_days_after)
        if list(steps) != sorted(set(steps)):
            raise ValueError("Warnings must come after expiry and before the suspension, in order")
        steps = (self.suspended_days_after, *self.termination_warning_days_after, self.terminated_days_after)
        if list(steps) != sorted(set(steps)):
            raise ValueError("Termination warnings must lie between suspension and termination, in order")


DEFAULT_SETTINGS = RenewalSettings()


@dataclass(frozen=True, slots=True)
class RenewalCalendar:
    """Every date that follows from one expiry. All tuples are in order of time."""

    expires_on: date
    attempts_on: tuple[date, ...]
    reminders_on: tuple[date, ...]
    automatic_reminder_on: date
    long_term_notice_on: date | None
    warnings_on: tuple[date, ...]
    suspended_on: date
    termination_warnings_on: tuple[date, ...]
    terminated_on: date
    days_needed_to_enable: int = field(repr=False)

    @property
    def first_attempt_on(self) -> date:
        return self.attempts_on[0]

    def may_enable_automatic_renewal(self, *, today: date) -> bool:
        """Whether the switch can still be turned on: on the day of the first attempt yes, a day later no (REN-007)."""
        return days_between(today, self.expires_on) >= self.days_needed_to_enable

    def attempt_due_on(self, *, today: date, last_attempt_on: date | None) -> date | None:
        """The scheduled attempt to make today, or None.

        A day on which the job did not run is caught up (REN-024), but several missed attempts make one
        charge only, and a terminated product is charged no more.
        """
        if today >= self.terminated_on:
            return None
        passed = [day for day in self.attempts_on if day <= today]
        if not passed or (last_attempt_on is not None and passed[-1] <= last_attempt_on):
            return None
        return passed[-1]

    def standing(self, *, today: date) -> Standing:
        """What has become of a product whose renewal is still unpaid on `today`."""
        if today >= self.terminated_on:
            return Standing.TERMINATED
        if today >= self.suspended_on:
            return Standing.SUSPENDED
        return Standing.OVERDUE if today >= self.expires_on else Standing.PAID


def renewal_calendar(
    expires_on: date,
    *,
    term_months: int = MONTHS_PER_YEAR,
    reminder_days_before: Sequence[int] | None = None,
    postponed_days: int = 0,
    settings: RenewalSettings = DEFAULT_SETTINGS,
) -> RenewalCalendar:
    """The calendar of a product that expires on `expires_on`.

    `reminder_days_before` is a person's own choice (REN-031); None takes the operator's. Terms of a year or
    more get an additional notice (REN-036). `postponed_days` delays the suspension because of an announced
    bank transfer, by 7 days at most (REN-057); it never moves the termination.

    Raises ValueError for a reminder interval or a postponement that is not offered.
    """
    chosen = settings.reminder_days_before if reminder_days_before is None else reminder_days_before
    if not set(chosen) <= set(REMINDER_CHOICES_DAYS):
        raise ValueError(f"Reminders can be sent {REMINDER_CHOICES_DAYS} days before expiry")
    if not 0 <= postponed_days <= LONGEST_POSTPONEMENT_DAYS:
        raise ValueError(f"postponed_days out of range: {postponed_days}")
    notice_on = expires_on - timedelta(days=settings.long_term_notice_days_before)
    attempts_on = _before(expires_on, settings.attempt_days_before)
    return RenewalCalendar(
        expires_on=expires_on,
        attempts_on=attempts_on,
        reminders_on=_before(expires_on, chosen),
        automatic_reminder_on=attempts_on[0],
        long_term_notice_on=notice_on if term_months >= MONTHS_PER_YEAR else None,
        warnings_on=_after(expires_on, settings.warning_days_after),
        suspended_on=expires_on + timedelta(days=settings.suspended_days_after + postponed_days),
        termination_warnings_on=_after(expires_on, settings.termination_warning_days_after),
        terminated_on=expires_on + timedelta(days=settings.terminated_days_after),
        days_needed_to_enable=max(settings.attempt_days_before),
    )


def _before(expires_on: date, days: Sequence[int]) -> tuple[date, ...]:
    return tuple(sorted(expires_on - timedelta(days=number) for number in set(days)))


def _after(expires_on: date, days: Sequence[int]) -> tuple[date, ...]:
    return tuple(sorted(expires_on + timedelta(days=number) for number in set(days)))
