"""Search or go to, in a real browser: as you type, by keyboard, on a phone."""

import pytest
from playwright.sync_api import expect

from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation.actor import SYSTEM
from stellwerk.organisations.tests.builders import a_person, an_organisation
from stellwerk.products.services import NewProduct, activate_product
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in


@pytest.fixture
def anna():
    load_default_offers()
    anna = a_person("Anna", "Keller")
    for name, domain in (("Bäckerei Keller AG", "keller-brot.ch"), ("Verein Quartierfest", "quartierfest.ch")):
        organisation = an_organisation(name, of=anna)
        entries = NewProduct(
            organisation_id=organisation.pk, offer_code="domain-ch", period_months=12, quantity=1,
            source=domain, name=domain,
        )  # fmt: skip
        activate_product(actor=SYSTEM, entries=entries)
    return anna


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_product_of_the_other_organisation_is_two_keys_away(page_at, live_server, anna, scheme):
    page = page_at(1440, scheme)
    sign_in(page, anna, origin=live_server.url)
    page.goto("/")

    page.keyboard.press("Control+k")
    page.keyboard.type("quartierfest")
    expect(page.locator("#found")).to_contain_text("Switch to Verein Quartierfest and open")
    assert_accessible(page)
    picture(page, f"search-1440-{scheme}")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("quartierfest.ch")


def test_escape_empties_the_field_and_the_list(page_at, live_server, anna):
    page = page_at()
    sign_in(page, anna, origin=live_server.url)
    page.goto("/")

    page.keyboard.press("Control+k")
    page.keyboard.type("keller")
    expect(page.locator("#found a").first).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#search")).to_have_value("")
    expect(page.locator("#found a")).to_have_count(0)
    page.wait_for_load_state("networkidle")  # what was still asked for is answered before the page is closed


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_search_is_a_page(page_at, live_server, anna, scheme):
    page = page_at(360, scheme)
    sign_in(page, anna, origin=live_server.url)
    page.goto("/")

    page.get_by_role("button", name="Menu").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Search").click()
    page.get_by_label("Name, number or page").fill("keller")
    page.get_by_role("button", name="Search").click()

    expect(page.get_by_role("region", name="Products")).to_contain_text("keller-brot.ch")
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    picture(page, f"search-360-{scheme}")
