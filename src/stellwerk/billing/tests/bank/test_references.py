import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ch import esr

from stellwerk.billing.bank.references import QRR_DIGITS, references_in

QRR = "000000471100000202600001236"
SAMPLE_QRR = "210000000003139471430009017"
SCOR = "RF4920260000123"


@pytest.mark.parametrize(
    "free_text",
    [
        SAMPLE_QRR,
        "21 00000 00003 13947 14300 09017",
        "Ref. 21.00000.00003.13947.14300.09017, besten Dank",
        "QRR:210000000003139471430009017/Miete 05",
        "Zahlung vom 04.05. Nr 21 00000 00003 13947 14300 09017",
        "21-00000-00003-13947-14300-09017 CHF 108.82",
    ],
)
def test_bnk_005_a_qr_reference_is_found_however_it_is_grouped(free_text):
    assert SAMPLE_QRR in references_in(free_text)


def test_bnk_005_left_out_leading_zeros_are_put_back():
    assert references_in("471100000202600001236") == (QRR,)


@pytest.mark.parametrize(
    "free_text",
    [SCOR, "rf49 2026 0000 123", "Rechnung RF49 2026 0000 123 Danke", "RF49-2026-0000-123", "(RF4920260000123)"],
)
def test_bnk_005_a_creditor_reference_is_found_among_words(free_text):
    assert SCOR in references_in(free_text)


@pytest.mark.parametrize(
    "free_text",
    [
        "",
        "Miete Mai 2026",
        "210000000003139471430009018",  # wrong check digit
        "0" * 27,
        "+41 44 123 45 67",
        "RF50 2026 0000 123",
        "SURF49 2026 0000 123",
        "CH58 0079 1123 0008 8901 2",
    ],
)
def test_bnk_005_what_is_no_reference_is_not_found(free_text):
    assert references_in(free_text) == ()


def test_both_references_of_one_transfer_are_found_once_each():
    found = references_in(f"{SCOR} und {SAMPLE_QRR} und nochmals {SCOR}")

    assert found == (SCOR, SAMPLE_QRR)


@given(number=st.integers(1, 10**26 - 1), before=st.text("abc ,:;", max_size=5), after=st.text("xyz ,:;", max_size=5))
def test_any_full_qr_reference_between_words_is_found(number, before, after):
    digits = str(number).zfill(QRR_DIGITS - 1)
    reference = digits + esr.calc_check_digit(digits)

    assert reference in references_in(f"{before} {reference} {after}")


@given(free_text=st.text(max_size=3000))
def test_any_text_is_searched_without_complaint(free_text):
    assert len(references_in(free_text)) <= 50
