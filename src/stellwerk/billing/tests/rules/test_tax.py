from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.refusals import BillingRefused
from stellwerk.billing.rules.tax import Mention, Operator, Recipient, Supply, TaxCategory, tax_treatment
from stellwerk.billing.rules.territories import MEMBER_STATES
from stellwerk.billing.rules.totals import NetLine, totals_of

TODAY = date(2026, 3, 1)
SWISS = Operator("CH", is_oss_registered=True)
SWISS_WITHOUT_OSS = Operator("CH")
GERMAN = Operator("DE", is_oss_registered=True)
PLUS_MINOR = 1800


def consumer_in(country, postal_code=""):
    return Recipient(country, postal_code)


def company_in(country, *, valid=True, postal_code=""):
    return Recipient(country, postal_code, is_company=True, has_valid_vat_number=valid)


def gross_of(net_minor, treatment):
    return totals_of([NetLine(net_minor, treatment.category, treatment.rate_bp)]).gross_minor


@pytest.mark.parametrize(
    ("country", "gross_minor"),
    [
        ("DE", 2142),
        ("FR", 2160),
        ("FI", 2259),
        ("HU", 2286),
        ("LU", 2106),
        ("EE", 2232),
        ("RO", 2178),
        ("SK", 2214),
    ],
)
def test_ex_13_a_consumer_in_the_union_pays_the_rate_of_his_state(country, gross_minor):
    treatment = tax_treatment(SWISS, consumer_in(country), on=TODAY)

    assert gross_of(PLUS_MINOR, treatment) == gross_minor
    assert (treatment.category, treatment.place, treatment.ledger_key) == ("S", country, f"oss:{country}")


@pytest.mark.parametrize("recipient", [consumer_in("GP"), consumer_in("FR", "97110"), consumer_in("US")])
def test_ex_13_guadeloupe_and_the_united_states_are_outside(recipient):
    treatment = tax_treatment(SWISS, recipient, on=TODAY)

    assert gross_of(PLUS_MINOR, treatment) == 1800
    assert treatment.category is TaxCategory.OUTSIDE_SCOPE
    assert treatment.exemption_code == "VATEX-EU-O"


def test_ex_13_a_german_company_with_a_valid_number_owes_the_tax_itself():
    treatment = tax_treatment(SWISS, company_in("DE"), on=TODAY)

    assert gross_of(PLUS_MINOR, treatment) == 1800
    assert (treatment.category, treatment.rate_bp) == (TaxCategory.REVERSE_CHARGE, 0)
    assert (treatment.mention, treatment.exemption_code) == (Mention.REVERSE_CHARGE, "VATEX-EU-AE")
    assert (treatment.place, treatment.ledger_key) == ("DE", "reverse_charge:DE")


def test_ex_13_a_swiss_customer_pays_swiss_vat():
    treatment = tax_treatment(SWISS, consumer_in("CH"), on=TODAY)

    assert gross_of(PLUS_MINOR, treatment) == 1946
    assert (treatment.rate_bp, treatment.place, treatment.ledger_key) == (810, "CH", "vat:CH")


@pytest.mark.parametrize(
    ("recipient", "category", "rate_bp"),
    [
        (consumer_in("CH"), "S", 810),
        (company_in("CH"), "S", 810),
        (consumer_in("LI"), "S", 810),
        (consumer_in("DE", "78266"), "S", 810),
        (company_in("FR"), "AE", 0),
        (company_in("FR", valid=False), "S", 2000),
        (consumer_in("FR"), "S", 2000),
        (company_in("US"), "O", 0),
        (consumer_in("GB", "BT1 5GS"), "O", 0),
    ],
)
def test_tax_011_the_table_of_a_swiss_operator(recipient, category, rate_bp):
    treatment = tax_treatment(SWISS, recipient, on=TODAY)

    assert (treatment.category, treatment.rate_bp) == (category, rate_bp)


@pytest.mark.parametrize(
    ("recipient", "category", "rate_bp", "ledger_key"),
    [
        (consumer_in("DE"), "S", 1900, "vat:DE"),
        (company_in("DE"), "S", 1900, "vat:DE"),
        (company_in("AT"), "AE", 0, "reverse_charge:AT"),
        (company_in("AT", valid=False), "S", 2000, "oss:AT"),
        (consumer_in("AT"), "S", 2000, "oss:AT"),
        (consumer_in("CH"), "O", 0, "outside_scope:CH"),
        (company_in("US"), "O", 0, "outside_scope:US"),
        (consumer_in("DE", "78266"), "O", 0, "outside_scope:DE-78266"),
        (consumer_in("DE", "27498"), "O", 0, "outside_scope:DE-27498"),
    ],
)
def test_tax_011_the_table_of_an_operator_in_the_union(recipient, category, rate_bp, ledger_key):
    treatment = tax_treatment(GERMAN, recipient, on=TODAY)

    assert (treatment.category, treatment.rate_bp, treatment.ledger_key) == (category, rate_bp, ledger_key)


