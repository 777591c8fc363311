import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.organisations.rules.addresses import (
    MAX_LENGTHS,
    POSTAL_CODES,
    AddressProblem,
    AddressRefused,
    postal_address,
)
from stellwerk.organisations.rules.countries import COUNTRIES

GENEVA = {"street": "Rue du Rhône", "building_number": "12", "postal_code": "1204", "town": "Genève", "country": "CH"}


def problems_of(**changes):
    with pytest.raises(AddressRefused) as refused:
        postal_address(**{**GENEVA, **changes})
    return refused.value.problems


def test_bil_061_an_address_is_kept_in_structured_fields():
    address = postal_address(**GENEVA)

    assert (address.street, address.building_number) == ("Rue du Rhône", "12")
    assert (address.postal_code, address.town, address.country) == ("1204", "Genève", "CH")


def test_spaces_and_accents_are_tidied():
    address = postal_address(**{**GENEVA, "street": "  Rue   du Rho\u0302ne ", "country": "ch"})

    assert (address.street, address.country) == ("Rue du Rhône", "CH")


@pytest.mark.parametrize("field", ["street", "town", "postal_code"])
def test_a_missing_field_is_named(field):
    assert problems_of(**{field: "  "}) == (AddressProblem(field, "required"),)


def test_many_houses_have_no_number():
    assert postal_address(**{**GENEVA, "building_number": ""}).building_number == ""


def test_all_problems_are_told_at_once():
    assert problems_of(street="", postal_code="12", town="x" * 36) == (
        AddressProblem("street", "required"),
        AddressProblem("town", "max_length"),
        AddressProblem("postal_code", "postal_code"),
    )


@pytest.mark.parametrize("postal_code", ["123", "12345", "0999", "ABCD", "9490", "12 3", "١٢٣٤"])
def test_a_swiss_postal_code_has_four_digits_of_its_own(postal_code):
    assert problems_of(postal_code=postal_code) == (AddressProblem("postal_code", "postal_code"),)


@pytest.mark.parametrize("postal_code", ["8001", "CH-8001", "ch 8001"])
def test_a_country_prefix_before_the_code_is_dropped(postal_code):
    assert postal_address(**{**GENEVA, "postal_code": postal_code}).postal_code == "8001"


@pytest.mark.parametrize(
    ("country", "postal_code", "written"),
    [
        ("LI", "FL-9490", "9490"),
        ("DE", "D-10115", "10115"),
        ("FR", "75001", "75001"),
        ("MC", "98000", "98000"),
        ("NL", "1012ab", "1012 AB"),
        ("PL", "00950", "00-950"),
        ("PT", "9000 042", "9000-042"),
        ("SE", "11122", "111 22"),
        ("GR", "630 86", "630 86"),
        ("LV", "LV-1050", "LV-1050"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("IE", "d02af30", "D02 AF30"),
        ("US", "94103", "94103"),
        ("US", "941031234", "94103-1234"),
        ("LU", "L-1234", "1234"),
        ("AE", "", ""),
        ("JP", "100-0001", "100-0001"),
    ],
)
def test_each_country_writes_its_code_in_its_own_way(country, postal_code, written):
    assert postal_address(**{**GENEVA, "country": country, "postal_code": postal_code}).postal_code == written


def test_an_unknown_country_is_refused():
    assert problems_of(country="ZZ") == (AddressProblem("country", "country"),)


@pytest.mark.parametrize("sign", ["\u202e", "\u0000", "\u200b"])
def test_invisible_signs_are_refused(sign):
    assert problems_of(town=f"Gen{sign}ève") == (AddressProblem("town", "characters"),)


def test_there_are_250_countries_and_every_postal_code_belongs_to_one():
    assert len(COUNTRIES) == 250
    assert POSTAL_CODES.keys() <= COUNTRIES


@given(st.fixed_dictionaries(dict.fromkeys(["street", "building_number", "postal_code", "town"], st.text(max_size=80))))
def test_an_accepted_address_fits_the_qr_bill_and_is_accepted_again_unchanged(fields):
    with contextlib.suppress(AddressRefused):
        address = postal_address(country="JP", **fields)

        again = {name: getattr(address, name) for name in fields}
        assert postal_address(country="JP", **again) == address
        assert all(len(value) <= MAX_LENGTHS[name] for name, value in again.items())
