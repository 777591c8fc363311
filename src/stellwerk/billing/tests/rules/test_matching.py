from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.billing.rules.matching import (
    IncomingAmount,
    MatchedBy,
    OpenDocument,
    Outcome,
    match,
    names_number,
    settlement,
)

QRR = "000000471100000202600001236"
SCOR = "RF4920260000123"
IBAN = "CH5800791123000889012"
INVOICE = OpenDocument(
    document_id=7,
    number="2026-0000123",
    open_minor=10882,
    currency="CHF",
    references=frozenset({QRR, SCOR}),
    debtor_ibans=frozenset({IBAN}),
)
OTHER = OpenDocument(8, "2026-0000124", 5000, "CHF", frozenset({"RF4820260000124"}))


def of(amount_minor, currency="CHF", prepaid_currencies=("CHF",), document=INVOICE):
    return settlement(document, amount_minor=amount_minor, currency=currency, prepaid_currencies=prepaid_currencies)


def test_bnk_006_the_exact_amount_settles():
    exact = of(10882)

    assert (exact.outcome, exact.to_document_minor, exact.to_prepaid_minor) == (Outcome.SETTLED, 10882, 0)


def test_ex_10_a_surplus_goes_to_the_prepaid_account():
    surplus = of(11000)

    assert surplus.settles
    assert (surplus.outcome, surplus.to_document_minor, surplus.to_prepaid_minor) == (Outcome.SURPLUS, 10882, 118)


def test_ex_10_too_little_leaves_the_document_open_and_feeds_the_prepaid_account():
    short = of(10000)

    assert not short.settles
    assert (short.outcome, short.to_prepaid_minor, short.still_open_minor) == (Outcome.SHORT, 10000, 10882)
    assert short.rest_minor == 882


def test_ex_10_two_cents_too_little_settle_and_are_booked_as_difference():
    near = of(10880)

    assert near.settles
    assert (near.outcome, near.to_document_minor, near.difference_minor) == (Outcome.WITHIN_TOLERANCE, 10880, 2)


@pytest.mark.parametrize(("amount_minor", "settles"), [(10877, True), (10876, False)])
def test_bnk_008_five_cents_are_tolerated_and_six_are_not(amount_minor, settles):
    assert of(amount_minor).settles is settles


def test_ex_10_euro_do_not_settle_francs():
    euro = of(10882, currency="EUR", prepaid_currencies=("CHF",))

    assert not euro.settles
    assert (euro.outcome, euro.to_return_minor, euro.to_prepaid_minor) == (Outcome.WRONG_CURRENCY, 10882, 0)


def test_bnk_009_money_of_another_currency_is_kept_where_an_account_for_it_exists():
    euro = of(10882, currency="EUR", prepaid_currencies=("CHF", "EUR"))

    assert (euro.to_prepaid_minor, euro.to_return_minor, euro.still_open_minor) == (10882, 0, 10882)


def test_a_document_paid_twice_sends_the_second_payment_to_the_prepaid_account():
    again = of(10882, document=replace(INVOICE, open_minor=0))

    assert (again.outcome, again.to_document_minor, again.to_prepaid_minor) == (Outcome.SURPLUS, 0, 10882)


def test_nothing_settles_nothing():
    with pytest.raises(ValueError, match="money"):
        of(0)


@given(
    amount_minor=st.integers(1, 10**9),
    open_minor=st.integers(0, 10**9),
    currency=st.sampled_from(["CHF", "EUR"]),
    kept=st.sets(st.sampled_from(["CHF", "EUR"])),
)
def test_no_cent_that_arrives_is_lost_or_invented(amount_minor, open_minor, currency, kept):
    done = of(amount_minor, currency, kept, replace(INVOICE, open_minor=open_minor))

    assert done.to_document_minor + done.to_prepaid_minor + done.to_return_minor == amount_minor
    assert min(done.to_document_minor, done.to_prepaid_minor, done.to_return_minor, done.difference_minor) >= 0
    if done.settles:
        assert done.to_document_minor + done.difference_minor == open_minor


@pytest.mark.parametrize(
    ("incoming", "matched_by"),
    [
        (IncomingAmount(1, "CHF", structured_reference=QRR), MatchedBy.STRUCTURED_REFERENCE),
        (IncomingAmount(1, "CHF", structured_reference=SCOR), MatchedBy.STRUCTURED_REFERENCE),
        (IncomingAmount(1, "EUR", text_references=("RF18539007547034", QRR)), MatchedBy.REFERENCE_IN_TEXT),
        (IncomingAmount(10882, "CHF", free_text="Rechnung 2026/0000123 besten Dank"), MatchedBy.DOCUMENT_NUMBER),
        (IncomingAmount(10882, "CHF", debtor_iban=IBAN), MatchedBy.SAME_DEBTOR),
    ],
)
def test_bnk_005_a_document_is_found_step_by_step(incoming, matched_by):
    found = match(incoming, [OTHER, INVOICE])

    assert found is not None
    assert (found.document, found.matched_by) == (INVOICE, matched_by)
    assert found.is_proposal is (matched_by is MatchedBy.SAME_DEBTOR)


@pytest.mark.parametrize(
    "incoming",
    [
        IncomingAmount(10882, "CHF"),
        IncomingAmount(10882, "CHF", structured_reference="RF18539007547034"),
        IncomingAmount(10881, "CHF", free_text="Rechnung 2026-0000123"),
        IncomingAmount(10882, "EUR", free_text="Rechnung 2026-0000123"),
        IncomingAmount(10881, "CHF", debtor_iban=IBAN),
    ],
)
def test_bnk_005_without_a_sure_sign_nothing_is_matched(incoming):
    assert match(incoming, [OTHER, INVOICE]) is None


def test_bnk_005_two_open_items_of_the_same_amount_are_not_guessed_at():
    twin = replace(INVOICE, document_id=9, number="2026-0000999", references=frozenset())

    assert match(IncomingAmount(10882, "CHF", debtor_iban=IBAN), [INVOICE, twin]) is None


@pytest.mark.parametrize(
    ("free_text", "found"),
    [
        ("Invoice 2026-0000123", True),
        ("invoice no. 2026 0000123, thanks", True),
        ("20260000123", True),
        ("2026-00001234", False),
        ("12026-0000123", False),
        ("", False),
    ],
)
def test_bnk_005_a_number_counts_only_when_it_stands_alone(free_text, found):
    assert names_number(free_text, "2026-0000123") is found


def test_a_document_without_a_number_is_named_by_no_text():
    assert not names_number("anything", "")
