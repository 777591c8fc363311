"""The doctor finds what is wrong with money, and nothing where nothing is."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from stellwerk.billing.models import Invoice, LedgerAccount, NumberSeries, Posting, StoredDocument
from stellwerk.billing.queries.findings import document_findings, invoice_findings, ledger_findings
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import a_paid_invoice, a_prepaid_balance, a_withdrawal, an_open_invoice, an_order
from stellwerk.billing.tests.test_constraints import an_invoice_row
from stellwerk.foundation import clock
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.health import examination_names
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.organisations.tests.builders import an_organisation

pytestmark = pytest.mark.django_db


def findings():
    return [*ledger_findings(), *invoice_findings(), *document_findings()]


def without_triggers(table, statement):
    """What only somebody with the database in hand could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(statement)


def test_the_doctor_examines_money():
    assert {"ledger", "invoices", "stored documents"} <= set(examination_names())


def test_a_busy_house_has_no_findings():
    acme = an_organisation()
    a_prepaid_balance(acme, 3000)
    an_order(acme, uses_balance=True)
    invoice = Invoice.objects.get()
    for amount_minor, reference in [(invoice.open_minor + 100, "A"), (500, "B")]:
        row = Transfer(amount_minor=amount_minor, reference=invoice.reference, servicer_reference=reference)
        import_bank_file(actor=SYSTEM, content=camt053(row), file_name=reference)
    credit_invoice(invoice_id=a_paid_invoice(acme).pk, source="test:all")
    short = an_open_invoice(acme)
    row = Transfer(amount_minor=10880, reference=short.reference, servicer_reference="C")
    import_bank_file(actor=SYSTEM, content=camt053(row), file_name="C")
    back = Transfer(
        amount_minor=10880, reference=short.reference, servicer_reference="C", direction="DBIT", is_reversal=True
    )
    import_bank_file(actor=SYSTEM, content=camt053(back), file_name="D")
    run_due_jobs()

    assert findings() == []


def test_a_wrong_prepaid_balance_is_found():
    a_prepaid_balance(an_organisation(), 3000)
    LedgerAccount.objects.filter(kind="prepaid").update(balance_minor=4000)

    assert "says 4000 CHF, its transfers say 3000" in findings()[0]


def test_a_lost_transfer_is_found():
    an_open_invoice(an_organisation())
    without_triggers("billing_transfer", "DELETE FROM billing_transfer WHERE amount_minor = 815")

    assert any("has lost transfers" in each for each in findings())
    assert any("owes 10067 CHF in the ledger, but 10882 are open" in each for each in findings())


def test_a_gap_in_the_numbers_is_found():
    acme = an_organisation()
    an_invoice_row(acme, number=1)
    an_invoice_row(acme, number=3)

    assert "The series invoice of 2026 has a gap: 2 documents up to 3" in findings()


def test_a_series_that_stands_wrong_is_found():
    an_open_invoice(an_organisation())
    NumberSeries.objects.filter(name="invoice").update(last_number=7)

    assert any("stands at 7, its last document is 1" in each for each in findings())


def test_a_document_without_posting_is_found():
    an_invoice_row(an_organisation(), number=1)

    assert "The document 2026-000001 has no posting" in findings()


def test_an_open_amount_that_does_not_follow_from_the_payments_is_found():
    invoice = a_paid_invoice(an_organisation())
    Invoice.objects.filter(pk=invoice.pk).update(open_minor=1)

    assert f"The invoice {invoice.number} says 1 are open, its payments say 0" in findings()


def test_a_date_before_the_predecessors_is_found():
    acme = an_organisation()
    an_invoice_row(acme, number=1)
    an_invoice_row(acme, number=2, issued_on="2026-02-01")

    assert "The document 2026-000002 is dated before its predecessor" in findings()


def test_an_altered_and_a_lost_paper_are_found():
    acme = an_organisation()
    first, second = an_open_invoice(acme), an_open_invoice(acme)
    run_due_jobs()
    names = {row.invoice_id: row.file_name for row in StoredDocument.objects.all()}
    default_storage.delete(names[first.pk])
    default_storage.delete(names[second.pk])
    default_storage.save(names[second.pk], ContentFile(b"%PDF-1.7 forged"))

    found = list(document_findings())
    assert f"The paper of {first.number} is gone; it is made again when somebody opens it" in found
    assert f"The paper of {second.number} is not what was stored" in found


def test_a_posting_that_says_too_much_is_found():
    Posting.objects.create(
        reason="raw", source="raw:1", booked_on=clock.today(), currency="CHF", transfer_count=2, created_at=clock.now()
    )
    assert any("has lost transfers" in each for each in findings())


def test_money_that_waits_to_be_paid_out_is_what_withdrawals_say_pre_013():
    a_withdrawal(an_organisation())
    assert findings() == []

    without_triggers("billing_withdrawal", "UPDATE billing_withdrawal SET amount_minor = 4000")

    assert findings() == ["5000 CHF wait to be paid out in the ledger, withdrawals say 4000"]
