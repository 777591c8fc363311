from datetime import date

import pytest

from stellwerk.billing.rules.frequency import (
    Term,
    appended_term,
    immediate_change,
    require_minimum,
    scheduled_change,
)
from stellwerk.billing.rules.periods import Period
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.totals import NetLine, line_net_minor, totals_of

WEB_MONTHLY, WEB_YEARLY = Term(1, 992), Term(12, 10714)
EXPIRY = date(2027, 1, 1)


def to_monthly(today, **options):
    return scheduled_change(EXPIRY, current=WEB_YEARLY, wanted=WEB_MONTHLY, today=today, **options)


@pytest.mark.parametrize(("today", "note_shown"), [(date(2026, 6, 1), True), (date(2026, 12, 10), False)])
def test_ex_03_yearly_to_monthly_never_charges_a_paid_day_again(today, note_shown):
    change = to_monthly(today)
    first_charge = totals_of([NetLine(change.next_charge_net_minor, "S", 810)])

    assert change.due_now_minor == 0
    assert change.effective_on == EXPIRY
    assert (first_charge.net_minor, first_charge.vat_minor, first_charge.gross_minor) == (992, 80, 1072)
    assert change.tells_nothing_is_charged_now is note_shown


@pytest.mark.parametrize(
    ("automatic", "last_day", "attempt_on"),
    [(True, date(2026, 12, 17), date(2026, 12, 18)), (False, date(2026, 12, 31), EXPIRY)],
)
def test_bil_037_a_scheduled_change_can_be_withdrawn_until_the_first_attempt(automatic, last_day, attempt_on):
    change = to_monthly(date(2026, 6, 1), is_renewed_automatically=automatic)

    assert change.next_charge_on == attempt_on
    assert change.may_be_withdrawn(today=last_day)
    assert not change.may_be_withdrawn(today=attempt_on)


def test_bil_036_a_charge_that_is_overdue_already_comes_today():
    change = to_monthly(date(2026, 12, 30), is_renewed_automatically=True)

    assert change.next_charge_on == date(2026, 12, 30)


def test_ex_04_paying_a_year_on_to_pay_is_appended():
    month = Period(date(2026, 3, 10), date(2026, 4, 10))
    totals = totals_of([NetLine(WEB_YEARLY.net_minor, "S", 810)])

    assert appended_term(month.expires_on, wanted=WEB_YEARLY).expires_on == date(2027, 4, 10)
    assert (totals.net_minor, totals.vat_minor, totals.gross_minor) == (10714, 868, 11582)


def test_ex_04_changing_the_offer_at_once_credits_the_unused_days():
    month = Period(date(2026, 3, 10), date(2026, 4, 10))

    change = immediate_change(month, on=date(2026, 3, 20), paid_net_minor=992, current=WEB_MONTHLY, wanted=WEB_YEARLY)
    totals = totals_of([NetLine(change.proration.due_minor, "S", 810)])

    assert (change.proration.remaining_days, change.proration.period_days) == (21, 31)
    assert (change.proration.credit_minor, change.proration.due_minor) == (672, 10042)
    assert (totals.vat_minor, totals.gross_minor) == (813, 10855)
    assert change.period == Period(date(2026, 3, 20), date(2027, 3, 20))


def test_ex_24_four_standard_users_may_pay_monthly():
    net_minor = line_net_minor(210, quantity=4, included=1)
    totals = totals_of([NetLine(net_minor, "S", 810)])

    require_minimum(Term(1, net_minor))

    assert (totals.net_minor, totals.vat_minor, totals.gross_minor) == (630, 51, 681)


def test_ex_24_two_standard_users_are_below_the_minimum_and_may_pay_yearly():
    with pytest.raises(BillingRefused) as refused:
        require_minimum(Term(1, line_net_minor(210, quantity=2, included=1)))

    assert refused.value.code == "frequency_below_minimum"
    assert refused.value.context["minimum_net_minor"] == 500
    require_minimum(Term(12, line_net_minor(2268, quantity=2, included=1)))


def test_ex_24_one_standard_user_costs_nothing():
    assert line_net_minor(210, quantity=1, included=1) == 0


def test_bil_032_the_minimum_guards_shorter_frequencies_only():
    cheap = Term(1, 210)

    with pytest.raises(BillingRefused, match="frequency_below_minimum"):
        scheduled_change(EXPIRY, current=Term(12, 2268), wanted=cheap, today=date(2026, 6, 1))
    longer = scheduled_change(EXPIRY, current=cheap, wanted=Term(3, 490), today=date(2026, 6, 1))

    assert longer.effective_on == EXPIRY


def test_bil_035_a_shorter_frequency_cannot_start_at_once():
    year = Period(date(2026, 1, 1), EXPIRY)

    with pytest.raises(BillingRefused, match="frequency_not_longer"):
        immediate_change(year, on=date(2026, 6, 1), paid_net_minor=10714, current=WEB_YEARLY, wanted=WEB_MONTHLY)


def test_the_same_frequency_is_no_change():
    with pytest.raises(BillingRefused, match="frequency_unchanged"):
        scheduled_change(EXPIRY, current=WEB_YEARLY, wanted=WEB_YEARLY, today=date(2026, 6, 1))
