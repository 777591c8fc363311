import pytest

from stellwerk.catalogue.rules.vat import gross_minor


@pytest.mark.parametrize(
    ("net_minor", "rate_bp", "shown"), [(960, 810, 1038), (0, 810, 0), (100, 0, 100), (50, 1900, 60), (1, 2000, 1)]
)
def test_a_price_with_vat_is_rounded_to_whole_minor_units_half_away_from_zero(net_minor, rate_bp, shown):
    assert gross_minor(net_minor, rate_bp) == shown
