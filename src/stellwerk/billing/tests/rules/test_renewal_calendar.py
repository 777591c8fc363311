from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.periods import next_period
from stellwerk.billing.rules.renewal_calendar import RenewalSettings, Standing, renewal_calendar

EXPIRY = date(2026, 7, 15)


def test_ex_17_the_whole_calendar_of_one_product():
    dates = renewal_calendar(EXPIRY, reminder_days_before=(60, 30))

    assert dates.reminders_on == (date(2026, 5, 16), date(2026, 6, 15))
    assert dates.automatic_reminder_on == date(2026, 7, 1)
    assert dates.first_attempt_on == date(2026, 7, 1)
    assert dates.attempts_on[1:] == (date(2026, 7, 4), date(2026, 7, 8), date(2026, 7, 12), date(2026, 7, 14))
    assert dates.warnings_on == (date(2026, 7, 16), date(2026, 7, 20))
    assert dates.suspended_on == date(2026, 7, 22)
    assert dates.termination_warnings_on == (date(2026, 8, 6), date(2026, 8, 16))
    assert dates.terminated_on == date(2026, 8, 21)


def test_ex_17_a_late_payment_extends_from_the_old_expiry():
    assert next_period(EXPIRY, 12).expires_on == date(2027, 7, 15)


@pytest.mark.parametrize(("today", "allowed"), [(date(2026, 7, 1), True), (date(2026, 7, 2), False)])
def test_ex_17_automatic_renewal_can_be_enabled_until_fourteen_days_before_expiry(today, allowed):
    assert renewal_calendar(EXPIRY).may_enable_automatic_renewal(today=today) is allowed


@pytest.mark.parametrize(
    ("today", "standing"),
    [
        (date(2026, 7, 14), Standing.PAID),
        (date(2026, 7, 15), Standing.OVERDUE),
        (date(2026, 7, 21), Standing.OVERDUE),
        (date(2026, 7, 22), Standing.SUSPENDED),
        (date(2026, 8, 20), Standing.SUSPENDED),
        (date(2026, 8, 21), Standing.TERMINATED),
    ],
)
def test_ren_051_an_unpaid_product_is_first_suspended_and_later_terminated(today, standing):
    assert renewal_calendar(EXPIRY).standing(today=today) is standing


def test_ren_031_the_default_reminders_come_30_7_and_1_days_before():
    assert renewal_calendar(EXPIRY).reminders_on == (date(2026, 6, 15), date(2026, 7, 8), date(2026, 7, 14))


def test_ren_030_a_person_may_switch_all_reminders_off():
    assert renewal_calendar(EXPIRY, reminder_days_before=()).reminders_on == ()


@pytest.mark.parametrize(("term_months", "notice_on"), [(12, date(2026, 6, 15)), (36, date(2026, 6, 15)), (3, None)])
def test_ren_036_terms_of_a_year_or_more_get_an_additional_notice(term_months, notice_on):
    assert renewal_calendar(EXPIRY, term_months=term_months).long_term_notice_on == notice_on


def test_ren_057_an_announced_transfer_delays_the_suspension_and_nothing_else():
    usual, postponed = renewal_calendar(EXPIRY), renewal_calendar(EXPIRY, postponed_days=7)

    assert postponed.suspended_on == date(2026, 7, 29)
    assert postponed.terminated_on == usual.terminated_on
    assert postponed.warnings_on == usual.warnings_on


@pytest.mark.parametrize("days", [-1, 8])
def test_ren_057_a_suspension_cannot_be_postponed_by_more_than_a_week(days):
    with pytest.raises(ValueError, match="postponed_days"):
        renewal_calendar(EXPIRY, postponed_days=days)


def test_ren_031_an_interval_that_is_not_offered_is_refused():
    with pytest.raises(ValueError, match="Reminders"):
        renewal_calendar(EXPIRY, reminder_days_before=(61,))


@pytest.mark.parametrize(
    ("today", "last_attempt_on", "due_on"),
    [
        (date(2026, 6, 30), None, None),
        (date(2026, 7, 1), None, date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 7, 1), None),
        (date(2026, 7, 3), date(2026, 7, 1), None),
        (date(2026, 7, 4), date(2026, 7, 1), date(2026, 7, 4)),
        (date(2026, 7, 10), None, date(2026, 7, 8)),
        (date(2026, 7, 14), date(2026, 7, 14), None),
        (date(2026, 8, 20), date(2026, 7, 12), date(2026, 7, 14)),
        (date(2026, 8, 21), None, None),
    ],
)
def test_ren_024_a_missed_attempt_is_caught_up_once(today, last_attempt_on, due_on):
    assert renewal_calendar(EXPIRY).attempt_due_on(today=today, last_attempt_on=last_attempt_on) == due_on


def test_an_operator_may_keep_another_calendar():
    patient = RenewalSettings(
        attempt_days_before=(20, 5),
        suspended_days_after=30,
        termination_warning_days_after=(60,),
        terminated_days_after=90,
    )

    dates = renewal_calendar(EXPIRY, settings=patient)

    assert dates.first_attempt_on == date(2026, 6, 25)
    assert not dates.may_enable_automatic_renewal(today=date(2026, 6, 26))
    assert dates.suspended_on == date(2026, 8, 14)


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempt_days_before": ()},
        {"attempt_days_before": (3, 0)},
        {"reminder_days_before": (90,)},
        {"warning_days_after": (1, 8)},
        {"warning_days_after": (5, 1)},
        {"termination_warning_days_after": (22, 40)},
        {"terminated_days_after": 7},
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        RenewalSettings(**wrong)


@given(expires_on=st.dates(date(2020, 1, 1), date(2100, 1, 1)), missed=st.sets(st.integers(0, 60)))
def test_a_worker_that_sleeps_on_any_days_never_charges_twice_for_one_attempt(expires_on, missed):
    dates, last, made = renewal_calendar(expires_on), None, []
    for offset in range(60):
        today = expires_on + timedelta(days=offset - 20)
        due_on = None if offset in missed else dates.attempt_due_on(today=today, last_attempt_on=last)
        if due_on is not None:
            made.append(due_on)
            last = today

    assert made == sorted(set(made))
    assert set(made) <= set(dates.attempts_on)
