"""A period is named in one way: to people by its first and its last day paid for, on the wire by its end as well."""

from datetime import date

import pytest

from stellwerk.billing.models import Invoice
from stellwerk.billing.tests.builders import a_prepaid_balance
from stellwerk.billing.tests.web.conftest import founder_of, signed_in
from stellwerk.billing.tests.web.test_ordering import plain
from stellwerk.foundation import activity, clock
from stellwerk.foundation.jobs import run_due_jobs
from stellwerk.foundation.models import Message
from stellwerk.products.tests.builders import a_domain_of

pytestmark = pytest.mark.django_db


def test_bil_001_pages_mails_log_and_invoice_name_the_same_last_day_paid_for(acme):
    """Bought on 10 January 2026 for a year: paid until 9 January 2027, whoever asks; then renewed by a year."""
    with clock.travel_to(date(2026, 1, 10)):
        domain = a_domain_of(acme, "huber-brot.ch")
    with clock.travel_to(date(2026, 12, 20)):
        browser = signed_in(founder_of(acme))
        wish = {"period_months": 12, "quantity": 1, "target": "holzofen.ch"}
        quote = plain(browser.get(f"/o/{acme.pk}/shop/domain-ch", wish))
        assert "Paid until 19 December 2027" in quote
        product = plain(browser.get(f"/o/{acme.pk}/products/{domain.pk}"))
        assert "Paid until 9 January 2027" in product
        assert "10 Jan 2026 – 9 Jan 2027" in product
        assert "9 Jan 2027" in plain(browser.get(f"/o/{acme.pk}/products"))
        assert "Paid until 9 January 2027." in plain(browser.get(f"/o/{acme.pk}/"))
        a_prepaid_balance(acme, 10_000)
        due = browser.get(f"/o/{acme.pk}/to-pay")
        assert "until 9 Jan 2028" in plain(due)

        browser.post(
            f"/o/{acme.pk}/to-pay",
            {"item": [f"p{domain.pk}"], "means": "prepaid", "keeps_periods": "yes", "key": "payment_1"},
        )
        run_due_jobs()

        invoice = Invoice.objects.get()
        assert "10 Jan 2027 – 9 Jan 2028" in plain(browser.get(f"/o/{acme.pk}/invoices/{invoice.pk}"))
        mail = Message.objects.filter(template__contains="products_renewed").first()
        assert "is renewed until 9 January 2028" in mail.subject
        said = [entry.sentence for entry in activity.organisation_rows(acme.pk, limit=50)]
    assert "huber-brot.ch was activated, paid until 9 January 2027" in said
    assert "huber-brot.ch was extended from 10 January 2027 to 9 January 2028" in said
