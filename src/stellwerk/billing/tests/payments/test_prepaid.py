"""The prepaid account: limits of a top-up, payments in full and in part, never below zero."""

import threading

import pytest
from django.db import DatabaseError, connection

from stellwerk.billing.models import Invoice, Payment, TopUp
from stellwerk.billing.queries.ledger import prepaid_balances, prepaid_statement
from stellwerk.billing.services.pay_invoice import pay_invoice
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.billing.tests.builders import a_line, a_paid_invoice, a_prepaid_balance, an_open_invoice
from stellwerk.foundation.errors import AccessDenied, NotFound, RuleBroken
from stellwerk.foundation.idempotency import KeyReused
from stellwerk.organisations.tests.builders import (
    a_bookkeeper_of,
    a_collaborator_of,
    a_legal_representative_of,
    an_organisation,
    an_outsider,
)

pytestmark = pytest.mark.django_db


def paid(actor, invoice, **more):
    return pay_invoice(actor=actor, organisation_id=invoice.organisation_id, invoice_id=invoice.pk, **more)


def topped_up(organisation, amount_minor, currency="CHF", **more):
    boss = a_legal_representative_of(organisation)
    return request_top_up(
        actor=boss, organisation_id=organisation.pk, amount_minor=amount_minor, currency=currency, **more
    )


@pytest.mark.parametrize("currency", ["CHF", "EUR"])
@pytest.mark.parametrize("amount_minor", [10, 999_900])
def test_ex_18_the_limits_themselves_are_accepted(amount_minor, currency):
    assert topped_up(an_organisation(), amount_minor, currency).amount_minor == amount_minor


@pytest.mark.parametrize("currency", ["CHF", "EUR"])
@pytest.mark.parametrize("amount_minor", [-1, 0, 9, 999_901])
def test_ex_18_beyond_the_limits_is_refused(amount_minor, currency):
    with pytest.raises(RuleBroken) as refused:
        topped_up(an_organisation(), amount_minor, currency)

    assert refused.value.code == "topup_out_of_range"
    assert "9’999.00" in refused.value.sentence()


def test_a_top_up_in_a_currency_that_is_not_sold_is_refused():
    with pytest.raises(RuleBroken) as refused:
        topped_up(an_organisation(), 1000, "USD")

    assert refused.value.code == "means_currency_refused"


def test_a_top_up_has_a_reference_that_no_invoice_has():
    acme = an_organisation()
    invoice, top_up = an_open_invoice(acme), topped_up(acme, 1000)

    assert len(top_up.reference) == 27
    assert top_up.reference != invoice.reference
    assert top_up.number.split("-")[1].startswith("T")


def test_a_top_up_asked_twice_with_one_key_is_one():
    acme = an_organisation()

    assert topped_up(acme, 1000, key="k").pk == topped_up(acme, 1000, key="k").pk
    assert TopUp.objects.count() == 1
    with pytest.raises(KeyReused):
        topped_up(acme, 2000, key="k")


def test_the_balance_pays_an_open_invoice():
    acme = an_organisation()
    invoice = an_open_invoice(acme)
    a_prepaid_balance(acme, 20000)

    payment = paid(a_bookkeeper_of(acme), invoice)

    assert payment.to_invoice_minor == 10882
    assert Invoice.objects.get(pk=invoice.pk).open_minor == 0
    assert prepaid_balances(acme.pk) == {"CHF": 9118}


def test_pre_018_more_than_there_is_cannot_be_spent():
    acme = an_organisation()
    invoice = an_open_invoice(acme)
    a_prepaid_balance(acme, 10881)

    with pytest.raises(RuleBroken) as refused:
        paid(a_bookkeeper_of(acme), invoice)

    assert refused.value.code == "insufficient_balance"
    assert prepaid_balances(acme.pk) == {"CHF": 10881}


def test_an_empty_balance_pays_no_part():
    acme = an_organisation()
    with pytest.raises(RuleBroken) as refused:
        paid(a_bookkeeper_of(acme), an_open_invoice(acme), in_part=True)

    assert refused.value.code == "insufficient_balance"


def test_a_paid_invoice_is_not_open():
    acme = an_organisation()
    with pytest.raises(RuleBroken) as refused:
        paid(a_bookkeeper_of(acme), a_paid_invoice(acme))

    assert refused.value.code == "invoice_not_open"


def test_paying_twice_with_one_key_pays_once():
    acme = an_organisation()
    invoice = an_open_invoice(acme)
    a_prepaid_balance(acme, 50000)
    actor = a_bookkeeper_of(acme)

    assert paid(actor, invoice, key="k").pk == paid(actor, invoice, key="k").pk
    assert Payment.objects.count() == 1


def test_paying_needs_the_accounting_right_in_the_own_organisation():
    acme, other = an_organisation(), an_organisation("Other GmbH")
    invoice = an_open_invoice(acme)

    with pytest.raises(AccessDenied):
        paid(a_collaborator_of(acme), invoice)
    with pytest.raises(NotFound):
        paid(an_outsider(), invoice)
    with pytest.raises(NotFound):
        pay_invoice(actor=a_legal_representative_of(other), organisation_id=other.pk, invoice_id=invoice.pk)


def test_the_statement_tells_every_movement_newest_first():
    acme = an_organisation()
    a_paid_invoice(acme)

    rows = prepaid_statement(acme.pk, currency="CHF")

    assert [(row.reason, row.amount_minor) for row in rows] == [("payment", -10882), ("top_up", 10882)]


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_eight_payments_at_once_never_overdraw():
    acme = an_organisation()
    invoices = [an_open_invoice(acme, a_line(1000)) for _ in range(8)]
    a_prepaid_balance(acme, 3 * 1081 + 500)
    actor = a_legal_representative_of(acme)
    barrier, outcomes = threading.Barrier(8), []

    def pay(invoice):
        barrier.wait(timeout=10)
        try:
            paid(actor, invoice)
            outcomes.append("paid")
        except RuleBroken as refused:
            outcomes.append(refused.code)
        except DatabaseError as failure:
            outcomes.append(repr(failure))
        finally:
            connection.close()

    threads = [threading.Thread(target=pay, args=(invoice,)) for invoice in invoices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["insufficient_balance"] * 5 + ["paid"] * 3
    assert prepaid_balances(acme.pk) == {"CHF": 500}
