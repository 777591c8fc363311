"""QRB-002, QRB-005, QRB-006: references are built, recognised, read back and grouped as the guidelines say."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.documents import references
from stellwerk.billing.documents.references import ReferenceKind
from stellwerk.billing.tests.documents.builders import IBAN, QR_IBAN

QRR_SAMPLE = "210000000003139471430009017"
SCOR_SAMPLE = "RF18539007547034"
ORGANISATIONS = st.integers(min_value=1, max_value=10**10 - 1)
DOCUMENTS = st.integers(min_value=0, max_value=10**16 - 1)


def test_the_reference_of_a_document_has_the_layout_of_qrb_005():
    assert references.qr_reference(4711, 20260000123) == "000000471100000202600001236"
    assert references.creditor_reference(20260000123) == "RF4920260000123"


def test_the_samples_of_the_standards_are_recognised_qrb_006():
    assert references.kind_of(QRR_SAMPLE) is ReferenceKind.QRR
    assert references.kind_of("21 00000 00003 13947 14300 09017") is ReferenceKind.QRR
    assert references.kind_of(SCOR_SAMPLE) is ReferenceKind.SCOR
    assert references.kind_of("rf18 5390 0754 7034") is ReferenceKind.SCOR
    assert references.kind_of("") is ReferenceKind.NONE
    assert references.is_qr_iban(QR_IBAN)
    assert references.is_swiss_account(IBAN)
    assert not references.is_qr_iban(IBAN)


@pytest.mark.parametrize(
    "reference",
    [
        "210000000003139471430009018",
        "21000000000313947143000901",
        "0" * 27,
        "RF19539007547034",
        "RF18",
        "RF185390075470341234567890",
        "12345",
        "٢١٠٠٠٠٠٠٠٠٠٣١٣٩٤٧١٤٣٠٠٠٩٠١٧",
        "RF18\u0665\u0663\u0669\u0660\u0660\u0667\u0665\u0664\u0667\u0660\u0663\u0664",
    ],
)
def test_what_is_no_reference_has_no_kind(reference):
    assert references.kind_of(reference) is None


@pytest.mark.parametrize(
    ("account", "reference", "fits"),
    [
        (QR_IBAN, QRR_SAMPLE, True),
        (QR_IBAN, SCOR_SAMPLE, False),
        (QR_IBAN, "", False),
        (IBAN, SCOR_SAMPLE, True),
        (IBAN, "", True),
        (IBAN, QRR_SAMPLE, False),
        (IBAN, "nonsense", False),
        ("DE89 3704 0044 0532 0130 00", "", False),
        ("CH58 0079 1123 0008 8901 3", "", False),
    ],
)
def test_account_and_reference_go_together_only_as_qrb_002_says(account, reference, fits):
    assert references.fits(account, reference) is fits


@pytest.mark.parametrize(
    ("institution", "expected"), [("29999", False), ("30000", True), ("31999", True), ("32000", False)]
)
def test_a_qr_iban_has_an_institution_id_from_30000_to_31999(institution, expected):
    body = f"{institution}000000000000"
    checked = 98 - int(f"{body}121700") % 97

    assert references.is_qr_iban(f"CH{checked:02d}{body}") is expected


@given(ORGANISATIONS, DOCUMENTS)
def test_every_qr_reference_is_valid_and_gives_its_numbers_back(organisation, document):
    reference = references.qr_reference(organisation, document)

    assert references.is_qr_reference(reference)
    assert references.parts_of_qr_reference(references.printed_reference(reference)) == (organisation, document)


@given(ORGANISATIONS, DOCUMENTS, st.integers(0, 26), st.integers(1, 9))
def test_no_single_wrong_digit_goes_unnoticed(organisation, document, place, shift):
    reference = references.qr_reference(organisation, document)
    wrong = str((int(reference[place]) + shift) % 10)

    assert not references.is_qr_reference(reference[:place] + wrong + reference[place + 1 :])


@given(st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=21))
def test_every_creditor_reference_is_valid_and_short_enough(body):
    reference = references.creditor_reference(body)

    assert references.is_creditor_reference(reference)
    assert 5 <= len(reference) <= 25


@pytest.mark.parametrize("number", ["", "A" * 22, "2026/7", "Ä1", -1])
def test_a_creditor_reference_takes_only_letters_and_digits(number):
    with pytest.raises(ValueError, match="creditor reference"):
        references.creditor_reference(number)


@pytest.mark.parametrize(("organisation", "document"), [(10**10, 1), (1, 10**16), (-1, 1), (1, -1)])
def test_a_number_that_does_not_fit_is_refused(organisation, document):
    with pytest.raises(ValueError, match="does not fit"):
        references.qr_reference(organisation, document)


def test_a_foreign_reference_gives_no_numbers():
    with pytest.raises(ValueError, match="not a QR reference"):
        references.parts_of_qr_reference(SCOR_SAMPLE)


def test_references_and_accounts_are_printed_in_groups():
    assert references.printed_reference(QRR_SAMPLE) == "21 00000 00003 13947 14300 09017"
    assert references.printed_reference(SCOR_SAMPLE) == "RF18 5390 0754 7034"
    assert references.printed_account("CH4431999123000889012") == "CH44 3199 9123 0008 8901 2"
