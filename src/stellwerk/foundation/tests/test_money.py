"""GEN-006, GEN-007: exact amounts, one rounding, no mixed currencies."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.foundation.money import CurrencyMix, Money, rounded

amounts = st.integers(-(10**12), 10**12)


@pytest.mark.parametrize(("exact", "whole"), [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.4999", 2), ("-2.5", -3)])
def test_gen_007_half_a_rappen_rounds_away_from_zero(exact, whole):
    assert rounded(Fraction(exact)) == whole


def test_gen_006_francs_and_euros_do_not_add_up():
    with pytest.raises(CurrencyMix):
        Money(100, "CHF") + Money(100, "EUR")


def test_gen_006_a_currency_that_is_not_sold_is_refused():
    with pytest.raises(ValueError, match="USD"):
        Money(1, "USD")


@given(amounts, amounts)
def test_what_is_added_can_be_taken_away(one, other):
    assert Money(one, "CHF") + Money(other, "CHF") - Money(other, "CHF") == Money(one, "CHF")


@given(amounts, st.integers(1, 400), st.integers(1, 400))
def test_a_rounded_share_lies_within_half_a_minor_unit_of_the_exact_one(amount, part, whole):
    exact = Fraction(amount * part, whole)
    assert abs(Money(amount, "EUR").times(Fraction(part, whole)).amount_minor - exact) <= Fraction(1, 2)
