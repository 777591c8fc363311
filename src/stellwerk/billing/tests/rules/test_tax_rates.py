from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.periods import Period, period_from
from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.tax_rates import STANDARD_RATES, RateRecord
from stellwerk.billing.rules.territories import MEMBER_STATES
from stellwerk.billing.rules.totals import vat_minor

RAISED = STANDARD_RATES.with_records(RateRecord("CH", date(2028, 1, 1), 880, "hypothetical"))
PERCENT_IN_2026 = {
    "AT": 20, "BE": 21, "BG": 20, "HR": 25, "CY": 19, "CZ": 21, "DK": 25, "EE": 24, "FI": 25.5, "FR": 20, "DE": 19,
    "GR": 24, "HU": 27, "IE": 23, "IT": 22, "LV": 21, "LT": 21, "LU": 17, "MT": 18, "NL": 21, "PL": 23, "PT": 23,
    "RO": 21, "SK": 23, "SI": 22, "ES": 21, "SE": 25, "CH": 8.1, "LI": 8.1,
}  # fmt: skip


@pytest.mark.parametrize(("territory", "percent"), PERCENT_IN_2026.items())
def test_tax_012_the_standard_rates_of_2026(territory, percent):
    assert STANDARD_RATES.rate_bp(territory, on=date(2026, 3, 1)) == round(percent * 100)


def test_tax_012_the_mean_of_the_27_rates_is_21_9_percent():
    total_bp = sum(STANDARD_RATES.rate_bp(state, on=date(2026, 1, 1)) for state in MEMBER_STATES)

    assert round(Fraction(total_bp, 27 * 100), 1) == Fraction(219, 10)


@pytest.mark.parametrize(
    ("territory", "changed_on", "before_bp", "after_bp"),
    [
        ("EE", date(2025, 7, 1), 2200, 2400),
        ("FI", date(2024, 9, 1), 2400, 2550),
        ("RO", date(2025, 8, 1), 1900, 2100),
        ("SK", date(2025, 1, 1), 2000, 2300),
    ],
)
def test_tax_012_a_rate_changes_on_its_day(territory, changed_on, before_bp, after_bp):
    day_before = date.fromordinal(changed_on.toordinal() - 1)

    assert STANDARD_RATES.rate_bp(territory, on=day_before) == before_bp
    assert STANDARD_RATES.rate_bp(territory, on=changed_on) == after_bp


@pytest.mark.parametrize(("territory", "on"), [("CH", date(2023, 12, 31)), ("US", date(2026, 1, 1))])
def test_no_rate_is_guessed(territory, on):
    with pytest.raises(BillingRefused, match="vat_rate_unknown"):
        STANDARD_RATES.rate_bp(territory, on=on)


def test_ex_16_a_term_over_a_rate_change_is_split_by_days():
    year = Period(date(2027, 7, 1), date(2028, 7, 1))

    parts = RAISED.rated_parts(year, net_minor=10714, territory="CH")

    assert [(part.period.days, part.net_minor, part.rate_bp) for part in parts] == [(184, 5386, 810), (182, 5328, 880)]
    taxes = [vat_minor(part.net_minor, part.rate_bp) for part in parts]
    assert (taxes, 10714 + sum(taxes)) == ([436, 469], 11619)


def test_tax_014_a_term_without_a_change_stays_whole():
    year = period_from(date(2026, 7, 1), 12)

    assert [part.period for part in RAISED.rated_parts(year, net_minor=10714, territory="CH")] == [year]


def test_tax_014_a_change_on_the_first_day_splits_nothing():
    (part,) = RAISED.rated_parts(period_from(date(2028, 1, 1), 1), net_minor=992, territory="CH")

    assert part.rate_bp == 880


@given(
    start_on=st.dates(date(2024, 1, 1), date(2030, 1, 1)), months=st.integers(1, 60), net_minor=st.integers(0, 10**8)
)
def test_tax_014_the_parts_make_the_whole(start_on, months, net_minor):
    period = period_from(start_on, months)

    parts = RAISED.rated_parts(period, net_minor=net_minor, territory="CH")

    assert sum(part.net_minor for part in parts) == net_minor
    assert sum(part.period.days for part in parts) == period.days
    assert all(part.net_minor >= 0 for part in parts)
