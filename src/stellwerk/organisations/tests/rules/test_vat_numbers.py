import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.organisations.rules.countries import COUNTRIES
from stellwerk.organisations.rules.vat_numbers import UNION_FORMATS, Reason, VatNumberRefused, vat_number

# Published numbers of well-known companies and the samples of the check-digit descriptions.
WELL_FORMED = {
    "AT": "ATU13585627",
    "BE": "BE0428759497",
    "BG": "BG175074752",
    "CY": "CY10259033P",
    "CZ": "CZ25123891",
    "DE": "DE136695976",
    "DK": "DK13585628",
    "EE": "EE100931558",
    "ES": "ESB58378431",
    "FI": "FI20774740",
    "FR": "FR40303265045",
    "GR": "EL094259216",
    "HR": "HR33392005961",
    "HU": "HU12892312",
    "IE": "IE6433435F",
    "IT": "IT00743110157",
    "LT": "LT119511515",
    "LU": "LU15027442",
    "LV": "LV40003521600",
    "MT": "MT11679112",
    "NL": "NL004495445B01",
    "PL": "PL8567346215",
    "PT": "PT501964843",
    "RO": "RO18547290",
    "SE": "SE123456789701",
    "SI": "SI50223054",
    "SK": "SK2022749619",
}


def refusal_of(raw_number, country):
    with pytest.raises(VatNumberRefused) as refused:
        vat_number(raw_number, country=country)
    return refused.value.code, refused.value.reason


def test_every_member_state_has_a_sample_here():
    assert WELL_FORMED.keys() == UNION_FORMATS.keys()


@pytest.mark.parametrize(("country", "number"), WELL_FORMED.items())
def test_vat_001_the_numbers_of_all_27_states_are_accepted_with_and_without_prefix(country, number):
    with_prefix = vat_number(number, country=country)
    without_prefix = vat_number(number[2:], country=country)

    assert with_prefix == without_prefix
    assert (with_prefix.issued_by, with_prefix.number) == (country, number)
    assert with_prefix.is_union


@pytest.mark.parametrize(("country", "number"), WELL_FORMED.items())
def test_vat_007_a_number_with_a_digit_too_many_is_refused(country, number):
    assert refusal_of(number + "7" * 6, country) == ("vat_number_invalid", Reason.FORMAT)


@pytest.mark.parametrize(("country", "number"), WELL_FORMED.items())
def test_vat_008_the_number_of_another_state_does_not_fit_the_address(country, number):
    address = "FR" if country != "FR" else "DE"

    assert refusal_of(number, address) == ("vat_country_mismatch", Reason.OTHER_COUNTRY)
    assert refusal_of(number, "CH") == ("vat_country_mismatch", Reason.OTHER_COUNTRY)
    assert refusal_of(number, "US") == ("vat_country_mismatch", Reason.OTHER_COUNTRY)


@pytest.mark.parametrize("spelling", ["de 136 695 976", "DE-136.695.976", " DE136695976 ", "\uff24\uff25136695976"])
def test_spaces_points_and_case_do_not_matter(spelling):
    assert vat_number(spelling, country="DE").number == "DE136695976"


def test_vat_007_a_wrong_check_digit_is_refused():
    assert refusal_of("DE136695977", "DE") == ("vat_number_invalid", Reason.FORMAT)


@pytest.mark.parametrize("spelling", ["EL094259216", "GR094259216", "094259216"])
def test_vat_007_greece_writes_el(spelling):
    greek = vat_number(spelling, country="GR")

    assert (greek.number, greek.issued_by) == ("EL094259216", "GR")


@pytest.mark.parametrize("country", ["GB", "IE", "DE"])
def test_vat_007_northern_ireland_is_refused_because_it_covers_goods_only(country):
    assert refusal_of("XI432525179", country) == ("vat_number_invalid", Reason.NORTHERN_IRELAND)


@pytest.mark.parametrize(
    "spelling", ["CHE-107.787.577 MWST", "CHE107787577", "che 107 787 577 tva", "CHE-107.787.577 IVA"]
)
def test_vat_002_a_swiss_address_takes_a_uid_for_information_only(spelling):
    swiss = vat_number(spelling, country="CH")

    assert swiss.number == "CHE107787577"
    assert swiss.printed == "CHE-107.787.577"
    assert not swiss.is_union


def test_vat_002_a_uid_with_a_wrong_check_digit_is_refused():
    assert refusal_of("CHE-107.787.578", "CH") == ("vat_number_invalid", Reason.FORMAT)


def test_vat_008_a_uid_does_not_fit_an_address_in_the_union():
    assert refusal_of("CHE-107.787.577 MWST", "DE") == ("vat_country_mismatch", Reason.OTHER_COUNTRY)


@pytest.mark.parametrize(("raw_number", "kept"), [("12345", "12345"), ("CHE-107.787.577", "CHE107787577")])
def test_liechtenstein_keeps_its_own_numbers_or_a_swiss_uid(raw_number, kept):
    number = vat_number(raw_number, country="LI")

    assert (number.number, number.is_union) == (kept, False)


@pytest.mark.parametrize("country", ["MC", "GP", "RE"])
def test_tax_013_monaco_and_the_french_overseas_areas_use_french_numbers(country):
    assert vat_number("FR40303265045", country=country).issued_by == "FR"


def test_a_third_country_keeps_no_number():
    assert refusal_of("123456789", "US") == ("vat_number_invalid", Reason.COUNTRY_WITHOUT_NUMBERS)


def test_a_refusal_says_what_a_number_should_look_like():
    with pytest.raises(VatNumberRefused) as refused:
        vat_number("nonsense", country="NL")

    assert refused.value.expected_format == "NL999999999B99"


@given(raw_number=st.text(max_size=60), country=st.sampled_from(sorted(COUNTRIES)))
def test_no_input_does_anything_but_pass_or_be_refused(raw_number, country):
    with contextlib.suppress(VatNumberRefused):
        number = vat_number(raw_number, country=country)

        assert vat_number(number.number, country=country) == number
        assert vat_number(number.printed, country=country) == number
