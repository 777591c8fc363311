"""Money that comes in the very moment its organisation is deleted. On PostgreSQL, where both run side by side."""

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from stellwerk.billing.models import BankEntry
from stellwerk.billing.queries.findings import ledger_findings
from stellwerk.billing.queries.ledger import balance_minor, prepaid_balances
from stellwerk.billing.rules.bookings import AccountKind
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_out import send_withdrawals
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.billing.services.resolve_bank_entry import assign_to_balance
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import a_prepaid_balance, a_withdrawal, an_open_invoice
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import DomainError
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.services.deletion import delete_organisation
from stellwerk.organisations.tests.builders import PASSWORD, a_legal_representative_of, an_organisation

pytestmark = [pytest.mark.postgresql_only, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def acme():
    return an_organisation("Acme AG")


@pytest.fixture
def anna(acme):
    return a_legal_representative_of(acme)


def imported(*transfers, name="may.xml"):
    result = import_bank_file(actor=SYSTEM, content=camt053(*transfers), file_name=name)
    return [row.outcome for row in result.rows]


def close(acme, anna, *gives_up):
    delete_organisation(
        actor=anna, organisation_id=acme.pk, typed_name=acme.name, current_password=PASSWORD, gives_up=gives_up
    )


def is_deleted(acme):
    return Organisation.objects.get(pk=acme.pk).deleted_at is not None


def in_suspense():
    return balance_minor(AccountKind.SUSPENSE, currency="CHF")


def a_rival(deed, outcomes):
    """A thread that does the deed; what it answers, or the refusal's code, or what the database refused."""

    def run():
        try:
            outcomes.append(deed())
        except DomainError as refusal:
            outcomes.append(refusal.code)
        except DatabaseError as failure:
            outcomes.append(repr(failure))
        finally:
            connection.close()

    return threading.Thread(target=run)


def wait_until_it_waits_for_us(rival):
    with connection.cursor() as cursor:
        while rival.is_alive():
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone():
                return


def beside(deed, rival_deed):
    """The rival comes when the deed is done and not yet committed; answers what becomes of the rival."""
    outcomes = []
    rival = a_rival(rival_deed, outcomes)
    with transaction.atomic():
        deed()
        rival.start()
        wait_until_it_waits_for_us(rival)
    rival.join(timeout=20)
    return outcomes[0]


def all_at_once(*deeds):
    barrier, outcomes = threading.Barrier(len(deeds)), [[] for _ in deeds]

    def after_the_others(deed):
        barrier.wait(timeout=10)
        return deed()

    rivals = [
        a_rival(lambda deed=deed: after_the_others(deed), found) for deed, found in zip(deeds, outcomes, strict=True)
    ]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join(timeout=20)
    return [found[0] for found in outcomes]


def under_its_top_up(acme, anna):
    top_up = request_top_up(actor=anna, organisation_id=acme.pk, amount_minor=5000, currency="CHF")
    return Transfer(amount_minor=5000, reference=top_up.reference)


def once_more_for_a_paid_invoice(acme, _anna):
    invoice = an_open_invoice(acme)
    paid = Transfer(amount_minor=invoice.gross_minor, reference=invoice.reference)
    imported(paid, name="april.xml")
    return Transfer(amount_minor=invoice.gross_minor, reference=invoice.reference, servicer_reference="AGAIN")


def from_an_account_that_paid_before(acme, anna):
    once_more_for_a_paid_invoice(acme, anna)
    return Transfer(amount_minor=4200, text="auf Vorrat")


def of_a_withdrawal_that_comes_back(acme, anna):
    withdrawal = a_withdrawal(acme, actor=anna)
    send_withdrawals(actor=SYSTEM, withdrawal_ids=[withdrawal.pk])
    number = withdrawal.number
    imported(Transfer(amount_minor=5000, end_to_end_id=number, direction="DBIT"), name="april.xml")
    return Transfer(amount_minor=5000, end_to_end_id=number, servicer_reference="BACK")


WAYS = pytest.mark.parametrize(
    "comes",
    [
        under_its_top_up,
        once_more_for_a_paid_invoice,
        from_an_account_that_paid_before,
        of_a_withdrawal_that_comes_back,
    ],
)


@WAYS
def test_bnk_010_what_comes_while_the_organisation_is_deleted_waits_in_suspense(acme, anna, comes):
    money = comes(acme, anna)

    outcome = beside(lambda: close(acme, anna), lambda: imported(money))

    assert outcome == ["suspense"]
    assert is_deleted(acme)
    assert not any(prepaid_balances(acme.pk).values())
    assert in_suspense() == money.amount_minor
    assert list(ledger_findings()) == []


@WAYS
def test_org_064_what_came_a_moment_before_keeps_the_organisation(acme, anna, comes):
    money = comes(acme, anna)

    outcome = beside(lambda: imported(money), lambda: close(acme, anna))

    assert outcome == "organisation_not_empty"
    assert not is_deleted(acme)
    assert prepaid_balances(acme.pk) == {"CHF": money.amount_minor}
    assert in_suspense() == 0


def test_del_007_what_comes_while_a_rest_is_given_up_is_not_given_up(acme, anna):
    a_prepaid_balance(acme, 40)
    money = under_its_top_up(acme, anna)

    outcome = beside(lambda: close(acme, anna, "CHF 0.40"), lambda: imported(money))

    assert outcome == ["suspense"]
    assert (prepaid_balances(acme.pk), in_suspense()) == ({"CHF": 0}, 5000)
    assert balance_minor(AccountKind.FORFEITED, currency="CHF") == 40


@pytest.mark.parametrize("attempt", range(5))
def test_del_007_a_deletion_two_imports_and_the_operator_at_once_never_wait_in_a_circle(acme, anna, attempt):
    a_prepaid_balance(acme, 40)
    imported(Transfer(amount_minor=700, text="whose?", debtor_iban="CH9300762011623852957"), name="april.xml")
    waiting = BankEntry.objects.get(outcome=BankEntry.Outcome.SUSPENSE)
    first, second = under_its_top_up(acme, anna), under_its_top_up(acme, anna)

    closed, *credited, _decided = all_at_once(
        lambda: close(acme, anna, "CHF 0.40"),
        lambda: imported(first, name="may.xml"),
        lambda: imported(second, name="june.xml"),
        lambda: assign_to_balance(actor=SYSTEM, entry_id=waiting.pk, organisation_id=acme.pk),
    )

    if closed is None:
        assert credited == [["suspense"], ["suspense"]]
        assert (prepaid_balances(acme.pk), in_suspense()) == ({"CHF": 0}, 10_700)
    else:
        assert (closed, credited) == ("organisation_not_empty", [["top_up"], ["top_up"]])
        assert (prepaid_balances(acme.pk), in_suspense()) == ({"CHF": 10_740}, 0)
    assert list(ledger_findings()) == []


def test_bnk_010_the_operator_gives_nothing_to_an_organisation_that_is_deleted_meanwhile(acme, anna):
    imported(Transfer(amount_minor=4200, text="danke"))
    entry = BankEntry.objects.get()

    outcome = beside(
        lambda: close(acme, anna),
        lambda: assign_to_balance(actor=SYSTEM, entry_id=entry.pk, organisation_id=acme.pk),
    )

    assert outcome == "object_not_found"
    assert (prepaid_balances(acme.pk), in_suspense()) == ({}, 4200)
