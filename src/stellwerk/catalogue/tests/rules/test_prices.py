from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.catalogue.rules.prices import net_minor


@pytest.mark.parametrize(
    ("unit_minor", "amounts", "net"),
    [
        (8532, {"quantity": 5}, 42660),  # EX-01: Suite Pro, five users, a year
        (2268, {"quantity": 5, "free_quantity": 1}, 9072),  # OFR-009: the first user of Suite Standard is free
        (2268, {"quantity": 1, "free_quantity": 1}, 0),
        (1800, {"quantity": 5, "quantity_step": 5}, 1800),
        (1800, {"quantity": 15, "quantity_step": 5}, 5400),
        (1800, {"quantity": 6, "quantity_step": 5}, 3600),  # a started pack counts whole
    ],
)
def test_a_quantity_has_its_exact_price(unit_minor, amounts, net):
    assert net_minor(unit_minor, **amounts) == net


@pytest.mark.parametrize(
    "wrong", [{"quantity": 0}, {"quantity": 1, "quantity_step": 0}, {"quantity": 1, "free_quantity": -1}]
)
def test_impossible_quantities_are_a_fault_of_the_caller(wrong):
    with pytest.raises(ValueError, match="out of range"):
        net_minor(100, **wrong)


def test_a_negative_price_is_a_fault_of_the_caller():
    with pytest.raises(ValueError, match="negative"):
        net_minor(-1, quantity=1)


@given(st.integers(0, 10**9), st.integers(1, 500), st.integers(1, 500), st.integers(0, 5), st.integers(1, 10))
def test_more_never_costs_less(unit_minor, quantity, more, free, step):
    little = net_minor(unit_minor, quantity=quantity, free_quantity=free, quantity_step=step)

    assert 0 <= little <= net_minor(unit_minor, quantity=quantity + more, free_quantity=free, quantity_step=step)
