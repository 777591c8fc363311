"""The shop: open to everybody, in an organisation's currency, each offer with its form."""

from __future__ import annotations

import pytest
from django.test import Client

from stellwerk.catalogue.models import Offer
from stellwerk.organisations.models import Membership
from stellwerk.organisations.tests.builders import a_collaborator_of, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    return an_organisation("Acme AG")


def inside(organisation) -> Client:
    a_collaborator_of(organisation)
    client = Client()
    client.force_login(Membership.objects.filter(organisation=organisation).latest("pk").account)
    return client


def text_of(answer) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def test_the_public_shop_needs_no_login_and_says_that_vat_is_not_in_cat_021():
    page = text_of(Client().get("/shop"))

    assert "Prices in CHF, excl. VAT." in page
    assert "Suite Standard" in page
    assert "CHF 9.60" in page
    assert "Prices in EUR, excl. VAT." in text_of(Client().get("/shop?currency=EUR"))
    assert "Prices in CHF" in text_of(Client().get("/shop?currency=USD"))


def test_inside_an_organisation_its_currency_counts_cat_012(acme):
    vienna = an_organisation("Wien GmbH", country="AT", postal_code="1010", town="Wien")

    assert "Prices in CHF, excl. VAT." in text_of(inside(acme).get(f"/o/{acme.pk}/shop"))
    assert "Prices in EUR, excl. VAT." in text_of(inside(vienna).get(f"/o/{vienna.pk}/shop"))


def test_a_strangers_shop_does_not_exist(acme):
    other = an_organisation("Fremde AG")

    assert inside(acme).get(f"/o/{other.pk}/shop").status_code == 404
    assert Client().get(f"/o/{acme.pk}/shop").status_code == 302


def test_each_offer_leads_to_a_form_with_only_what_can_be_chosen(acme):
    browser = inside(acme)
    shop = text_of(browser.get(f"/o/{acme.pk}/shop"))

    assert f'href="/o/{acme.pk}/shop/domain-ch"' in shop
    domain = text_of(browser.get(f"/o/{acme.pk}/shop/domain-ch"))
    assert 'name="target"' in domain
    assert "10 years" in domain
    assert '<input type="hidden" name="quantity" value="1"' in domain
    assert 'type="number" name="quantity"' in text_of(browser.get(f"/o/{acme.pk}/shop/suite-pro"))


def test_htmx_gets_the_price_of_what_is_chosen(acme):
    def quote(offer, query):
        answer = inside(acme).get(f"/o/{acme.pk}/shop/{offer}?{query}", headers={"HX-Request": "true"})
        assert b"<html" not in answer.content
        return text_of(answer)

    assert "CHF 426.60" in quote("suite-pro", "period_months=12&quantity=5")  # EX-01
    assert "CHF 22.68" in quote("suite-standard", "period_months=12&quantity=2")
    assert "The first user is free." in quote("suite-standard", "period_months=12&quantity=2")
    for nonsense in ("period_months=7&quantity=5", "period_months=12&quantity=0", "period_months=x&quantity=y"):
        assert "Choose duration and quantity." in quote("suite-pro", nonsense)


def test_entries_in_the_address_come_back_with_what_is_wrong(acme):
    page = text_of(inside(acme).get(f"/o/{acme.pk}/shop/domain-ch?period_months=12&quantity=1&target=huber.com"))

    assert 'value="huber.com"' in page
    assert "Enter a name that ends with .ch, without www and the like." in page


def test_what_is_not_sold_has_no_page(acme):
    Offer.objects.filter(code="web-hosting").update(withdrawn_on="2020-01-01")

    assert inside(acme).get(f"/o/{acme.pk}/shop/web-hosting").status_code == 404
    assert inside(acme).get(f"/o/{acme.pk}/shop/spaceship").status_code == 404


def test_the_shop_speaks_german():
    page = text_of(Client(headers={"accept-language": "de"}).get("/shop"))

    assert "Webhosting" in page
    assert "Web und Domains" in page


def test_ui_030_prices_are_shown_with_or_without_vat_and_the_change_is_said():
    visitor = Client()

    without = visitor.get("/shop", {"currency": "CHF"}).text
    changed = visitor.get("/shop", {"currency": "CHF", "vat": "incl"}).text
    later = visitor.get("/shop", {"currency": "CHF"}).text

    assert "9.60" in without
    assert "excl. VAT" in without
    assert "Prices are shown with 8.1" in changed
    assert "10.38" in changed
    assert "10.38" in later
    assert "Prices are shown" not in later
    assert "Prices are shown without VAT." in visitor.get("/shop", {"vat": "excl"}).text
    assert "10.38" not in visitor.get("/shop").text


def test_ui_030_inside_an_organisation_the_price_follows_the_same_choice(acme):
    browser = inside(acme)

    shown = browser.get(f"/o/{acme.pk}/shop", {"vat": "incl"}).text
    configured = browser.get(f"/o/{acme.pk}/shop/domain-ch").text

    assert "10.38" in shown
    assert "Price incl. VAT" in configured
    assert "10.38" in configured


@pytest.mark.parametrize("nonsense", ["yes", "", "INCL"])
def test_ui_030_an_unknown_choice_changes_nothing(nonsense):
    visitor = Client()

    visitor.get("/shop", {"vat": nonsense})

    assert "vat" not in visitor.cookies
