"""Changing how often a product is charged, without charging any day twice (BIL-030…039, EX-03, EX-04, EX-24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from stellwerk.billing.rules.periods import Period, next_period, period_from
from stellwerk.billing.rules.proration import ProratedChange, prorated_minor
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.foundation.months import months_later

MONTHLY, QUARTERLY, YEARLY = 1, 3, 12
MINIMUM_RECURRING_NET_MINOR = 500
FIRST_ATTEMPT_DAYS_BEFORE = 14


@dataclass(frozen=True, slots=True)
class Term:
    """One way to pay a product: its length in months and its net price for that length, in minor units."""

    months: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class ScheduledChange:
    """A change that waits for the current expiry, as the dialogue shows it (BIL-036). Nothing is due now (BIL-035)."""

    paid_until_on: date
    effective_on: date
    due_now_minor: int
    next_charge_on: date
    next_charge_net_minor: int
    withdrawable_before: date
    tells_nothing_is_charged_now: bool

    def may_be_withdrawn(self, *, today: date) -> bool:
        """Until the first renewal attempt (BIL-037)."""
        return today < self.withdrawable_before


@dataclass(frozen=True, slots=True)
class ImmediateChange:
    """A new term that starts at once; the unused part of the old one is credited day-exactly (BIL-038).

    The day of the change becomes the product's new anchor day.
    """

    period: Period
    proration: ProratedChange


def require_minimum(term: Term, *, minimum_net_minor: int = MINIMUM_RECURRING_NET_MINOR) -> None:
    """Raises BillingRefused frequency_below_minimum if one charge would be too small to be worth it (BIL-032)."""
    if term.net_minor < minimum_net_minor:
        raise BillingRefused(
            "frequency_below_minimum",
            minimum_net_minor=minimum_net_minor,
            net_minor=term.net_minor,
            months=term.months,
        )


def scheduled_change(
    current_expires_on: date,
    *,
    current: Term,
    wanted: Term,
    today: date,
    is_renewed_automatically: bool = False,
    minimum_net_minor: int = MINIMUM_RECURRING_NET_MINOR,
) -> ScheduledChange:
    """The change to `wanted` at the current expiry, shorter or longer; the span already paid is never charged again.

    The minimum applies to shorter frequencies only. The note that nothing is charged now is left out in the last
    month, where the next charge is near anyway.

    Raises BillingRefused: frequency_unchanged, frequency_below_minimum.
    """
    if wanted.months == current.months:
        raise BillingRefused("frequency_unchanged", months=wanted.months)
    if wanted.months < current.months:
        require_minimum(wanted, minimum_net_minor=minimum_net_minor)
    first_attempt_on = current_expires_on - timedelta(days=FIRST_ATTEMPT_DAYS_BEFORE if is_renewed_automatically else 0)
    return ScheduledChange(
        paid_until_on=current_expires_on,
        effective_on=current_expires_on,
        due_now_minor=0,
        next_charge_on=max(today, first_attempt_on),
        next_charge_net_minor=wanted.net_minor,
        withdrawable_before=first_attempt_on,
        tells_nothing_is_charged_now=today < months_later(current_expires_on, -1),
    )


def immediate_change(running: Period, *, on: date, paid_net_minor: int, current: Term, wanted: Term) -> ImmediateChange:
    """The change to a longer term today (BIL-038, method 2).

    Raises BillingRefused frequency_not_longer: a shorter one must wait for the expiry (BIL-035).
    """
    if wanted.months <= current.months:
        raise BillingRefused("frequency_not_longer", months=wanted.months)
    proration = ProratedChange(
        credit_minor=prorated_minor(paid_net_minor, running, on=on),
        charge_minor=wanted.net_minor,
        remaining_days=running.remaining_days(on),
        period_days=running.days,
    )
    return ImmediateChange(period_from(on, wanted.months), proration)


def appended_term(current_expires_on: date, *, wanted: Term, anchor_day: int | None = None) -> Period:
    """Paying another duration on "To pay" appends it to the current expiry; nothing is credited (BIL-030, BIL-039)."""
    return next_period(current_expires_on, wanted.months, anchor_day=anchor_day)
