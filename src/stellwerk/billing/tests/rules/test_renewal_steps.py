from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.renewal_steps import (
    Course,
    StepKind,
    attempt_step,
    next_attempt_on,
    overdue_step,
    reminder_step,
    suspension_on,
    termination_on,
)

EXPIRY = date(2026, 7, 15)


def a_course(**more):
    facts = {"expires_on": EXPIRY, "period_months": 12, "anchor_day": 15, "renews_automatically": False}
    return Course(**{**facts, **more})


def played(course, *, days, choose):
    """The steps taken day by day, each remembered as the run does."""
    steps = []
    for day in days:
        if step := choose(course, today=day):
            steps.append((day, step.code))
            course = replace(
                course,
                taken={**course.taken, step.code: day},
                is_suspended=course.is_suspended or step.kind is StepKind.SUSPENSION,
            )
    return steps


def every_day(first_on, last_on):
    return [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]


YEAR = every_day(date(2026, 1, 1), date(2026, 8, 21))


def test_ex_17_a_manual_product_is_reminded_and_warned_suspended_and_terminated_on_its_days():
    assert played(a_course(), days=YEAR, choose=reminder_step) == [
        (date(2026, 6, 15), "reminder:30"),
        (date(2026, 7, 8), "reminder:7"),
        (date(2026, 7, 14), "reminder:1"),
    ]
    assert played(a_course(), days=YEAR, choose=overdue_step) == [
        (date(2026, 7, 16), "warning:1"),
        (date(2026, 7, 20), "warning:5"),
        (date(2026, 7, 22), "suspension:7"),
        (date(2026, 8, 6), "termination_warning:22"),
        (date(2026, 8, 16), "termination_warning:32"),
        (date(2026, 8, 21), "termination:37"),
    ]


def test_ex_17_an_automatic_product_is_announced_and_tried_five_times():
    automatic = a_course(renews_automatically=True)

    assert played(automatic, days=YEAR, choose=reminder_step) == [
        (date(2026, 6, 15), "long_term_notice:30"),
        (date(2026, 7, 1), "automatic_reminder:14"),
    ]
    assert played(automatic, days=YEAR, choose=attempt_step) == [
        (date(2026, 7, 1), "attempt:14"),
        (date(2026, 7, 4), "attempt:11"),
        (date(2026, 7, 8), "attempt:7"),
        (date(2026, 7, 12), "attempt:3"),
        (date(2026, 7, 14), "attempt:1"),
    ]


def test_ren_036_a_short_term_gets_no_long_term_notice_and_no_reminder_before_it_began():
    monthly = a_course(period_months=1)

    assert [code for _, code in played(monthly, days=YEAR, choose=reminder_step)] == ["reminder:7", "reminder:1"]
    automatic = replace(monthly, renews_automatically=True)
    assert [code for _, code in played(automatic, days=YEAR, choose=reminder_step)] == ["automatic_reminder:14"]


def test_ren_037_a_french_consumer_is_told_between_three_months_and_one_month_before():
    told = played(a_course(renews_automatically=True, needs_consumer_notice=True), days=YEAR, choose=reminder_step)

    assert told[0] == (date(2026, 5, 16), "consumer_notice:60")


def test_ren_024_after_a_pause_the_latest_missed_attempt_and_reminder_are_made_once():
    automatic = a_course(renews_automatically=True)

    assert attempt_step(automatic, today=date(2026, 7, 9)).code == "attempt:7"
    assert played(automatic, days=every_day(date(2026, 7, 9), date(2026, 7, 11)), choose=attempt_step) == [
        (date(2026, 7, 9), "attempt:7")
    ]
    assert reminder_step(a_course(), today=date(2026, 7, 10)).code == "reminder:7"


def test_ren_057_an_announced_transfer_postpones_the_suspension_by_seven_days_and_stops_charges():
    announced = a_course(is_announced=True, renews_automatically=True)

    assert suspension_on(announced) == date(2026, 7, 29)
    assert overdue_step(announced, today=date(2026, 7, 28)).kind is StepKind.WARNING
    assert overdue_step(announced, today=date(2026, 7, 29)).kind is StepKind.SUSPENSION
    assert attempt_step(announced, today=date(2026, 7, 1)) is None
    assert reminder_step(announced, today=date(2026, 7, 1)) is None


def test_a_house_that_was_closed_for_months_terminates_nothing_without_its_warnings():
    opened_on = date(2026, 12, 1)

    assert played(a_course(), days=every_day(opened_on, date(2027, 1, 1)), choose=overdue_step) == [
        (date(2026, 12, 1), "suspension:7"),
        (date(2026, 12, 2), "termination_warning:32"),
        (date(2026, 12, 7), "termination:37"),
    ]
    assert termination_on(a_course(), today=date(2026, 12, 2)) == date(2026, 12, 7)


def test_the_termination_is_announced_for_the_day_it_happens():
    for warned_on in (date(2026, 8, 6), date(2026, 8, 16)):
        assert termination_on(a_course(), today=warned_on) == date(2026, 8, 21)


def test_the_attempt_after_the_last_is_none():
    automatic = a_course(renews_automatically=True)

    assert next_attempt_on(automatic, today=date(2026, 7, 1)) == date(2026, 7, 4)
    assert next_attempt_on(automatic, today=date(2026, 7, 14)) is None


@given(st.lists(st.integers(-40, 60), unique=True).map(sorted), st.sampled_from([1, 3, 12, 36]), st.booleans())
def test_on_whatever_days_the_run_looks_no_step_is_taken_twice_or_early(offsets, months, automatic):
    course = a_course(period_months=months, renews_automatically=automatic)
    days = [EXPIRY + timedelta(days=offset) for offset in offsets]

    for choose in (reminder_step, attempt_step, overdue_step):
        steps = played(course, days=days, choose=choose)
        assert len({code for _, code in steps}) == len(steps)
        for day, code in steps:
            distance = int(code.partition(":")[2])
            earliest = EXPIRY + timedelta(days=distance if choose is overdue_step else -distance)
            assert day >= earliest


@pytest.mark.parametrize("day", [EXPIRY, EXPIRY + timedelta(days=3)])
def test_after_the_expiry_nobody_is_reminded_any_more(day):
    assert reminder_step(a_course(), today=day) is None
