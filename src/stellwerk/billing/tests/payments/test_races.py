"""Imports, payments, orders and cancellations at once: nobody waits in a circle, and the books close."""

import random
import threading
from contextlib import suppress
from functools import partial

import pytest
from django.db import DatabaseError, connection

from stellwerk.billing.models import Invoice, Order
from stellwerk.billing.queries.findings import invoice_findings, ledger_findings
from stellwerk.billing.services.end_order import cancel_order
from stellwerk.billing.services.import_bank_file import import_bank_file
from stellwerk.billing.services.pay_invoice import pay_invoice
from stellwerk.billing.tests.bank_files import Payment as Transfer
from stellwerk.billing.tests.bank_files import camt053
from stellwerk.billing.tests.builders import a_prepaid_balance, an_open_invoice, an_order
from stellwerk.foundation.actor import SYSTEM
from stellwerk.foundation.errors import DomainError
from stellwerk.organisations.tests.builders import a_legal_representative_of, an_organisation

ROUNDS = 6


def together(*deeds):
    """Runs each deed in a thread of its own; answers what the database refused, which should be nothing."""
    barrier, failures = threading.Barrier(len(deeds)), []

    def run(deed):
        barrier.wait(timeout=10)
        try:
            deed()
        except DatabaseError as failure:
            failures.append(repr(failure))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def tried(deed, **values):
    with suppress(DomainError):  # paid or cancelled by a rival: a refusal is an answer
        deed(**values)


def imports(seed, invoices):
    chance = random.Random(seed)
    for number in range(ROUNDS):
        rows = [
            Transfer(
                amount_minor=each.gross_minor, reference=each.reference, servicer_reference=f"{seed}-{at}-{number}"
            )
            for at, each in enumerate(chance.sample(invoices, 5))
        ]
        import_bank_file(actor=SYSTEM, content=camt053(*rows), file_name=f"{seed}-{number}.xml")


def pays(seed, invoices, bosses):
    for each in random.Random(seed).sample(invoices, ROUNDS * 3):
        where = {"organisation_id": each.organisation_id, "actor": bosses[each.organisation_id]}
        tried(pay_invoice, invoice_id=each.pk, **where)


def cancels(seed, orders, bosses):
    for each in random.Random(seed).sample(orders, ROUNDS * 2):
        where = {"organisation_id": each.organisation_id, "actor": bosses[each.organisation_id]}
        tried(cancel_order, order_id=each.pk, **where)


@pytest.mark.slow  # many rounds of real waiting for locks
@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_money_from_all_sides_at_once_neither_deadlocks_nor_gets_lost():
    customers = [an_organisation(f"Customer {number}") for number in range(4)]
    bosses = {each.pk: a_legal_representative_of(each) for each in customers}
    orders, invoices = [], []
    for each in customers:
        a_prepaid_balance(each, 60_000)
        orders += [an_order(each, ("web-hosting", {}), actor=bosses[each.pk]) for _ in range(ROUNDS)]
        invoices += [an_open_invoice(each) for _ in range(ROUNDS)]
    invoices += list(Invoice.objects.filter(order__isnull=False))

    failures = together(
        *(partial(imports, seed, invoices) for seed in (1, 2, 3)),
        *(partial(pays, seed, invoices, bosses) for seed in (4, 5)),
        *(partial(cancels, seed, orders, bosses) for seed in (6, 7)),
    )

    assert failures == []
    assert [*ledger_findings(), *invoice_findings()] == []
    assert not Order.objects.filter(state="cancelled", invoices__open_minor__gt=0).exists()
