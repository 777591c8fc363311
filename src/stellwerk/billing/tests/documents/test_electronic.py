"""EIN-001 … EIN-007: the structured invoice is valid by schema and schematron and says what the document says."""

from dataclasses import replace

import pytest
from lxml import etree

from stellwerk.billing.documents import electronic
from stellwerk.billing.documents.electronic import electronic_invoice
from stellwerk.billing.documents.errors import DocumentRefused
from stellwerk.billing.documents.model import Category
from stellwerk.billing.tests.documents import builders
from stellwerk.billing.tests.documents.builders import (
    BAKERY,
    a_credit_note,
    a_document,
    a_line,
    a_one_stop_shop_invoice,
    a_paid_swiss_invoice,
    a_pro_forma,
    a_reverse_charge_invoice,
    a_swiss_invoice,
    an_invoice_outside_vat,
    grouped,
)
from stellwerk.billing.tests.documents.schematron import broken_rules

RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"


def an_exempt_invoice():
    exempt = (a_line(1800, category=Category.EXEMPT, rate_bp=0),)
    return a_document(exempt, vat=grouped(exempt, exemption_text="Diplomatic mission, MWSTG art. 107"))


def a_zero_rated_invoice():
    return a_document((a_line(1800, category=Category.ZERO_RATED, rate_bp=0),))


def an_upgrade_in_mid_term():
    return a_document((a_line(60621), a_line(-32141, unit_price_minor=-32141)))


def a_swiss_invoice_in_euro():
    return a_swiss_invoice(currency="EUR", vat_in_chf_minor=764)


def an_invoice_with_two_rates():
    return a_document((a_line(5386), a_line(5328, rate_bp=880)))


def texts(xml: bytes, *names: str) -> list[str]:
    """Texts of all elements at the end of the path, in order."""
    path = "//" + "/".join(f"r:{name}" for name in names)
    return [element.text for element in etree.fromstring(xml).xpath(path, namespaces={"r": RAM})]


@pytest.mark.parametrize(
    "document",
    [
        a_swiss_invoice(),
        a_paid_swiss_invoice(),
        a_reverse_charge_invoice(),
        an_invoice_outside_vat(),
        a_one_stop_shop_invoice(),
        a_credit_note(),
        an_exempt_invoice(),
        a_zero_rated_invoice(),
        an_upgrade_in_mid_term(),
        a_swiss_invoice_in_euro(),
        an_invoice_with_two_rates(),
    ],
    ids=lambda document: f"{document.kind.value}-{document.vat[0].category.value}-{document.totals.gross_minor}",
)
def test_every_invoice_keeps_all_rules_of_en_16931(document):
    assert broken_rules(electronic_invoice(document)) == []


@pytest.mark.parametrize(
    ("document", "right", "wrong", "rule"),
    [
        (a_swiss_invoice(), "GrandTotalAmount>108.82", "GrandTotalAmount>108.83", "BR-CO-15"),
        (a_swiss_invoice(), "DuePayableAmount>108.82", "DuePayableAmount>100.00", "BR-CO-16"),
        (a_swiss_invoice(), "LineTotalAmount>100.67", "LineTotalAmount>100.68", "BR-CO-10"),
        (a_reverse_charge_invoice(), '"VA">DE123456788', '"FC">DE123456788', "BR-AE-02"),
    ],
)
def test_the_schematron_gate_catches_a_wrong_invoice(document, right, wrong, rule):
    xml = electronic_invoice(document).decode()
    assert right in xml

    assert rule in broken_rules(xml.replace(right, wrong).encode())


def test_the_schema_gate_catches_a_wrong_invoice():
    xml = electronic_invoice(a_swiss_invoice()).replace(b"CrossIndustryInvoice:100", b"CrossIndustryInvoice:101")

    assert not electronic._schema().validate(etree.fromstring(xml))


def test_profile_and_kind_are_coded():
    assert texts(electronic_invoice(a_swiss_invoice()), "GuidelineSpecifiedDocumentContextParameter", "ID") == [
        "urn:cen.eu:en16931:2017"
    ]
    assert texts(electronic_invoice(a_swiss_invoice()), "TypeCode")[0] == "380"
    assert texts(electronic_invoice(a_credit_note()), "TypeCode")[0] == "381"


