"""Issuing invoices: sums, frozen texts, numbers without gaps."""

import threading
from contextlib import suppress
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from stellwerk.billing.models import Invoice, LedgerAccount, Payment, Posting
from stellwerk.billing.queries.ledger import balance_minor, prepaid_balances
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.issue_invoices import issue_invoice, issue_invoices
from stellwerk.billing.tests.builders import (
    DOMAIN,
    HOSTING_WITH_CODE,
    a_draft,
    a_line,
    a_paid_invoice,
    a_prepaid_balance,
    an_open_invoice,
)
from stellwerk.foundation import clock
from stellwerk.foundation.errors import RuleBroken
from stellwerk.foundation.models import Event
from stellwerk.organisations.tests.builders import an_organisation

pytestmark = pytest.mark.django_db


def test_ex_05_vat_is_computed_on_the_group_not_per_line():
    invoice = an_open_invoice(an_organisation(), HOSTING_WITH_CODE, DOMAIN)

    assert (invoice.net_minor, invoice.vat_minor, invoice.gross_minor) == (10067, 815, 10882)
    assert invoice.open_minor == 10882


@pytest.mark.parametrize(
    ("country", "more", "vat_minor", "category", "key"),
    [
        ("CH", {}, 146, "S", "vat:CH"),
        ("DE", {"kind": "individual"}, 342, "S", "oss:DE"),
        ("FR", {"kind": "individual"}, 360, "S", "oss:FR"),
        ("HU", {"kind": "individual"}, 486, "S", "oss:HU"),
        ("DE", {"vat_number": "DE136695976"}, 0, "AE", "reverse_charge:DE"),
        ("US", {"kind": "individual"}, 0, "O", "outside_scope:US"),
    ],
)
def test_ex_13_one_net_price_many_customers(country, more, vat_minor, category, key):
    places = {
        "CH": ("3011", "Bern"), "DE": ("10115", "Berlin"), "FR": ("69001", "Lyon"), "HU": ("1011", "Budapest"),
        "US": ("10001", "New York"),
    }  # fmt: skip
    postal_code, town = places[country]
    customer = an_organisation("Buyer", country=country, postal_code=postal_code, town=town, **more)

    invoice = an_open_invoice(customer, a_line(1800))

    group = invoice.vat_groups.get()
    assert (group.vat_minor, group.category, group.ledger_key) == (vat_minor, category, key)
    assert invoice.gross_minor == 1800 + vat_minor


def test_inv_008_numbers_run_without_gaps_and_name_year_and_series():
    acme = an_organisation()
    with clock.travel_to(date(2026, 3, 1)):
        numbers = [an_open_invoice(acme).number for _ in range(3)]

    assert numbers == ["2026-000001", "2026-000002", "2026-000003"]


def test_a_rolled_back_issue_leaves_no_gap():
    acme = an_organisation()
    an_open_invoice(acme)
    with suppress(ZeroDivisionError), transaction.atomic():
        an_open_invoice(acme)
        raise ZeroDivisionError

    assert an_open_invoice(acme).sequence_number == 2


def test_numbers_begin_again_with_the_year():
    acme = an_organisation()
    with clock.travel_to(date(2026, 12, 31)):
        an_open_invoice(acme)
    with clock.travel_to(date(2027, 1, 1)):
        assert an_open_invoice(acme).number == "2027-000001"


def test_a_clock_set_back_does_not_date_a_document_before_its_predecessor():
    acme = an_organisation()
    with clock.travel_to(date(2027, 1, 2)):
        an_open_invoice(acme)
    with clock.travel_to(date(2026, 12, 30)):
        invoice = an_open_invoice(acme)

    assert (invoice.number, invoice.issued_on) == ("2027-000002", date(2027, 1, 2))


def test_the_same_source_is_invoiced_once():
    draft = a_draft(an_organisation())

    assert issue_invoice(draft=draft).pk == issue_invoice(draft=draft).pk
    assert Posting.objects.count() == 1


def test_texts_and_addresses_stay_as_they_were():
    acme = an_organisation("Acme AG")
    invoice = an_open_invoice(acme)
    type(acme).objects.filter(pk=acme.pk).update(name="Other AG", town="Basel")

    assert Invoice.objects.get(pk=invoice.pk).buyer["name"] == "Acme AG"
    assert Invoice.objects.get(pk=invoice.pk).buyer["town"] == "Bern"


def test_qrb_002_francs_take_a_qr_reference_and_euros_a_creditor_reference():
    """QRB-005: 10 digits of the organisation, 16 of the document, a check digit."""
    with clock.travel_to(date(2026, 3, 1)):
        swiss = an_open_invoice(an_organisation())
        german = an_open_invoice(an_organisation(country="DE", postal_code="10115", town="Berlin"))

    assert len(swiss.reference) == 27
    assert swiss.reference[:26] == f"{swiss.organisation_id:010d}{20260000001:016d}"
    assert german.reference.startswith("RF")
    assert german.reference[4:] == "20260000002"


