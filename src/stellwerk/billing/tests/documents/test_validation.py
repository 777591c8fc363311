"""INV-030, INV-033, INV-035, BR-CO-10 … 17, QRB-002: what must not be issued is refused, and the field is named."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.documents.errors import DocumentRefused
from stellwerk.billing.documents.model import Category, Totals, VatGroup
from stellwerk.billing.documents.references import creditor_reference
from stellwerk.billing.documents.validation import validate
from stellwerk.billing.tests.documents import builders
from stellwerk.billing.tests.documents.builders import (
    BAKERY,
    GERMAN_COMPANY,
    IBAN,
    ISSUED_ON,
    OPERATOR,
    a_credit_note,
    a_document,
    a_line,
    a_payment_part,
    a_reverse_charge_invoice,
    a_swiss_invoice,
    an_invoice_outside_vat,
)

EVERY_KIND = (
    "a_swiss_invoice",
    "a_paid_swiss_invoice",
    "a_reverse_charge_invoice",
    "an_invoice_outside_vat",
    "a_one_stop_shop_invoice",
    "a_credit_note",
    "a_pro_forma",
    "a_receipt",
)


def refusal_of(document):
    with pytest.raises(DocumentRefused) as refused:
        validate(document)
    return refused.value.code, refused.value.field


@pytest.mark.parametrize("name", EVERY_KIND)
def test_a_complete_document_passes(name):
    validate(getattr(builders, name)())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"number": " "}, "number"),
        ({"language": "rm"}, "language"),
        ({"currency": "USD"}, "currency"),
        ({"period_from": ISSUED_ON}, "period_to"),
        ({"seller": replace(OPERATOR, name="")}, "seller.name"),
        ({"seller": replace(OPERATOR, street="")}, "seller.street"),
        ({"seller": replace(OPERATOR, vat_number="")}, "seller.vat_number"),
        ({"seller": replace(OPERATOR, vat_number="", registration_number="")}, "seller.registration_number"),
        ({"buyer": replace(BAKERY, name="")}, "buyer.name"),
        ({"buyer": replace(BAKERY, town="")}, "buyer.town"),
        ({"buyer": replace(BAKERY, postal_code="")}, "buyer.postal_code"),
        ({"buyer": replace(BAKERY, country="ch")}, "buyer.country"),
        ({"buyer": replace(BAKERY, country="FR", street="")}, "buyer.street"),
        ({"due_on": None}, "due_on"),
        ({"paid_minor": 10883}, "paid_minor"),
        ({"paid_by_prepaid_minor": -1}, "paid_by_prepaid_minor"),
        ({"totals": Totals(net_minor=10066, vat_minor=815, gross_minor=10881)}, "totals.net_minor"),
        ({"totals": Totals(net_minor=10067, vat_minor=816, gross_minor=10883)}, "totals.vat_minor"),
        ({"totals": Totals(net_minor=10067, vat_minor=815, gross_minor=10881)}, "totals.gross_minor"),
    ],
)
def test_the_missing_or_wrong_field_of_a_swiss_invoice_is_named(changes, field):
    assert refusal_of(a_document(**changes)) == ("invoice_incomplete", field)


def test_a_swiss_buyer_needs_no_street_inv_033():
    validate(a_document(buyer=replace(BAKERY, street="", building_number="")))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"product_name": ""}, "lines[0].product_name"),
        ({"unit_price_minor": 961}, "lines[0].net_minor"),
        ({"discount_minor": 1}, "lines[0].net_minor"),
        ({"quantity": 2}, "lines[0].net_minor"),
        ({"period_to": None}, "lines[0].period_to"),
        ({"period_to": ISSUED_ON}, "lines[0].period_to"),
    ],
)
def test_a_line_states_what_it_costs_and_when_inv_017(changes, field):
    assert refusal_of(a_document((a_line(960, **changes),))) == ("invoice_incomplete", field)


def test_a_document_has_a_line():
    assert refusal_of(a_document((), totals=Totals(net_minor=0, vat_minor=0, gross_minor=0)))[1] == "lines"


@pytest.mark.parametrize(("price_minor", "quantity"), [(32141, -1), (-32141, 1)])
def test_a_credit_inside_an_invoice_is_a_negative_price_or_quantity_ex_01(price_minor, quantity):
    """Upgrade in mid-term: 606.21 charged, 321.41 credited, 284.80 net, 23.07 tax, 307.87 gross."""
    credit = a_line(-32141, unit_price_minor=price_minor, quantity=quantity)
    upgrade = a_document((a_line(60621), credit))

    validate(upgrade)

    assert (upgrade.totals.net_minor, upgrade.totals.gross_minor) == (28480, 30787)


def test_metered_use_may_have_decimals_ex_19():
    validate(a_document((a_line(250, unit_price_minor=1000, quantity=Decimal("0.25")),)))


def test_tax_is_of_the_sum_not_the_sum_of_the_lines_ex_05():
    per_line = (VatGroup(category=Category.STANDARD, rate_bp=810, net_minor=10067, vat_minor=816),)

    assert refusal_of(a_document(vat=per_line)) == ("invoice_incomplete", "vat[0].vat_minor")


def test_the_last_credit_note_takes_the_tax_that_is_left_ex_15():
    note = a_credit_note()

    validate(note)

    assert note.totals.gross_minor == 9844


@pytest.mark.parametrize(
    ("vat", "field"),
    [
        ((), "vat"),
        ((VatGroup(category=Category.STANDARD, rate_bp=260, net_minor=10067, vat_minor=262),), "vat"),
        ((VatGroup(category=Category.STANDARD, rate_bp=810, net_minor=10000, vat_minor=810),), "vat[0].net_minor"),
    ],
)
def test_every_rate_of_the_lines_has_its_group_br_co_18(vat, field):
    totals = Totals(net_minor=10067, vat_minor=sum(group.vat_minor for group in vat), gross_minor=10067)
    totals = replace(totals, gross_minor=totals.net_minor + totals.vat_minor)

    assert refusal_of(a_document(vat=vat, totals=totals)) == ("invoice_incomplete", field)


def test_a_standard_rate_is_not_zero_and_an_untaxed_one_is():
    assert refusal_of(a_document((a_line(960, rate_bp=0),)))[1] == "vat[0].rate_bp"
    assert refusal_of(a_document((a_line(960, category=Category.ZERO_RATED),)))[1] == "vat[0].rate_bp"


def test_reverse_charge_needs_both_vat_numbers_ein_005():
    buyer = replace(GERMAN_COMPANY, vat_number="")
    seller = replace(OPERATOR, vat_number="")

    assert refusal_of(a_reverse_charge_invoice(buyer=buyer)) == ("invoice_incomplete", "buyer.vat_number")
    assert refusal_of(a_reverse_charge_invoice(seller=seller)) == ("invoice_incomplete", "seller.vat_number")


def test_outside_the_scope_of_vat_stands_alone_and_carries_no_vat_number_ein_005():
    outside = a_line(1800, category=Category.OUTSIDE_SCOPE, rate_bp=0)

    assert refusal_of(an_invoice_outside_vat(seller=OPERATOR)) == ("invoice_incomplete", "seller.vat_number")
    assert refusal_of(an_invoice_outside_vat(buyer=GERMAN_COMPANY)) == ("invoice_incomplete", "buyer.vat_number")
    assert refusal_of(a_document((outside, a_line(960)))) == ("invoice_incomplete", "vat")


def test_an_exemption_names_its_reason_tax_018():
    exempt = a_line(1800, category=Category.EXEMPT, rate_bp=0)

    assert refusal_of(a_document((exempt,))) == ("invoice_incomplete", "vat[0].exemption_text")
    validate(a_document((exempt,), vat=builders.grouped((exempt,), exemption_text="Diplomatic mission")))


def test_a_credit_note_names_the_invoice_and_asks_for_no_money():
    assert refusal_of(a_credit_note(preceding=None)) == ("invoice_incomplete", "preceding")
    assert refusal_of(a_credit_note(payment=a_payment_part())) == ("invoice_incomplete", "payment")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"iban": "DE89 3704 0044 0532 0130 00"}, "payment.iban"),
        ({"iban": "CH44 3199 9123 0008 8901 3"}, "payment.iban"),
        ({"reference": "210000000003139471430009018"}, "payment.reference"),
        ({"reference": creditor_reference(1)}, "payment.reference"),
        ({"reference": ""}, "payment.reference"),
        ({"iban": IBAN}, "payment.reference"),
        ({"message": "x" * 141}, "payment.message"),
        ({"creditor": replace(OPERATOR, postal_code="")}, "payment.creditor.postal_code"),
        ({"debtor": replace(BAKERY, town=" ")}, "payment.debtor.town"),
    ],
)
def test_a_payment_part_that_no_bank_would_take_is_refused_qrb_002(changes, field):
    assert refusal_of(a_swiss_invoice(payment=a_payment_part(**changes))) == ("qr_reference", field)


def test_a_paid_document_does_not_look_at_its_payment_part():
    validate(a_swiss_invoice(paid_minor=10882, payment=a_payment_part(reference="")))


PRICES = st.integers(0, 10**7)
RATES = st.sampled_from([260, 380, 810, 1900, 2550])


@given(st.lists(st.tuples(PRICES, st.integers(1, 50), RATES), min_size=1, max_size=12))
def test_sums_that_follow_the_lines_always_pass(positions):
    lines = tuple(
        a_line(price * quantity, unit_price_minor=price, quantity=quantity, rate_bp=rate)
        for price, quantity, rate in positions
    )

    validate(a_document(lines, due_on=date(2026, 12, 12)))