def test_tax_007_a_small_operator_keeps_its_home_rate_for_consumers_elsewhere():
    small = Operator("DE", is_below_threshold=True)

    treatment = tax_treatment(small, consumer_in("AT"), on=TODAY)

    assert (treatment.rate_bp, treatment.place, treatment.ledger_key) == (1900, "DE", "vat:DE")


@pytest.mark.parametrize("operator", [SWISS_WITHOUT_OSS, Operator("DE")])
@pytest.mark.parametrize("recipient", [consumer_in("FR"), company_in("FR", valid=False)])
def test_tax_011_without_one_stop_shop_nothing_is_sold_silently_untaxed(operator, recipient):
    with pytest.raises(BillingRefused) as refused:
        tax_treatment(operator, recipient, on=TODAY)

    assert refused.value.code == "oss_not_registered"
    assert refused.value.context == {"country": "FR", "operator_country": operator.country}


def test_tax_011_an_operator_may_choose_to_sell_untaxed():
    treatment = tax_treatment(Operator("CH", sells_untaxed_without_oss=True), consumer_in("FR"), on=TODAY)

    assert (treatment.category, treatment.rate_bp) == (TaxCategory.OUTSIDE_SCOPE, 0)


@pytest.mark.parametrize("recipient", [company_in("FR"), consumer_in("US"), consumer_in("CH")])
def test_tax_011_the_missing_one_stop_shop_hinders_nobody_else(recipient):
    tax_treatment(SWISS_WITHOUT_OSS, recipient, on=TODAY)


def test_reverse_charge_from_switzerland_can_be_coded_as_outside_scope():
    treatment = tax_treatment(Operator("CH", reverse_charge_as_outside_scope=True), company_in("DE"), on=TODAY)

    assert (treatment.category, treatment.place) == (TaxCategory.OUTSIDE_SCOPE, "DE")


@pytest.mark.parametrize(
    ("operator", "category", "place"), [(SWISS_WITHOUT_OSS, "O", "FR"), (Operator("DE"), "S", "DE")]
)
def test_tax_006_only_electronic_services_follow_the_consumer(operator, category, place):
    treatment = tax_treatment(operator, consumer_in("FR"), on=TODAY, supply=Supply.GENERAL)

    assert (treatment.category, treatment.place) == (category, place)


def test_tax_018_a_mission_is_exempt_with_its_reason():
    mission = Recipient("CH", exemption_reason="MWSTG art. 107 (1) let. a")

    treatment = tax_treatment(SWISS, mission, on=TODAY)

    assert (treatment.category, treatment.rate_bp, treatment.mention) == (TaxCategory.EXEMPT, 0, Mention.EXEMPT)
    assert treatment.exemption_reason == "MWSTG art. 107 (1) let. a"
    assert treatment.ledger_key == "exempt:CH"


def test_tax_018_who_owes_no_tax_needs_no_exemption():
    foreign = Recipient("US", exemption_reason="embassy")

    assert tax_treatment(SWISS, foreign, on=TODAY).category is TaxCategory.OUTSIDE_SCOPE


def test_tax_013_monaco_pays_french_vat():
    treatment = tax_treatment(SWISS, consumer_in("MC", "98000"), on=TODAY)

    assert (treatment.rate_bp, treatment.ledger_key) == (2000, "oss:FR")


@pytest.mark.parametrize(("postal_code", "rate_bp"), [("9000-042", 2200), ("9500-321", 1600), ("1100-148", 2300)])
def test_tax_013_madeira_and_the_azores_have_rates_of_their_own(postal_code, rate_bp):
    treatment = tax_treatment(SWISS, consumer_in("PT", postal_code), on=TODAY)

    assert (treatment.rate_bp, treatment.ledger_key) == (rate_bp, "oss:PT")


@pytest.mark.parametrize(
    ("on", "rate_bp"), [(date(2024, 8, 31), 2400), (date(2024, 9, 1), 2550), (date(2026, 1, 1), 2550)]
)
def test_tax_014_the_rate_is_that_of_the_day_of_supply(on, rate_bp):
    assert tax_treatment(SWISS, consumer_in("FI"), on=on).rate_bp == rate_bp


def test_an_operator_outside_switzerland_and_the_union_is_not_supported():
    with pytest.raises(ValueError, match="US"):
        Operator("US")


@given(
    operator_country=st.sampled_from(sorted(MEMBER_STATES | {"CH"})),
    country=st.sampled_from(sorted(MEMBER_STATES | {"CH", "LI", "MC", "US", "GB", "GP", "AX", "NO"})),
    is_company=st.booleans(),
    has_valid_vat_number=st.booleans(),
)
def test_tax_is_shown_exactly_in_category_s(operator_country, country, is_company, has_valid_vat_number):
    treatment = tax_treatment(
        Operator(operator_country, is_oss_registered=True),
        Recipient(country, is_company=is_company, has_valid_vat_number=is_company and has_valid_vat_number),
        on=TODAY,
    )

    taxed = treatment.category is TaxCategory.STANDARD
    assert (treatment.rate_bp > 0) is taxed
    assert (treatment.mention is Mention.NONE) is taxed
    assert bool(treatment.exemption_code) is not taxed
