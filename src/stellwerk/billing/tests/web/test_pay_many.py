"""Hundreds and thousands of products in one payment: few statements, one exact invoice, one line in the log.

What 5,000 cost is in benchmarks/README.md (BIL-004, BIL-005, BIL-008).
"""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.billing.models import Invoice, Renewal
from stellwerk.billing.tests.builders import a_prepaid_balance
from stellwerk.billing.tests.web.conftest import founder_of, signed_in
from stellwerk.billing.tests.web.test_to_pay_pages import NET_MINOR, domains_of
from stellwerk.foundation import activity, clock
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Message
from stellwerk.organisations.tests.builders import an_organisation
from stellwerk.products.models import Product

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
FEW, MANY = 10, 200
MORE_THAN_BEFORE = 501  # what the interface took at once
ALL = {"filter": "all", "everything": "yes", "means": "prepaid", "keeps_periods": "yes", "key": "payment_all"}


@pytest.fixture(autouse=True)
def autumn():
    with clock.travel_to(TODAY):
        yield


def statements(work) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def test_bil_008_hundreds_ticked_at_once_are_one_invoice_in_few_statements_bil_004(acme):
    small = an_organisation("Small AG")
    Product.objects.filter(pk__in=[each.pk for each in domains_of(small, FEW)]).update(has_unique_name=False)
    domains_of(acme, MANY)
    for organisation in (small, acme):
        a_prepaid_balance(organisation, 1_000_000)
    pays = {each.pk: signed_in(founder_of(each)) for each in (small, acme)}
    few = statements(lambda: pays[small.pk].post(f"/o/{small.pk}/to-pay", ALL))

    many = statements(lambda: pays[acme.pk].post(f"/o/{acme.pk}/to-pay", ALL))

    invoice = Invoice.objects.get(organisation=acme)
    net = sum(invoice.lines.values_list("net_minor", flat=True))
    vat = sum(invoice.vat_groups.values_list("vat_minor", flat=True))
    assert (invoice.lines.count(), net) == (MANY, MANY * NET_MINOR)
    assert (invoice.net_minor, invoice.gross_minor, invoice.open_minor) == (net, net + vat, 0)
    assert vat == round(net * 81 / 1000)
    assert set(Renewal.objects.filter(organisation_id=acme.pk).values_list("state", "invoice_id")) == {
        ("done", invoice.pk)
    }
    assert not Product.objects.filter(organisation=acme, expires_on__lt=date(2027, 12, 1)).exists()
    assert many - few < (MANY - FEW) / 10, "rows are written in batches, nothing is asked for each product"


def test_sent_again_all_is_the_same_payment_although_the_list_has_another_order_now_bil_008(acme):
    """What is renewed first expires last; a reload of the form must find its invoice, not a conflict."""
    one, other = domains_of(acme, 2)
    Product.objects.filter(pk=other.pk).update(period_months=24)
    Product.objects.filter(pk=one.pk).update(expires_on=date(2026, 12, 24))
    a_prepaid_balance(acme, 100_000)
    browser = signed_in(founder_of(acme))

    first, again = (browser.post(f"/o/{acme.pk}/to-pay", ALL) for _ in range(2))

    assert (first.status_code, again.status_code) == (302, 302)
    assert first.headers["Location"] == again.headers["Location"]
    assert Invoice.objects.count() == 1


def test_bil_008_hundreds_are_paid_by_the_interface_at_once(acme):
    items = [{"product_id": each.pk} for each in domains_of(acme, MORE_THAN_BEFORE)]
    a_prepaid_balance(acme, 1_000_000)
    caller = Caller(a_token_of(founder_of(acme), "billing"))

    paid = caller.post(f"1/accounts/{acme.pk}/payments", {"items": items, "means": "prepaid"})

    assert paid.status_code == 201
    invoice = Invoice.objects.get(pk=paid.json()["data"]["invoice_id"])
    assert (invoice.lines.count(), invoice.net_minor) == (MORE_THAN_BEFORE, MORE_THAN_BEFORE * NET_MINOR)
    assert invoice.open_minor == 0


def test_of_many_the_log_and_the_mail_name_the_first_and_how_many_more_ntf_08(acme):
    domains_of(acme, 130)
    a_prepaid_balance(acme, 1_000_000)
    browser = signed_in(founder_of(acme))
    browser.post(f"/o/{acme.pk}/to-pay", ALL)
    run_due_jobs()

    said = [each.sentence for each in activity.organisation_rows(acme.pk, limit=200)]
    (line,) = [each for each in said if each.endswith(" renewed")]
    assert line.endswith("and 120 more renewed")
    assert line.count("name-") == 10
    mail = Message.objects.get(template__contains="products_renewed")
    assert "130 products of Acme AG are renewed" in mail.subject
    assert mail.body.count("name-") == 100
    assert "- and 30 more" in mail.body


def test_a_document_of_hundreds_of_lines_is_turned_page_by_page_inv_004(acme):
    domains_of(acme, 130)
    a_prepaid_balance(acme, 1_000_000)
    browser = signed_in(founder_of(acme))
    place = browser.post(f"/o/{acme.pk}/to-pay", ALL).headers["Location"]

    first, second = (browser.get(f"{place}?page={number}").text for number in (1, 2))

    assert [len(re.findall('<span class="name">', each)) for each in (first, second)] == [100, 30]
    assert "The PDF holds all positions." in first
    assert "CHF 1’349.09" in second.replace("\xa0", " "), "the sum stays that of the whole"
