"""A product goes from one person's organisation to another's by a link (ORG-098, TRF-003…007): hands, eyes and axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from stellwerk.organisations.tests.builders import a_legal_representative_of, a_person, an_organisation
from stellwerk.products.models import Product
from stellwerk.products.tests.builders import a_domain_of, a_suite_of, started
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in


@pytest.fixture
def lena(transactional_db):
    return a_person("Lena", "Huber", email="lena@baeckerei-huber.ch")


@pytest.fixture
def otto(lena):
    return a_person("Otto", "Müller", email="otto@muehle.ch")


def look(page, name: str, width: int, scheme: str) -> None:
    picture(page, f"transfer-{name}-{width}-{scheme}")
    assert_no_sideways_scroll(page)
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_a_domain_goes_by_link_from_one_to_the_other_org_098_trf_004(page_at, live_server, lena, otto, width, scheme):
    bakery, mill = an_organisation("Bäckerei Huber AG", of=lena), an_organisation("Mühle GmbH", of=otto)
    domain = a_domain_of(bakery, "huber.ch")
    suite = a_suite_of(bakery, name="holzofenbaeckerei-huber-in-der-laenggasse.example")
    page_at.guard.expected = {422}  # the boxes are forgotten once
    giver = page_at(width, scheme)
    sign_in(giver, lena, origin=live_server.url)
    giver.goto(f"/o/{bakery.pk}/transfers")
    look(giver, "none", width, scheme)

    giver.goto(f"/o/{bakery.pk}/products/{domain.pk}")
    giver.locator("summary", has_text="Manage").click()
    with giver.expect_navigation():
        giver.get_by_role("link", name="Transfer to another organisation").click()
    giver.goto(f"{giver.url}&product={suite.pk}")
    look(giver, "new", width, scheme)
    with giver.expect_navigation():
        giver.get_by_role("button", name="Start the transfer").click()
    look(giver, "new-wrong", width, scheme)
    giver.get_by_label("I have read the general terms and accept them.").check()
    giver.get_by_label("I have read what follows from the move.").check()
    with giver.expect_navigation():
        giver.get_by_role("button", name="Start the transfer").click()
    look(giver, "started", width, scheme)
    link = giver.locator("#transfer-link").inner_text().partition("/transfers/")[2]

    taker = page_at(width, scheme)
    taker.goto(f"/transfers/{link}")
    look(taker, "signed-out", width, scheme)
    sign_in(taker, otto, origin=live_server.url)
    taker.goto(f"/transfers/{link}")
    look(taker, "offer", width, scheme)
    taker.get_by_role("button", name="Take over").click()
    taker.get_by_text("Check the holder of each domain").wait_for()
    look(taker, "taken", width, scheme)

    assert Product.objects.get(pk=domain.pk).organisation_id == mill.pk
    giver.goto(f"/o/{bakery.pk}/transfers?state=over")
    expect(giver.get_by_text("to Mühle GmbH")).to_be_visible()
    look(giver, "over", width, scheme)


def test_it_is_started_from_the_list_and_cancelled_without_script_trf_003(page_at, live_server, lena):
    bakery = an_organisation("Bäckerei Huber AG", of=lena)
    domain = a_domain_of(bakery, "huber.ch")
    started(a_legal_representative_of(bakery), domain)
    page = page_at(360, script=False)
    sign_in(page, lena, origin=live_server.url)
    page.goto(f"/o/{bakery.pk}/products")
    page.get_by_label("Select huber.ch").check()

    page.locator("summary", has_text="Change").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Transfer to another organisation").click()
    expect(page.get_by_text("This is in an open transfer already. Cancel that one first.")).to_be_visible()
    page.goto(f"/o/{bakery.pk}/transfers")
    page.get_by_role("link", name="huber.ch").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Cancel the transfer").click()

    expect(page.get_by_text("No open transfers")).to_be_visible()
