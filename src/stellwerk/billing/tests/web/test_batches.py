"""Ticked products of the product list: renewal mode and payment (UI-004, REN-011, REN-012)."""

import re
from datetime import date

import pytest

from stellwerk.billing.services.renew import change_renewals
from stellwerk.billing.tests.web.conftest import signed_in
from stellwerk.billing.tests.web.test_invoices import text_of
from stellwerk.foundation import clock
from stellwerk.identity.models import Account
from stellwerk.organisations.tests.builders import a_legal_representative_of
from stellwerk.products.models import Product
from stellwerk.products.rules import ENDLESS_MONTHS
from stellwerk.products.tests.builders import a_domain_of

pytestmark = pytest.mark.django_db
BOUGHT_ON = date(2026, 1, 10)
LATER = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def autumn():
    with clock.travel_to(LATER):
        yield


@pytest.fixture
def boss(acme):
    return a_legal_representative_of(acme)


@pytest.fixture
def browser(boss):
    return signed_in(Account.objects.get(pk=boss.account_id))


@pytest.fixture
def domain(acme) -> Product:
    with clock.travel_to(BOUGHT_ON):
        return a_domain_of(acme, "huber-brot.ch")


@pytest.fixture
def free(acme) -> Product:
    product = a_domain_of(acme, "gratis.ch")
    Product.objects.filter(pk=product.pk).update(period_months=ENDLESS_MONTHS)
    return product


def is_automatic(product) -> bool:
    product.refresh_from_db()
    return product.renews_automatically


def test_the_renewal_of_what_is_ticked_is_switched_and_can_be_taken_back_ui_004(browser, acme, domain, free):
    address = f"/o/{acme.pk}/renewals"

    done = browser.post(address, {"product": [domain.pk, free.pk], "automatic": "yes"})

    assert is_automatic(domain)
    assert not is_automatic(free)
    assert "1 product changed" in text_of(done)
    assert "1 product stays as it is" in text_of(done)
    assert "gratis.ch cannot be renewed." in text_of(done)
    undo = dict(re.findall(r'type="hidden" name="(products|automatic)" value="([^"]*)"', done.content.decode()))
    assert undo == {"products": str(domain.pk), "automatic": "no"}
    browser.post(address, undo)
    assert not is_automatic(domain)


def test_all_that_the_filter_shows_is_switched_in_a_few_statements(browser, acme, boss, django_assert_max_num_queries):
    products = [a_domain_of(acme, f"brot-{number}.ch") for number in range(12)]
    other = a_domain_of(acme, "kuchen.ch")

    browser.post(f"/o/{acme.pk}/renewals", {"everything": "yes", "q": "brot", "automatic": "yes"})
    with django_assert_max_num_queries(14):
        change_renewals(
            actor=boss, organisation_id=acme.pk, product_ids=[each.pk for each in products], renews_automatically=False
        )

    assert not is_automatic(other)
    assert not any(is_automatic(each) for each in products)


def test_pay_now_leads_to_the_payment_with_the_selection_ticked_ui_004(browser, acme, domain, free):
    led = browser.post(f"/o/{acme.pk}/to-pay/selection", {"product": [domain.pk, free.pk]}, follow=True)

    assert led.redirect_chain == [(f"/o/{acme.pk}/to-pay?filter=all&marked=p{domain.pk}", 302)]
    assert [item.row.name for item in led.context["rows"] if item.is_selected] == ["huber-brot.ch"]
    assert "1 product is not ticked" in text_of(led)


def test_what_costs_nothing_is_not_paid(browser, acme, free):
    led = browser.post(f"/o/{acme.pk}/to-pay/selection", {"product": free.pk}, follow=True)

    assert led.redirect_chain == [(f"/o/{acme.pk}/products", 302)]
    assert "Nothing of this can be renewed now" in text_of(led)
