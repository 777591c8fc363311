import pytest

from stellwerk.billing.bank.camt import read_bank_file
from stellwerk.billing.bank.duplicates import sorted_entries
from stellwerk.billing.tests.bank_files import Batch, Payment, Statement, bank_file, camt053, camt054

QRR = "000000471100000202600001236"
FIRST, SECOND = Payment(amount_minor=10882, reference=QRR), Payment(amount_minor=3113, reference="RF4920260000123")


class Ledger:
    """Remembers what earlier files made fresh, as the importer's table does."""

    def __init__(self):
        self.rows = []

    def take(self, content):
        result = sorted_entries(
            read_bank_file(content).entries,
            counted_keys={row.duplicate_key for row in self.rows},
            counted_entry_keys={row.entry_key for row in self.rows},
        )
        self.rows += result.fresh
        return result

    @property
    def amounts(self):
        return sorted(row.amount_minor for row in self.rows)


@pytest.fixture
def ledger():
    return Ledger()


def test_bnk_004_the_same_file_twice_counts_once(ledger):
    content = camt053(FIRST, Batch(payments=(SECOND, Payment(amount_minor=5))))

    first, again = ledger.take(content), ledger.take(content)

    assert len(first.fresh) == 3
    assert (again.fresh, len(again.repeated)) == ([], 3)


def test_bnk_004_the_intraday_report_and_the_statement_count_once(ledger):
    ledger.take(bank_file(Statement(entries=(FIRST,)), message="052", version="04"))
    ledger.take(camt053(FIRST, SECOND, version="08"))

    assert ledger.amounts == [3113, 10882]


@pytest.mark.parametrize("order", [("053", "054"), ("054", "053")])
@pytest.mark.parametrize("has_details", [True, False])
def test_bnk_004_a_notification_and_the_collective_entry_it_explains_count_once(ledger, order, has_details):
    batch = (FIRST, SECOND)
    files = {
        "053": camt053(Batch(payments=batch, has_details=has_details)),
        "054": camt054(Batch(payments=batch)),
    }

    for message in order:
        ledger.take(files[message])

    assert ledger.amounts == [3113, 10882]


def test_bnk_004_a_collective_entry_waits_and_is_never_counted_as_a_sum(ledger):
    waiting = ledger.take(camt053(Batch(payments=(FIRST, SECOND), has_details=False)))

    assert (len(waiting.awaiting_details), waiting.fresh) == (1, [])


def test_bnk_004_details_listed_as_entries_of_their_own_count_once(ledger):
    first, second = (
        Payment(amount_minor=10882, servicer_reference="A1"),
        Payment(amount_minor=3113, servicer_reference="A2"),
    )
    ledger.take(camt053(Batch(payments=(first, second), servicer_reference="C1")))

    again = ledger.take(camt054(first, second))

    assert (ledger.amounts, len(again.repeated)) == ([3113, 10882], 2)


def test_bnk_004_the_same_entry_twice_within_one_file_counts_once(ledger):
    same = Payment(amount_minor=100, servicer_reference="S1")

    ledger.take(camt053(same, same))

    assert ledger.amounts == [100]


def test_two_equal_payments_with_references_of_their_own_are_two(ledger):
    ledger.take(camt053(Payment(amount_minor=100), Payment(amount_minor=100)))

    assert ledger.amounts == [100, 100]


def test_two_equal_payments_without_any_bank_reference_are_two_and_stay_two(ledger):
    content = camt053(Payment(amount_minor=100, servicer_reference="NOTPROVIDED"), version="04")
    start, end = content.index(b"<Ntry>"), content.index(b"</Stmt>")
    twice = content[:end] + content[start:end] + content[end:]

    ledger.take(twice)
    ledger.take(twice)

    assert ledger.amounts == [100, 100]


def test_details_without_references_in_another_order_count_once(ledger):
    payments = (FIRST, SECOND, FIRST)
    anonymous = [
        Batch(
            payments=tuple(
                Payment(amount_minor=each.amount_minor, reference=each.reference, servicer_reference="NOTPROVIDED")
                for each in order
            ),
            servicer_reference=reference,
        )
        for order, reference in ((payments, "C1"), (payments[::-1], "C1"))
    ]
    first, second = (read_bank_file(camt053(batch)).entries for batch in anonymous)

    assert {row.duplicate_key for row in first} == {row.duplicate_key for row in second}
    assert len({row.duplicate_key for row in first}) == 3


def test_bnk_002_a_pending_entry_is_counted_when_it_is_booked(ledger):
    pending = Payment(amount_minor=100, status="PDNG")

    announced = ledger.take(bank_file(Statement(entries=(pending,)), message="052"))
    booked = ledger.take(camt053(Payment(amount_minor=100)))

    assert (len(announced.pending), announced.fresh) == (1, [])
    assert len(booked.fresh) == 1


def test_bnk_002_a_reversal_with_the_reference_of_its_original_is_no_duplicate(ledger):
    ledger.take(camt053(Payment(amount_minor=100, servicer_reference="S1")))

    reversal = Payment(amount_minor=100, servicer_reference="S1", direction="DBIT", is_reversal=True)
    taken_back = ledger.take(camt053(reversal))

    assert [row.undoes_payment for row in taken_back.fresh] == [True]


def test_the_same_reference_on_another_account_is_another_movement(ledger):
    payment = Payment(amount_minor=100, servicer_reference="S1")
    other = Statement(entries=(payment,), iban="CH5800791123000889012")

    ledger.take(bank_file(Statement(entries=(payment,)), other))

    assert ledger.amounts == [100, 100]
