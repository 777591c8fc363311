"""Which step of its renewal calendar a product takes today (REN-006…058). The calendar says when, this says what next.

A step is taken once per expiry and remembered by its code, so any number of runs on a day does what one run does. After
a pause the latest missed step of a kind stands for all of them; only the termination, which cannot be undone, never
comes before its warnings have had the days they promise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from stellwerk.billing.rules.periods import days_between
from stellwerk.billing.rules.renewal_calendar import (
    DEFAULT_SETTINGS,
    LONGEST_POSTPONEMENT_DAYS,
    RenewalCalendar,
    RenewalSettings,
    renewal_calendar,
)
from stellwerk.foundation.months import months_later

if TYPE_CHECKING:
    from collections.abc import Mapping

CONSUMER_NOTICE_DAYS = 60  # between three months and one month before the end of the term


class StepKind(StrEnum):
    """What happens to a product around its expiry. The values are the beginnings of step codes."""

    REMINDER = "reminder"
    LONG_TERM_NOTICE = "long_term_notice"
    CONSUMER_NOTICE = "consumer_notice"
    AUTOMATIC_REMINDER = "automatic_reminder"
    ATTEMPT = "attempt"
    WARNING = "warning"
    SUSPENSION = "suspension"
    TERMINATION_WARNING = "termination_warning"
    TERMINATION = "termination"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `days` lie before expiry up to the attempts and after it from the first warning on."""

    kind: StepKind
    days: int

    @property
    def code(self) -> str:
        return f"{self.kind}:{self.days}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How far a product has come on its way past one expiry. `taken` maps step codes to the day each was taken.

    `is_announced`: the renewal is announced by bank transfer, its invoice is open. `needs_consumer_notice`: its owner
    is a consumer whom the law grants a notice before a tacit renewal (Code de la consommation L215-1, REN-037).
    """

    expires_on: date
    period_months: int
    renews_automatically: bool
    anchor_day: int
    is_suspended: bool = False
    is_announced: bool = False
    needs_consumer_notice: bool = False
    taken: Mapping[str, date] = field(default_factory=dict)

    def latest_on(self, kind: StepKind) -> date | None:
        """The day the last step of a kind was taken."""
        return max((day for code, day in self.taken.items() if code.partition(":")[0] == kind), default=None)


def reminder_step(course: Course, *, today: date, settings: RenewalSettings = DEFAULT_SETTINGS) -> Step | None:
    """The message due today before the expiry, or None: a reminder to pay, or the notice of an automatic charge.

    A step that would lie before the running period began is left out: a month bought today needs no reminder today.
    """
    if today >= course.expires_on or course.is_announced:
        return None
    began_on = months_later(course.expires_on, -course.period_months, anchor_day=course.anchor_day)
    dates = {
        course.expires_on - timedelta(days=step.days): step
        for step in _messages_before(course, settings)
        if course.expires_on - timedelta(days=step.days) > began_on
    }
    passed = [day for day in sorted(dates) if day <= today]
    if not passed or dates[passed[-1]].code in course.taken:
        return None
    return dates[passed[-1]]


def attempt_step(course: Course, *, today: date, settings: RenewalSettings = DEFAULT_SETTINGS) -> Step | None:
    """The attempt to charge that is due today, or None (REN-006, REN-015, REN-024)."""
    if not course.renews_automatically or course.is_announced:
        return None
    scheduled_on = _calendar(course, settings).attempt_due_on(
        today=today, last_attempt_on=course.latest_on(StepKind.ATTEMPT)
    )
    return Step(StepKind.ATTEMPT, days_between(scheduled_on, course.expires_on)) if scheduled_on else None


def overdue_step(course: Course, *, today: date, settings: RenewalSettings = DEFAULT_SETTINGS) -> Step | None:
    """What non-payment leads to today, or None (REN-051, EX-17): one step a day.

    A suspension can be undone by paying and therefore catches up at once. The termination waits until the last
    termination warning is as old as the calendar wants it, however long no run has looked at the product.
    """
    dates = _calendar(course, settings)
    if today < dates.suspended_on:
        return _latest_untaken(course, StepKind.WARNING, dates.warnings_on, today)
    if not course.is_suspended and (step := _untaken(course, StepKind.SUSPENSION, dates.suspended_on)):
        return step
    if step := _latest_untaken(course, StepKind.TERMINATION_WARNING, dates.termination_warnings_on, today):
        return step
    last_warned_on = course.latest_on(StepKind.TERMINATION_WARNING)
    days_warned = days_between(dates.termination_warnings_on[-1], dates.terminated_on)
    if today >= dates.terminated_on and last_warned_on and days_between(last_warned_on, today) >= days_warned:
        return _untaken(course, StepKind.TERMINATION, dates.terminated_on)
    return None


def charge_on(course: Course, *, settings: RenewalSettings = DEFAULT_SETTINGS) -> date:
    """The day of the first attempt, as a notice names it."""
    return _calendar(course, settings).first_attempt_on


def next_attempt_on(course: Course, *, today: date, settings: RenewalSettings = DEFAULT_SETTINGS) -> date | None:
    """The day of the attempt that follows one made today; None after the last."""
    return next((day for day in _calendar(course, settings).attempts_on if day > today), None)


def suspension_on(course: Course, *, settings: RenewalSettings = DEFAULT_SETTINGS) -> date:
    """The day a product still unpaid is suspended; an announced transfer postpones it (REN-057)."""
    return _calendar(course, settings).suspended_on


def termination_on(course: Course, *, today: date, settings: RenewalSettings = DEFAULT_SETTINGS) -> date:
    """The day a product still unpaid is terminated, as said in the warning of `today`."""
    dates = _calendar(course, settings)
    last_warning_on = max(dates.termination_warnings_on[-1], today)
    return max(dates.terminated_on, last_warning_on + (dates.terminated_on - dates.termination_warnings_on[-1]))


def _calendar(course: Course, settings: RenewalSettings) -> RenewalCalendar:
    postponed_days = LONGEST_POSTPONEMENT_DAYS if course.is_announced else 0
    return _known_calendar(course.expires_on, course.period_months, postponed_days, settings)


@lru_cache(maxsize=1024)  # a batch asks for few expiries, each many times
def _known_calendar(
    expires_on: date, term_months: int, postponed_days: int, settings: RenewalSettings
) -> RenewalCalendar:
    return renewal_calendar(expires_on, term_months=term_months, postponed_days=postponed_days, settings=settings)


def _messages_before(course: Course, settings: RenewalSettings) -> list[Step]:
    if not course.renews_automatically:
        return [Step(StepKind.REMINDER, days) for days in settings.reminder_days_before]
    dates = _calendar(course, settings)
    steps = [Step(StepKind.AUTOMATIC_REMINDER, days_between(dates.automatic_reminder_on, course.expires_on))]
    if dates.long_term_notice_on is not None:
        steps.append(Step(StepKind.LONG_TERM_NOTICE, settings.long_term_notice_days_before))
    if course.needs_consumer_notice:
        steps.append(Step(StepKind.CONSUMER_NOTICE, CONSUMER_NOTICE_DAYS))
    return steps


def _latest_untaken(course: Course, kind: StepKind, dates: tuple[date, ...], today: date) -> Step | None:
    passed = [day for day in dates if day <= today]
    return _untaken(course, kind, passed[-1]) if passed else None


def _untaken(course: Course, kind: StepKind, day: date) -> Step | None:
    # Whoever lets a suspended product run again has decided so: the same expiry does not suspend it a second time.
    step = Step(kind, days_between(course.expires_on, day))
    return None if step.code in course.taken else step
