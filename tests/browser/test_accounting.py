"""Accounting in a browser: from the offer to a running product, To pay and documents, on a phone and on a desk."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from stellwerk.billing.models import Invoice
from stellwerk.billing.tests.bank_files import Payment, camt053
from stellwerk.billing.tests.builders import a_line, a_paid_invoice, a_prepaid_balance, an_open_invoice
from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation import clock, jobs
from stellwerk.organisations.tests.builders import a_person, an_organisation
from stellwerk.products.tests.builders import a_domain_of, a_product_of
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in

SIZES = [(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")]
HOSTING = a_line(
    10714, product_name="Web hosting", object_name="holzofen.ch", period_from=date(2026, 11, 12),
    period_to=date(2027, 11, 12),
)  # fmt: skip
TARTS = a_line(960, product_name="Domain .ch", object_name="huber-torten.ch")


@pytest.fixture
def bakery(transactional_db):
    load_default_offers()
    founder = a_person("Lena", "Huber", email="lena@baeckerei-huber.ch")
    return founder, an_organisation("Bäckerei Huber AG", of=founder, town="Bern")


def look_at(page, name):
    picture(page, name)
    assert_no_sideways_scroll(page)
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_documents_and_prepaid_account_fit_and_are_accessible(page_at, live_server, bakery, width, scheme):
    founder, organisation = bakery
    a_paid_invoice(organisation, HOSTING, billing_reference="Shop 2027, cost centre 310")
    a_prepaid_balance(organisation, 5000)
    invoice = an_open_invoice(organisation, HOSTING, TARTS)
    page = page_at(width, scheme)
    sign_in(page, founder, origin=live_server.url)

    for name, path in {
        "invoices": "invoices", "invoices-none": "invoices?q=x", "invoice": f"invoices/{invoice.pk}",
        "prepaid": "prepaid", "orders-none": "orders", "cart-none": "cart",
    }.items():  # fmt: skip
        page.goto(f"/o/{organisation.pk}/{path}")
        look_at(page, f"{name}-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_to_pay_adds_up_what_is_ticked(page_at, live_server, bakery, width, scheme):
    founder, organisation = bakery
    with clock.travel_to(date(2026, 1, 10)):
        a_domain_of(organisation, "huber-brot.ch")
        a_domain_of(organisation, "baeckerei-huber.ch")
        a_product_of(organisation, "web-hosting", name="holzofen-bern.ch", renews_automatically=True)
    a_prepaid_balance(organisation, 5000)
    an_open_invoice(organisation, TARTS)
    page = page_at(width, scheme)
    sign_in(page, founder, origin=live_server.url)

    page.goto(f"/o/{organisation.pk}/to-pay?filter=all")
    page.get_by_label("Select huber-brot.ch").check()
    page.get_by_label("Select holzofen-bern.ch").check()
    expect(page.locator("#pay")).to_contain_text("126.20")
    page.get_by_label("Duration for huber-brot.ch").select_option("36")
    expect(page.locator("#pay")).to_contain_text("146.95")
    expect(page.locator("#bar-figures")).to_contain_text("146.95")

    look_at(page, f"to-pay-{width}-{scheme}")
    page.locator("tr", has_text="huber-brot.ch").locator("details summary").click()
    page.screenshot(path=picture(page, f"to-pay-menu-{width}-{scheme}"))
    assert_accessible(page, inside="details[open]")


@pytest.mark.parametrize("width", [360, 1440])
def test_a_product_is_ordered_by_transfer_and_runs_when_the_bank_file_comes(page_at, live_server, bakery, width):
    """The main job: choose, order, transfer, import, run."""
    founder, organisation = bakery
    page = page_at(width)
    page_at.guard.expected = {422}  # the terms are forgotten once
    sign_in(page, founder, origin=live_server.url)

    order_a_domain(page, organisation, width)
    import_a_statement(page, founder, width)

    page.goto(f"/o/{organisation.pk}/orders")
    look_at(page, f"orders-{width}")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_text("Everything is set up.")).to_be_visible()
    look_at(page, f"order-done-{width}")


def order_a_domain(page, organisation, width):
    page.goto(f"/o/{organisation.pk}/cart/lines?offer_code=domain-ch")
    look_at(page, f"offer-{width}")
    page.get_by_label("Domain name").fill("huber-brot.ch")
    page.get_by_role("button", name="Put into the cart").click()
    expect(page.locator("#cart")).to_contain_text("10.38")
    page.get_by_label("Duration for huber-brot.ch").select_option("36")
    expect(page.locator("#cart")).to_contain_text("31.13")
    look_at(page, f"cart-{width}")

    with page.expect_navigation():
        page.get_by_role("link", name="Continue to order").click()
    look_at(page, f"checkout-{width}")
    page.get_by_role("button", name="Order with obligation to pay").click()
    expect(page.get_by_role("alert").first).to_contain_text("Accept the terms")
    look_at(page, f"checkout-refused-{width}")
    page.get_by_label(re.compile("I have read the general terms")).check()
    page.get_by_role("button", name="Order with obligation to pay").click()
    expect(page.get_by_role("heading", name="Transfer CHF 31.13")).to_be_visible()
    look_at(page, f"order-{width}")


def import_a_statement(page, operator, width):
    operator.is_operator = True
    operator.save()
    statement = camt053(Payment(amount_minor=3113, reference=Invoice.objects.get().reference))
    page.goto("/operator/bank")
    page.get_by_label("Bank file").set_input_files(
        {"name": "statement.xml", "mimeType": "application/xml", "buffer": statement}
    )
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("table")).to_contain_text("Settles the document")
    look_at(page, f"bank-{width}")
    jobs.run_due_jobs()


def test_buying_and_paying_work_without_script(page_at, live_server, bakery):
    founder, organisation = bakery
    a_prepaid_balance(organisation, 10000)
    page = page_at(360, script=False)
    sign_in(page, founder, origin=live_server.url)

    page.goto(f"/o/{organisation.pk}/cart/lines?offer_code=domain-ch&target=huber-brot.ch")
    page.get_by_role("button", name="Put into the cart").click()
    page.get_by_label("Duration for huber-brot.ch").select_option("24")
    page.get_by_role("button", name="Update").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Continue to order").click()
    page.get_by_role("radio", name=re.compile("Prepaid account")).check()
    page.get_by_label(re.compile("I have read the general terms")).check()
    page.get_by_role("button", name="Order with obligation to pay").click()
    jobs.run_due_jobs()
    page.reload()
    expect(page.get_by_text("Everything is set up.")).to_be_visible()

    page.goto(f"/o/{organisation.pk}/to-pay?filter=all")
    page.get_by_label("Select huber-brot.ch").check()
    page.get_by_role("button", name="Work out the sum").click()
    expect(page.locator("#pay")).to_contain_text("20.76")
    page.get_by_role("button", name="Pay my selection").click()
    expect(page.get_by_text("Paid. The products are renewed.")).to_be_visible()
