"""Accounting in a browser: documents, the way from the cart to a running product, at phone and desk."""

from __future__ import annotations

from datetime import date

import pytest

from stellwerk.billing.tests.builders import a_line, a_paid_invoice, a_prepaid_balance, an_open_invoice
from stellwerk.organisations.tests.builders import a_person, an_organisation
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in

HOSTING = a_line(
    10714, product_name="Web hosting", object_name="holzofen.ch", period_from=date(2026, 11, 12),
    period_to=date(2027, 11, 12),
)  # fmt: skip


@pytest.fixture
def bakery(transactional_db):
    founder = a_person("Lena", "Huber", email="lena@baeckerei-huber.ch")
    return founder, an_organisation("Bäckerei Huber AG", of=founder, town="Bern")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")])
def test_documents_fit_and_are_accessible(page_at, live_server, bakery, width, scheme):
    founder, organisation = bakery
    a_paid_invoice(organisation, HOSTING, billing_reference="Shop 2027, cost centre 310")
    a_prepaid_balance(organisation, 5000)
    invoice = an_open_invoice(
        organisation, HOSTING, a_line(960, product_name="Domain .ch", object_name="huber-torten.ch")
    )
    page = page_at(width, scheme)
    sign_in(page, founder, origin=live_server.url)

    for name, path in (
        ("invoices", "invoices"),
        ("invoices-none", "invoices?q=x"),
        ("invoice", f"invoices/{invoice.pk}"),
    ):
        page.goto(f"/o/{organisation.pk}/{path}")
        picture(page, f"{name}-{width}-{scheme}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)
