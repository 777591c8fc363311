import pytest

from stellwerk.organisations.rules.currencies import currency_of


@pytest.mark.parametrize(("country", "currency"), [("CH", "CHF"), ("LI", "CHF"), ("DE", "EUR"), ("US", "EUR")])
def test_cat_012_the_postal_address_decides_the_currency(country, currency):
    assert currency_of(country) == currency