def test_inv_035_a_document_that_the_law_refuses_is_not_issued_and_uses_no_number():
    acme = an_organisation()
    type(acme).objects.filter(pk=acme.pk).update(town="")

    with pytest.raises(RuleBroken) as refused:
        an_open_invoice(acme)

    assert refused.value.code == "invoice_incomplete"
    assert refused.value.context == {"field": "buyer.town"}
    assert an_open_invoice(an_organisation()).sequence_number == 1


def test_the_ledger_shows_what_is_owed_earned_and_taxed():
    acme = an_organisation()
    an_open_invoice(acme)

    assert balance_minor(AccountKind.RECEIVABLE, currency="CHF", organisation_id=acme.pk) == -10882
    assert balance_minor(AccountKind.REVENUE, currency="CHF", detail="vat:CH") == 10067
    assert balance_minor(AccountKind.VAT_PAYABLE, currency="CHF", detail="vat:CH") == 815


def test_the_balance_pays_in_the_moment_of_issue():
    acme = an_organisation()
    invoice = a_paid_invoice(acme)

    assert invoice.open_minor == 0
    assert invoice.due_on is None
    assert prepaid_balances(acme.pk) == {"CHF": 0}
    assert Payment.objects.get().to_invoice_minor == 10882
    assert balance_minor(AccountKind.RECEIVABLE, currency="CHF") == 0


def test_a_hundred_invoices_take_as_many_statements_as_one(django_assert_max_num_queries):
    organisations = [an_organisation() for _ in range(5)]
    drafts = [a_draft(organisations[index % 5], prepaid_minor=5000) for index in range(100)]
    for organisation in organisations:
        a_prepaid_balance(organisation, 100_000)

    with django_assert_max_num_queries(50):  # PostgreSQL needs 17; SQLite cuts long inserts into several
        invoices = issue_invoices(drafts=drafts)

    assert [invoice.sequence_number for invoice in invoices] == list(range(1, 101))
    assert Event.objects.filter(name="InvoiceIssued").count() == 100


def test_ex_15_credit_notes_close_exactly():
    acme = an_organisation()
    invoice = a_paid_invoice(acme)

    first = credit_invoice(invoice_id=invoice.pk, positions=[2], source="test:domain")
    second = credit_invoice(invoice_id=invoice.pk, source="test:rest")

    assert (first.net_minor, first.vat_minor, first.gross_minor) == (960, 78, 1038)
    assert (second.net_minor, second.vat_minor, second.gross_minor) == (9107, 737, 9844)
    assert prepaid_balances(acme.pk) == {"CHF": 10882}
    with pytest.raises(RuleBroken) as refused:
        credit_invoice(invoice_id=invoice.pk, source="test:more")
    assert refused.value.code == "credit_exceeds_invoice"


def test_a_credit_note_closes_what_is_open_before_it_pays_back():
    acme = an_organisation()
    a_prepaid_balance(acme, 5000)
    invoice = an_open_invoice(acme, prepaid_minor=5000)

    credit = credit_invoice(invoice_id=invoice.pk, source="test:all")

    assert Invoice.objects.get(pk=invoice.pk).open_minor == 0
    assert (credit.gross_minor, credit.settled_minor) == (10882, 5882)
    assert prepaid_balances(acme.pk) == {"CHF": 5000}
    assert balance_minor(AccountKind.REVENUE, currency="CHF") == 0
    assert balance_minor(AccountKind.RECEIVABLE, currency="CHF") == 0


def test_crediting_twice_with_one_source_credits_once():
    invoice = a_paid_invoice(an_organisation())

    first = credit_invoice(invoice_id=invoice.pk, positions=[2], source="test:domain")
    assert credit_invoice(invoice_id=invoice.pk, positions=[2], source="test:domain").pk == first.pk


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_eight_threads_take_numbers_without_gap_or_double():
    organisations = [an_organisation() for _ in range(8)]
    a_prepaid_balance(organisations[0], 1)
    barrier = threading.Barrier(8)
    failures = []

    def issue(organisation, spoil):
        barrier.wait(timeout=10)
        try:
            for round_number in range(10):
                with suppress(ZeroDivisionError), transaction.atomic():
                    an_open_invoice(organisation)
                    if spoil and round_number % 2:
                        raise ZeroDivisionError
        except (DatabaseError, RuleBroken) as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=(each, at % 2)) for at, each in enumerate(organisations)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    numbers = sorted(Invoice.objects.values_list("sequence_number", flat=True))
    assert numbers == list(range(1, 61))
    assert LedgerAccount.objects.filter(kind="receivable").count() == 8
