"""EX-10 from the bank's file to the decision."""

import pytest

from stellwerk.billing.bank.camt import read_bank_file
from stellwerk.billing.bank.incoming import incoming_amount
from stellwerk.billing.rules.matching import MatchedBy, OpenDocument, Outcome, match, settlement
from stellwerk.billing.tests.bank_files import DEBTOR_IBAN, Payment, camt053

QRR = "000000471100000202600001236"
INVOICE = OpenDocument(7, "2026-0000123", 10882, "CHF", frozenset({QRR, "RF4920260000123"}), frozenset({DEBTOR_IBAN}))


def decided(payment, version="08"):
    (entry,) = read_bank_file(camt053(payment, version=version)).entries
    found = match(incoming_amount(entry), [INVOICE])
    done = settlement(INVOICE, amount_minor=entry.amount_minor, currency=entry.currency, prepaid_currencies=("CHF",))
    return found, done


@pytest.mark.parametrize("version", ["04", "08"])
@pytest.mark.parametrize(
    ("amount_minor", "currency", "outcome", "to_prepaid_minor"),
    [
        (10882, "CHF", Outcome.SETTLED, 0),
        (11000, "CHF", Outcome.SURPLUS, 118),
        (10000, "CHF", Outcome.SHORT, 10000),
        (10880, "CHF", Outcome.WITHIN_TOLERANCE, 0),
        (10882, "EUR", Outcome.WRONG_CURRENCY, 0),
    ],
)
def test_ex_10_a_transfer_with_the_qr_reference(version, amount_minor, currency, outcome, to_prepaid_minor):
    found, done = decided(Payment(amount_minor=amount_minor, currency=currency, reference=QRR), version)

    assert found is not None
    assert found.matched_by is MatchedBy.STRUCTURED_REFERENCE
    assert (done.outcome, done.to_prepaid_minor) == (outcome, to_prepaid_minor)


@pytest.mark.parametrize(
    ("hint", "matched_by"),
    [
        ({"text": "Rechnung 00 00004 71100 00020 26000 01236"}, MatchedBy.REFERENCE_IN_TEXT),
        ({"text": "RF49 2026 0000 123"}, MatchedBy.REFERENCE_IN_TEXT),
        ({"end_to_end_id": "RF4920260000123"}, MatchedBy.REFERENCE_IN_TEXT),
        ({"text": "Rg. 2026-0000123"}, MatchedBy.DOCUMENT_NUMBER),
        ({"text": "besten Dank"}, MatchedBy.SAME_DEBTOR),
    ],
)
def test_bnk_005_every_hint_of_a_payer_leads_to_the_document(hint, matched_by):
    found, _ = decided(Payment(amount_minor=10882, **hint))

    assert found is not None
    assert found.matched_by is matched_by


def test_bnk_010_a_stranger_without_a_reference_is_for_the_suspense_list():
    found, _ = decided(Payment(amount_minor=10882, debtor_iban="DE89370400440532013000"))

    assert found is None
