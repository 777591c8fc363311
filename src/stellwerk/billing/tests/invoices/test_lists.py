"""Lists of documents, orders and payments: what they show, to whom, in how many queries."""

from datetime import date

import pytest

from stellwerk.billing.models import Invoice
from stellwerk.billing.queries.invoices import (
    InvoiceFilter,
    Status,
    invoice_detail,
    invoice_of_order,
    invoice_rows,
    invoice_total,
    open_amounts,
)
from stellwerk.billing.queries.orders import order_detail, order_rows, order_total
from stellwerk.billing.queries.payments import payment_rows, payment_total
from stellwerk.billing.queries.prepaid import prepaid_overview, statement_rows, top_up_rows
from stellwerk.billing.services.credit_invoice import credit_invoice
from stellwerk.billing.services.request_top_up import request_top_up
from stellwerk.billing.tests.builders import a_paid_invoice, a_prepaid_balance, an_open_invoice, an_order
from stellwerk.foundation import clock
from stellwerk.foundation.errors import AccessDenied, NotFound
from stellwerk.organisations.tests.builders import (
    a_collaborator_of,
    a_legal_representative_of,
    an_organisation,
    an_outsider,
)

pytestmark = pytest.mark.django_db


def statuses(organisation, **filters):
    boss = a_legal_representative_of(organisation)
    return [row.status for row in invoice_rows(boss, organisation.pk, filters=InvoiceFilter(**filters))]


def test_inv_004_the_status_is_what_became_of_the_document():
    acme = an_organisation()
    with clock.travel_to(date(2026, 3, 1)):
        an_open_invoice(acme)
    with clock.travel_to(date(2026, 4, 15)):
        an_open_invoice(acme)
        a_paid_invoice(acme)
        credited = a_paid_invoice(acme)
        credit_invoice(invoice_id=credited.pk, source="test:all")
        unpaid = an_open_invoice(acme)
        credit_invoice(invoice_id=unpaid.pk, source="test:unpaid")

        assert statuses(acme) == ["credited", "credited", "refunded", "credited", "paid", "open", "overdue"]
        for status in set(Status) - {Status.OPEN, Status.PARTLY_PAID}:
            assert set(statuses(acme, status=status)) == {status}
        assert statuses(acme, status=Status.OPEN) == ["open", "overdue"], "what is overdue is open too"


def test_inv_004_the_list_is_narrowed_by_period_kind_and_words():
    acme = an_organisation()
    with clock.travel_to(date(2026, 3, 1)):
        invoice = a_paid_invoice(acme, billing_reference="Cost centre 310")
    with clock.travel_to(date(2026, 4, 1)):
        a_paid_invoice(acme)
        credit_invoice(invoice_id=invoice.pk, source="test:all")

    assert len(statuses(acme)) == 3
    assert len(statuses(acme, from_on=date(2026, 4, 1))) == 2
    assert len(statuses(acme, until_on=date(2026, 3, 31))) == 1
    assert len(statuses(acme, kind="credit_note")) == 1
    assert len(statuses(acme, search="centre 310")) == 2
    assert len(statuses(acme, search=invoice.number)) == 1


def test_one_document_whole():
    acme = an_organisation()
    a_prepaid_balance(acme, 5000)
    invoice = an_open_invoice(acme, prepaid_minor=5000)
    note = credit_invoice(invoice_id=invoice.pk, positions=[2], source="test:domain")
    boss = a_legal_representative_of(acme)

    detail = invoice_detail(boss, acme.pk, invoice_id=invoice.pk)

    assert [line.net_minor for line in detail.lines] == [9107, 960]
    assert [group.vat_minor for group in detail.vat_groups] == [815]
    assert [(payment.means, payment.to_invoice_minor) for payment in detail.payments] == [("prepaid", 5000)]
    assert detail.credit_notes == ((note.pk, note.number),)
    assert invoice_detail(boss, acme.pk, invoice_id=note.pk).corrects_number == invoice.number
    assert open_amounts(acme.pk) == {"CHF": 10882 - 5000 - 1038}


def test_lists_are_one_query_whatever_their_length(django_assert_num_queries):
    acme = an_organisation()
    for _ in range(5):
        a_paid_invoice(acme)
    boss = a_legal_representative_of(acme)

    with django_assert_num_queries(3):  # one for the documents: the names on them come with the rows
        assert len(invoice_rows(boss, acme.pk)) == 5
        assert len(payment_rows(boss, acme.pk)) == 5
        assert order_rows(boss, acme.pk) == []


def test_orders_and_their_detail():
    acme = an_organisation()
    boss = a_legal_representative_of(acme)
    order = an_order(acme, billing_reference="Shop 2027")

    row = order_rows(boss, acme.pk)[0]
    assert (row.number, row.state, row.is_unpaid) == (order.number, "payment_pending", True)
    assert order_total(boss, acme.pk, states=["paid"]) == 0
    detail = order_detail(boss, acme.pk, order_id=order.pk)
    assert [line.offer_code for line in detail.lines] == ["web-hosting", "domain-ch"]
    assert invoice_of_order(boss, acme.pk, order_id=order.pk).reference == Invoice.objects.get().reference


def test_the_prepaid_account_shows_balances_movements_and_deposits_on_their_way():
    acme = an_organisation()
    boss = a_legal_representative_of(acme)
    assert prepaid_overview(boss, acme.pk).balances == {"CHF": 0}

    a_prepaid_balance(acme, 5000)
    top_up = request_top_up(actor=boss, organisation_id=acme.pk, amount_minor=1000, currency="CHF")

    overview = prepaid_overview(boss, acme.pk)
    assert overview.balances == {"CHF": 5000}
    assert [row.id for row in overview.announced] == [top_up.pk]
    assert [row.id for row in top_up_rows(boss, acme.pk)] == [top_up.pk]
    assert [row.amount_minor for row in statement_rows(boss, acme.pk, currency="CHF")] == [5000]


READS = [
    invoice_rows,
    invoice_total,
    order_rows,
    order_total,
    payment_rows,
    payment_total,
    top_up_rows,
    prepaid_overview,
    lambda actor, pk: statement_rows(actor, pk, currency="CHF"),
    lambda actor, pk: invoice_detail(actor, pk, invoice_id=Invoice.objects.get().pk),
    lambda actor, pk: order_detail(actor, pk, order_id=1),
]


@pytest.mark.parametrize("read", READS)
def test_gen_002_reads_need_the_accounting_right_and_hide_other_organisations(read):
    acme, other = an_organisation(), an_organisation("Other GmbH")
    an_open_invoice(acme)

    with pytest.raises(AccessDenied) as denied:
        read(a_collaborator_of(acme), acme.pk)
    assert denied.value.reason == "no_billing_right"
    with pytest.raises(NotFound):
        read(an_outsider(), acme.pk)
    with pytest.raises(NotFound):
        read(a_legal_representative_of(other), acme.pk)


def test_a_document_of_another_organisation_is_not_found_in_ones_own():
    acme, other = an_organisation(), an_organisation("Other GmbH")
    invoice = an_open_invoice(acme)
    with pytest.raises(NotFound):
        invoice_detail(a_legal_representative_of(other), other.pk, invoice_id=invoice.pk)
