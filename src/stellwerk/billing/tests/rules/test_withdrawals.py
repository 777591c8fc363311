"""Whereto prepaid money may go, and whose name an account bears (PRE-011, PRE-012)."""

import pytest

from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.withdrawals import (
    is_known_holder,
    payable_address,
    payable_holder,
    payable_iban,
    shortened,
)


@pytest.mark.parametrize(
    ("typed", "currency", "account"),
    [
        ("CH93 0076 2011 6238 5295 7", "CHF", "CH9300762011623852957"),
        ("ch93-0076-2011-6238-5295-7", "EUR", "CH9300762011623852957"),
        ("LI21 0881 0000 2324 013A A", "CHF", "LI21088100002324013AA"),
        ("DE89 3704 0044 0532 0130 00", "EUR", "DE89370400440532013000"),
        ("GB29NWBK60161331926819", "EUR", "GB29NWBK60161331926819"),
    ],
)
def test_an_account_that_takes_the_currency_is_kept_compact_pre_011(typed, currency, account):
    assert payable_iban(typed, currency=currency) == account


@pytest.mark.parametrize(
    ("typed", "currency", "code"),
    [
        ("CH93 0076 2011 6238 5295 8", "CHF", "iban_invalid"),
        ("", "CHF", "iban_invalid"),
        ("12345678", "EUR", "iban_invalid"),
        ("\u0661\u0662", "EUR", "iban_invalid"),
        ("DE89370400440532013000", "CHF", "iban_country_refused"),
        ("TR330006100519786457841326", "EUR", "iban_country_refused"),
        ("CH4431999123000889012", "CHF", "iban_takes_references_only"),
    ],
)
def test_any_other_account_is_refused_with_its_reason_pre_011(typed, currency, code):
    with pytest.raises(BillingRefused) as refused:
        payable_iban(typed, currency=currency)

    assert refused.value.code == code


def test_a_holder_is_a_name_a_bank_can_carry():
    assert payable_holder("  Bäckerei   Huber & Söhne ") == "Bäckerei Huber & Söhne"
    for wrong in ("", "  ", "123", "x" * 71, "Иван", "A\u202eB", "\x00A", "Bäcke\xadrei"):
        with pytest.raises(BillingRefused, match="holder_invalid"):
            payable_holder(wrong)


def test_an_address_goes_to_the_bank_whole_or_not_at_all_pre_013():
    bern = {"street": "Kramgasse", "building_number": "", "postal_code": "3011", "town": "Bern", "country": "CH"}

    assert payable_address(bern) == {name: text for name, text in bern.items() if text}
    assert payable_address({**bern, "street": "Łódzka"})["street"] == "Łódzka"
    for wrong in ({"town": ""}, {"country": ""}, {"street": "Улица"}, {"town": "Be\xadrn"}):
        assert payable_address({**bern, **wrong}) is None


@pytest.mark.parametrize(
    ("holder", "is_known"),
    [
        ("Bäckerei Huber GmbH", True),
        ("BAECKEREI HUBER GMBH", True),
        ("Huber, Lena", True),
        ("lena huber", True),
        ("Huber", False),
        ("Otto Huber", False),
        ("Bäckerei Huber", False),
        ("", False),
    ],
)
def test_the_holder_is_the_organisation_or_a_representative_pre_012(holder, is_known):
    assert is_known_holder(holder, names=["Bäckerei Huber GmbH", "Lena Huber"]) is is_known


def test_a_shortened_account_is_known_again_and_cannot_be_used():
    assert shortened("CH9300762011623852957") == "CH93 … 2957"
