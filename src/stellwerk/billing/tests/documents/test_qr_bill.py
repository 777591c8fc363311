"""QRB-001 … QRB-004: payload, symbol and printed lines of the Swiss payment part."""

import re
from dataclasses import replace

import pytest
import segno

from stellwerk.billing.documents import qr_bill
from stellwerk.billing.documents.errors import DocumentRefused
from stellwerk.billing.documents.plain import qr_text
from stellwerk.billing.tests.documents.builders import (
    BAKERY,
    GERMAN_COMPANY,
    a_document,
    a_line,
    a_payment_part,
    a_reverse_charge_invoice,
    a_swiss_invoice,
)

PAYLOAD = """SPC|0200|1|CH4431999123000889012
S|Stellwerk Hosting AG|Güterstrasse|8|3008|Bern|CH
||||||
108.82|CHF
S|Bäckerei Huber AG|Länggassstrasse|14|3012|Bern|CH
QRR|000004821300000020260042178|Invoice 2026-004217
EPD"""


def the_slip(document):
    return qr_bill.payment_slip(document, document.payment)


def test_the_payload_has_the_fields_of_the_guidelines_in_their_order_qrb_003():
    assert the_slip(a_swiss_invoice()).qr_data() == "\r\n".join(PAYLOAD.replace("\n", "|").split("|"))


def test_an_ordinary_account_carries_a_creditor_reference_in_euro():
    fields = the_slip(a_reverse_charge_invoice()).qr_data().split("\r\n")

    assert fields[3] == "CH5800791123000889012"
    assert fields[18:20] == ["180.00", "EUR"]
    assert fields[27:29] == ["SCOR", "RF4920260000123"]


def test_without_reference_and_debtor_the_fields_stay_empty():
    payment = a_payment_part(iban="CH58 0079 1123 0008 8901 2", reference="", debtor=None, message="")
    fields = the_slip(a_swiss_invoice(payment=payment)).qr_data().split("\r\n")

    assert fields[20:] == ["", "", "", "", "", "", "", "NON", "", "", "EPD"]


def test_only_what_is_open_is_asked_for():
    assert the_slip(a_swiss_invoice(paid_by_prepaid_minor=10000)).qr_data().split("\r\n")[18] == "8.82"


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        ("Ștefan Țepeș, Łódź, Œuvre", "Ștefan Țepeș, Łódź, Œuvre"),
        ("Nguyễn", "Nguyen"),
        ("北京 & Söhne", ".. & Söhne"),
        ("two\r\nlines\u202e", "two lines"),
        ("Bu\u0308hler", "Bühler"),
        ("x" * 71, "x" * 70),
    ],
)
def test_names_keep_to_the_extended_latin_set_and_seventy_characters_qrb_001(raw, printed):
    assert qr_text(raw, 70) == printed


def test_every_text_of_the_payload_fits_its_field():
    buyer = replace(
        BAKERY, name="ä" * 200, street="s" * 200, building_number="9" * 30, postal_code="3" * 30, town="t" * 99
    )
    fields = the_slip(a_swiss_invoice(payment=a_payment_part(debtor=buyer))).qr_data().split("\r\n")

    assert [len(field) for field in fields[20:27]] == [1, 70, 70, 16, 16, 35, 2]


def test_the_symbol_is_46_millimetres_with_a_cross_of_7_and_nothing_else_qrb_004():
    svg = qr_bill.symbol_svg(the_slip(a_swiss_invoice()).qr_data())

    assert 'width="46mm" height="46mm"' in svg
    assert '<path d="M0 0h7v7h-7z" fill="#fff"/>' in svg
    assert svg.count("<path") == 4


@pytest.mark.parametrize("direction", [r"M(\d+) (\d+)h(\d+)v1h", r"M(\d+) (\d+)h1v(\d+)h"])
def test_every_dark_module_and_no_light_one_lies_in_the_drawing(direction):
    payload = the_slip(a_swiss_invoice()).qr_data()
    code = segno.make(payload, error="m", boost_error=False, micro=False, mask=qr_bill.MASK, encoding="utf-8")
    dark = {(x, y) for y, row in enumerate(code.matrix) for x, module in enumerate(row) if module}

    drawn = set()
    for x, y, length in re.findall(direction, qr_bill.symbol_svg(payload)):
        steps = [(step, 0) if "v1h" in direction else (0, step) for step in range(int(length))]
        drawn |= {(int(x) + right, int(y) + down) for right, down in steps}

    assert drawn == dark


def test_a_country_that_no_bank_knows_is_refused():
    unknown = a_payment_part(debtor=replace(BAKERY, country="QZ"))

    with pytest.raises(DocumentRefused) as refused:
        the_slip(a_swiss_invoice(payment=unknown))

    assert refused.value.code == "qr_reference"


def test_a_foreign_debtor_is_printed_with_the_country_and_a_swiss_one_without():
    printed = qr_bill.printed_slip(the_slip(a_swiss_invoice(payment=a_payment_part(debtor=GERMAN_COMPANY))))

    assert printed["debtor"] == ["Müller & Söhne GmbH", "Lindenallee 3", "DE-10115 Berlin"]
    assert printed["account"] == ["CH44 3199 9123 0008 8901 2", "Stellwerk Hosting AG", "Güterstrasse 8", "3008 Bern"]
    assert printed["reference"] == "00 00048 21300 00002 02600 42178"


def test_the_amount_is_printed_with_blanks_between_thousands():
    dear = a_document((a_line(123456789),), payment=a_payment_part())

    assert qr_bill.printed_slip(the_slip(dear))["amount"] == "1\u00a0334\u00a0567.89"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Zahlteil"),
        ("fr", "Section paiement"),
        ("it", "Sezione pagamento"),
        ("en", "Payment part"),
        ("es", "Payment part"),
    ],
)
def test_headings_are_in_the_four_languages_of_the_guidelines(language, title):
    slip = the_slip(a_swiss_invoice(language=language))

    assert qr_bill.printed_slip(slip)["labels"]["payment_part"] == title
