"""What the database itself refuses, whoever asks: the bad row is written by raw SQL, on both engines."""

import pytest
from django.db import IntegrityError, connection, transaction

from stellwerk.billing.models import LedgerAccount, Posting, Transfer
from stellwerk.billing.queries.ledger import prepaid_balances
from stellwerk.billing.rules.bookings import AccountKind, Booking, Leg, operator_account, prepaid_of
from stellwerk.billing.services.post import post
from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import an_organisation

pytestmark = pytest.mark.django_db

BANK = operator_account(AccountKind.BANK, "CHF", detail="CH93")


def topped_up(organisation, amount_minor=5000, source="top_up:1"):
    key = prepaid_of(organisation.pk, "CHF")
    post(
        booking=Booking(
            reason="top_up",
            source=source,
            currency="CHF",
            organisation_id=organisation.pk,
            legs=[Leg(BANK, key, amount_minor)],
        )
    )
    return LedgerAccount.objects.get(organisation=organisation, kind="prepaid")


def refused(sql, *values, by=""):
    """`by` is the constraint's name; SQLite names CHECKs, for unique indexes it names the columns."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    assert by in str(refusal.value) or "UNIQUE" in str(refusal.value)


def insert_posting(organisation_id, *, currency="CHF", source="raw:1", transfer_count=1, reason="raw"):
    return Posting.objects.create(
        reason=reason,
        source=source,
        booked_on=clock.today(),
        organisation_id=organisation_id,
        currency=currency,
        created_at=clock.now(),
        transfer_count=transfer_count,
    ).pk


INSERT = "INSERT INTO billing_transfer (posting_id, debit_id, credit_id, amount_minor) VALUES (%s, %s, %s, %s)"


def test_a_posting_is_booked_once_whatever_happens():
    acme = an_organisation()
    topped_up(acme)
    topped_up(acme)

    assert prepaid_balances(acme.pk) == {"CHF": 5000}


def test_a_doubled_posting_is_refused():
    acme = an_organisation()
    topped_up(acme)
    columns = "reason, source, booked_on, organisation_id, currency, transfer_count, created_at"
    values = "'top_up', 'top_up:1', '2026-01-01', %s, 'CHF', 1, '2026-01-01 00:00:00+00:00'"
    insert = f"INSERT INTO billing_posting ({columns}) VALUES ({values})"
    refused(insert, acme.pk, by="one_posting_per_reason_and_source")


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_a_transfer_of_nothing_or_less_is_refused(amount_minor):
    acme = an_organisation()
    prepaid = topped_up(acme)
    bank = LedgerAccount.objects.get(kind="bank")
    refused(INSERT, insert_posting(acme.pk), bank.pk, prepaid.pk, amount_minor, by="transfer_amount_positive")


def test_a_transfer_to_itself_is_refused():
    acme = an_organisation()
    prepaid = topped_up(acme)
    refused(INSERT, insert_posting(acme.pk), prepaid.pk, prepaid.pk, 1, by="transfer_two_accounts")


def test_a_transfer_between_currencies_is_refused():
    """GEN-006."""
    acme = an_organisation()
    prepaid = topped_up(acme)
    euros = LedgerAccount.objects.create(kind="bank", currency="EUR", detail="CH93")
    refused(INSERT, insert_posting(acme.pk), euros.pk, prepaid.pk, 1)
    refused(INSERT, insert_posting(acme.pk, currency="EUR", source="raw:2"), euros.pk, prepaid.pk, 1)


def test_a_transfer_with_another_organisations_money_is_refused():
    """PRE-022."""
    acme, other = an_organisation(), an_organisation("Other GmbH")
    prepaid = topped_up(acme)
    bank = LedgerAccount.objects.get(kind="bank")
    refused(INSERT, insert_posting(other.pk), prepaid.pk, bank.pk, 1)
    refused(INSERT, insert_posting(None, source="raw:2"), prepaid.pk, bank.pk, 1)


def test_a_transfer_added_to_a_complete_posting_is_refused():
    acme = an_organisation()
    prepaid = topped_up(acme)
    posting = Posting.objects.get()
    refused(INSERT, posting.pk, LedgerAccount.objects.get(kind="bank").pk, prepaid.pk, 1)


def test_a_prepaid_balance_below_zero_is_refused():
    """PRE-018: even raw SQL cannot spend more than there is."""
    acme = an_organisation()
    prepaid = topped_up(acme, 5000)
    bank = LedgerAccount.objects.get(kind="bank")
    refused(INSERT, insert_posting(acme.pk), prepaid.pk, bank.pk, 5001, by="prepaid_never_negative")

    with connection.cursor() as cursor:
        cursor.execute(INSERT, [insert_posting(acme.pk, source="raw:2"), prepaid.pk, bank.pk, 5000])

    assert prepaid_balances(acme.pk) == {"CHF": 0}


@pytest.mark.parametrize("table", ["billing_transfer", "billing_posting", "billing_ledgeraccount"])
def test_deleting_from_the_ledger_is_refused(table):
    topped_up(an_organisation())
    refused(f"DELETE FROM {table}", by="append-only")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE billing_transfer SET amount_minor = amount_minor + 1",
        "UPDATE billing_transfer SET debit_id = credit_id, credit_id = debit_id",
        "UPDATE billing_posting SET booked_on = '2020-01-01'",
        "UPDATE billing_posting SET transfer_count = 2",
        "UPDATE billing_ledgeraccount SET currency = 'EUR'",
        "UPDATE billing_ledgeraccount SET detail = 'CH94' WHERE kind = 'bank'",
    ],
)
def test_editing_the_ledger_is_refused(change):
    topped_up(an_organisation())
    refused(change, by="append-only")


@pytest.mark.postgresql_only
@pytest.mark.parametrize("table", ["billing_transfer", "billing_posting", "billing_invoice", "billing_payment"])
def test_truncating_is_refused(table):
    topped_up(an_organisation())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_one_ledger_account_of_an_organisation_and_one_of_the_operator():
    acme = an_organisation()
    topped_up(acme)
    insert = "INSERT INTO billing_ledgeraccount (kind, currency, detail, balance_minor, organisation_id) VALUES "
    refused(insert + "('prepaid', 'CHF', '', 0, %s)", acme.pk, by="one_ledger_account_of_an_organisation")
    refused(insert + "('bank', 'CHF', 'CH93', 0, NULL)", by="one_ledger_account_of_the_operator")


def test_customers_hold_prepaid_and_receivable_and_nothing_else():
    acme = an_organisation()
    insert = "INSERT INTO billing_ledgeraccount (kind, currency, detail, balance_minor, organisation_id) VALUES "
    by = "customers_hold_prepaid_and_receivable"
    refused(insert + "('prepaid', 'CHF', '', 0, NULL)", by=by)
    refused(insert + "('revenue', 'CHF', '', 0, %s)", acme.pk, by=by)


def test_ledger_currency_is_sold():
    insert = "INSERT INTO billing_ledgeraccount (kind, currency, detail, balance_minor) VALUES "
    refused(insert + "('bank', 'USD', 'CH93', 0)", by="ledger_currency_is_sold")


def test_a_posting_moves_something():
    with pytest.raises(IntegrityError, match="posting_moves_something"), transaction.atomic():
        insert_posting(None, transfer_count=0)


def test_the_balance_follows_every_transfer():
    acme = an_organisation()
    topped_up(acme, 5000)
    topped_up(acme, 700, source="top_up:2")

    assert prepaid_balances(acme.pk) == {"CHF": 5700}
    assert Transfer.objects.count() == 2
