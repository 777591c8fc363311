from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.periods import (
    Period,
    days_between,
    exceeds_horizon,
    is_due_within_two_months,
    months_later,
    next_period,
    period_from,
)

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2200, 12, 31))
MONTHS = st.integers(min_value=1, max_value=120)


def test_ex_21_a_chain_of_months_returns_to_the_anchor_day():
    expiry, chain = date(2027, 1, 31), []

    for _ in range(4):
        expiry = months_later(expiry, 1, anchor_day=31)
        chain.append(expiry)

    assert chain == [date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31)]


@pytest.mark.parametrize(("months", "expected"), [(12, date(2029, 2, 28)), (48, date(2032, 2, 29))])
def test_ex_21_the_leap_day_is_clipped_and_comes_back(months, expected):
    assert months_later(date(2028, 2, 29), months) == expected


def test_months_can_be_counted_backwards_over_the_turn_of_the_year():
    assert months_later(date(2026, 1, 31), -2) == date(2025, 11, 30)


@pytest.mark.parametrize("anchor_day", [0, 32])
def test_an_impossible_anchor_day_is_refused(anchor_day):
    with pytest.raises(ValueError, match="anchor_day"):
        months_later(date(2026, 1, 1), 1, anchor_day=anchor_day)


@given(start_on=DAYS, steps=st.lists(MONTHS, min_size=1, max_size=12))
def test_many_steps_with_an_anchor_reach_the_same_day_as_one_long_step(start_on, steps):
    day = start_on
    for months in steps:
        day = months_later(day, months, anchor_day=start_on.day)

    assert day == months_later(start_on, sum(steps))


@given(start_on=DAYS, months=MONTHS)
def test_a_month_step_never_leaves_the_month_it_aims_at(start_on, months):
    day = months_later(start_on, months)

    assert (day.year * 12 + day.month) - (start_on.year * 12 + start_on.month) == months
    assert day.day <= start_on.day


def test_a_period_includes_its_first_day_and_excludes_its_expiry():
    year = Period(date(2026, 1, 1), date(2027, 1, 1))

    assert year.days == 365
    assert year.contains(date(2026, 1, 1))
    assert year.contains(date(2026, 12, 31))
    assert not year.contains(date(2027, 1, 1))
    assert year.last_on == date(2026, 12, 31)


def test_bil_051_the_day_of_change_counts_and_the_expiry_does_not():
    year = Period(date(2026, 1, 1), date(2027, 1, 1))

    assert year.remaining_days(date(2026, 4, 1)) == 275
    assert year.remaining_days(date(2026, 12, 31)) == 1
    assert year.remaining_days(date(2027, 1, 1)) == 0
    assert year.remaining_days(date(2027, 6, 1)) == 0
    assert year.remaining_days(date(2025, 6, 1)) == 365


@pytest.mark.parametrize("expires_on", [date(2026, 1, 1), date(2025, 12, 31)])
def test_a_period_without_a_day_is_refused(expires_on):
    with pytest.raises(ValueError, match="at least one day"):
        Period(date(2026, 1, 1), expires_on)


@given(start_on=DAYS, days=st.integers(1, 4000), cut=st.integers(0, 4000))
def test_used_and_remaining_days_make_the_whole_period(start_on, days, cut):
    period = Period(start_on, start_on + timedelta(days=days))
    day = start_on + timedelta(days=min(cut, days))

    assert days_between(start_on, day) + period.remaining_days(day) == period.days


def test_gen_010_days_are_calendar_days_over_the_change_to_summer_time():
    assert days_between(date(2026, 3, 28), date(2026, 3, 30)) == 2


def test_bil_013_a_renewal_is_appended_to_the_current_expiry():
    assert next_period(date(2026, 11, 30), 36) == Period(date(2026, 11, 30), date(2029, 11, 30))


def test_bil_013_two_renewals_in_february_keep_the_anchor():
    first = next_period(date(2027, 1, 31), 1, anchor_day=31)
    second = next_period(first.expires_on, 1, anchor_day=31)

    assert (first.expires_on, second.expires_on) == (date(2027, 2, 28), date(2027, 3, 31))


def test_ord_024_the_first_period_starts_with_the_activation():
    assert period_from(date(2026, 1, 31), 1) == Period(date(2026, 1, 31), date(2026, 2, 28))


@pytest.mark.parametrize(
    ("today", "shown"),
    [
        (date(2026, 5, 14), False),
        (date(2026, 5, 15), True),
        (date(2026, 7, 15), True),
        (date(2026, 9, 1), True),
    ],
)
def test_ex_17_the_next_two_months_show_it_from_the_fifteenth_of_may_and_when_overdue(today, shown):
    assert is_due_within_two_months(date(2026, 7, 15), today=today) is shown


def test_bil_003_two_months_after_the_last_of_december_end_in_february():
    assert is_due_within_two_months(date(2027, 2, 28), today=date(2026, 12, 31))
    assert not is_due_within_two_months(date(2027, 3, 1), today=date(2026, 12, 31))


def test_bil_023_ten_years_are_allowed_and_a_day_more_is_not():
    today = date(2026, 3, 1)

    assert not exceeds_horizon(date(2036, 3, 1), today=today, horizon_months=120)
    assert exceeds_horizon(date(2036, 3, 2), today=today, horizon_months=120)
