from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.periods import Period
from stellwerk.billing.rules.proration import added_units, prorated_minor, upgrade
from stellwerk.billing.rules.totals import NetLine, totals_of

YEAR_2026 = Period(date(2026, 1, 1), date(2027, 1, 1))
SWISS_BP = 810
PERIODS = st.builds(
    lambda start_on, days: Period(start_on, start_on + timedelta(days=days)),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(1, 3660),
)
AMOUNTS = st.integers(0, 10**9)


def gross_of(net_minor):
    totals = totals_of([NetLine(net_minor, "S", SWISS_BP)])
    return totals.vat_minor, totals.gross_minor


def test_ex_01_an_upgrade_in_mid_term():
    change = upgrade(YEAR_2026, on=date(2026, 4, 1), paid_net_minor=5 * 8532, new_net_minor=5 * 16092)

    assert (change.remaining_days, change.period_days) == (275, 365)
    assert (change.credit_minor, change.charge_minor, change.due_minor) == (32141, 60621, 28480)
    assert gross_of(change.due_minor) == (2307, 30787)


def test_ex_02_added_users():
    change = added_units(YEAR_2026, on=date(2026, 7, 1), added_net_minor=3 * 8532)

    assert (change.remaining_days, change.credit_minor, change.due_minor) == (184, 0, 12903)
    assert gross_of(change.due_minor) == (1045, 13948)


def test_ex_02_added_users_in_a_leap_february():
    month = Period(date(2028, 2, 10), date(2028, 3, 10))

    change = added_units(month, on=date(2028, 2, 20), added_net_minor=790)

    assert (change.period_days, change.remaining_days, change.due_minor) == (29, 19, 518)
    assert gross_of(change.due_minor) == (42, 560)


def test_ex_25_upgrade_and_more_users_in_one_step():
    change = upgrade(YEAR_2026, on=date(2026, 4, 1), paid_net_minor=5 * 8532, new_net_minor=7 * 16092)

    assert (change.charge_minor, change.credit_minor, change.due_minor) == (84869, 32141, 52728)
    assert gross_of(change.due_minor) == (4271, 56999)


def test_bil_056_a_cheaper_offer_credits_the_prepaid_account():
    change = upgrade(YEAR_2026, on=date(2026, 4, 1), paid_net_minor=10000, new_net_minor=8000)

    assert (change.due_minor, change.prepaid_credit_minor) == (0, 7534 - 6027)


def test_bil_057_on_the_expiry_day_the_change_is_a_renewal():
    change = upgrade(YEAR_2026, on=date(2027, 1, 1), paid_net_minor=42660, new_net_minor=80460)

    assert change.is_renewal
    assert (change.credit_minor, change.charge_minor) == (0, 0)


def test_a_period_paid_in_advance_is_credited_whole():
    assert prorated_minor(42660, YEAR_2026, on=date(2025, 10, 1)) == 42660


def test_a_negative_price_is_refused():
    with pytest.raises(ValueError, match="negative"):
        prorated_minor(-1, YEAR_2026, on=date(2026, 4, 1))


@given(period=PERIODS, net_minor=AMOUNTS, offset=st.integers(-400, 4000))
def test_bil_052_a_credit_never_exceeds_what_was_paid(period, net_minor, offset):
    on = period.start_on + timedelta(days=offset)

    assert 0 <= prorated_minor(net_minor, period, on=on) <= net_minor


@given(period=PERIODS, net_minor=AMOUNTS, day=st.integers(0, 3659))
def test_a_credit_shrinks_from_day_to_day(period, net_minor, day):
    on = period.start_on + timedelta(days=day)

    tomorrow = prorated_minor(net_minor, period, on=on + timedelta(days=1))

    assert tomorrow <= prorated_minor(net_minor, period, on=on)


@given(period=PERIODS, net_minor=AMOUNTS, offset=st.integers(0, 4000))
def test_a_change_to_the_same_price_costs_nothing(period, net_minor, offset):
    change = upgrade(
        period, on=period.start_on + timedelta(days=offset), paid_net_minor=net_minor, new_net_minor=net_minor
    )

    assert (change.due_minor, change.prepaid_credit_minor) == (0, 0)