def test_reverse_charge_has_its_code_its_words_and_both_vat_numbers():
    xml = electronic_invoice(a_reverse_charge_invoice(language="de"))

    assert texts(xml, "ExemptionReasonCode") == ["VATEX-EU-AE"]
    assert texts(xml, "ExemptionReason") == ["Reverse charge"]
    assert texts(xml, "SpecifiedTaxRegistration", "ID") == ["CHE123456789", "DE123456788"]


def test_outside_the_scope_of_vat_there_is_no_vat_number_and_no_rate():
    xml = electronic_invoice(an_invoice_outside_vat())

    assert texts(xml, "SpecifiedTaxRegistration", "ID") == []
    assert texts(xml, "RateApplicablePercent") == []
    assert texts(xml, "SpecifiedLegalOrganization", "ID") == ["CHE123456789"]


def test_a_one_stop_shop_number_is_a_tax_registration_of_no_country():
    xml = electronic_invoice(a_one_stop_shop_invoice())

    assert b'<ram:ID schemeID="FC">EU756000123</ram:ID>' in xml


def test_a_credit_note_refers_to_its_invoice_inv_009():
    xml = electronic_invoice(a_credit_note())

    assert texts(xml, "InvoiceReferencedDocument", "IssuerAssignedID") == ["2026-004217"]
    assert b'<qdt:DateTimeString format="102">20261112</qdt:DateTimeString>' in xml


def test_a_period_ends_with_its_last_day():
    xml = electronic_invoice(a_swiss_invoice())

    assert xml.count(b">20271111<") == 3
    assert b">20271112<" not in xml


def test_a_discount_is_an_allowance_of_its_line():
    xml = electronic_invoice(a_swiss_invoice())

    assert texts(xml, "SpecifiedTradeAllowanceCharge", "ActualAmount") == ["16.07"]
    assert texts(xml, "SpecifiedTradeAllowanceCharge", "Reason") == ["HERBST26, 15 %"]


def test_a_credit_is_a_negative_quantity_of_a_positive_price_br_27():
    xml = electronic_invoice(an_upgrade_in_mid_term())

    assert texts(xml, "ChargeAmount") == ["606.21", "321.41"]
    assert texts(xml, "BilledQuantity") == ["1", "-1"]


def test_prepaid_and_other_payments_reduce_what_is_due_ex_09():
    xml = electronic_invoice(a_paid_swiss_invoice())

    assert texts(xml, "TotalPrepaidAmount") == ["108.82"]
    assert texts(xml, "DuePayableAmount") == ["0.00"]


def test_the_reference_of_the_payment_part_is_the_remittance_information():
    xml = electronic_invoice(a_swiss_invoice())

    assert texts(xml, "PaymentReference") == ["000004821300000020260042178"]
    assert texts(xml, "IBANID") == ["CH4431999123000889012"]


def test_swiss_tax_on_an_invoice_in_euro_is_stated_in_francs_inv_019():
    xml = electronic_invoice(a_swiss_invoice_in_euro())

    assert b'<ram:TaxTotalAmount currencyID="CHF">7.64</ram:TaxTotalAmount>' in xml
    assert texts(xml, "TaxCurrencyCode") == ["CHF"]


def test_hostile_names_stay_text():
    name = "<script>&amp; ]]> \u0000\u000b\u202e 北京 😀"
    xml = electronic_invoice(a_swiss_invoice(buyer=replace(BAKERY, name=name)))

    assert texts(xml, "BuyerTradeParty", "Name") == ["<script>&amp; ]]> 北京 😀"]
    assert broken_rules(xml) == []


def test_an_incomplete_invoice_has_no_structured_form():
    with pytest.raises(DocumentRefused):
        electronic_invoice(a_swiss_invoice(number=""))


def test_a_pro_forma_and_a_receipt_have_no_structured_form():
    for document in (a_pro_forma(), builders.a_receipt()):
        with pytest.raises(ValueError, match="structured"):
            electronic_invoice(document)
