"""Products, tags and the shop in a browser: at a phone and a desk, in light and dark, with and without script."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, a_person, an_organisation
from stellwerk.products import services
from stellwerk.products.tests.builders import a_domain_of, a_product_of, a_suite_of, granted
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in


@pytest.fixture
def bakery(transactional_db):
    founder = a_person("Lena", "Huber", email="lena@baeckerei-huber.ch")
    bakery = an_organisation("Bäckerei Huber AG", of=founder, town="Bern")
    boss = a_legal_representative_of(bakery)
    domain = a_domain_of(bakery, "huber-brot.ch")
    with clock.travel_to(date(2026, 11, 1)):
        unpaid = a_product_of(bakery, name="shop.huber-brot.ch", period_months=1)
    services.suspend_product(product_id=unpaid.pk)
    a_suite_of(bakery, quantity=7)
    umlaut = a_domain_of(bakery, "bäckerei.ch")
    services.rename_product(actor=boss, organisation_id=bakery.pk, product_id=umlaut.pk, internal_name="Our umlaut")
    tags = [
        services.create_tag(actor=boss, organisation_id=bakery.pk, name=name, color=color)
        for name, color in [("Shop", "amber"), ("Website relaunch", "blue"), ("Later", "grey")]
    ]
    services.set_product_tags(actor=boss, organisation_id=bakery.pk, product_id=domain.pk, tag_ids=tags[:2])
    granted(boss, domain, to=a_member_of(bakery).pk)
    return founder, bakery, {"domain": domain, "unpaid": unpaid, "umlaut": umlaut, "tag": tags[0]}


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (360, "dark"), (768, "light"), (1440, "dark")])
def test_pages_fit_and_are_accessible(page_at, live_server, bakery, width, scheme):
    founder, organisation, things = bakery
    page = page_at(width, scheme)
    sign_in(page, founder, origin=live_server.url)
    here = f"/o/{organisation.pk}"

    for name, path in (
        ("products", f"{here}/products"),
        ("products-none", f"{here}/products?q=zebra"),
        ("product", f"{here}/products/{things['domain'].pk}"),
        ("product-suspended", f"{here}/products/{things['unpaid'].pk}"),
        ("product-umlaut", f"{here}/products/{things['umlaut'].pk}"),
        ("product-name", f"{here}/products/{things['domain'].pk}/name"),
        ("product-tags", f"{here}/products/{things['domain'].pk}/tags"),
        ("product-access", f"{here}/products/{things['domain'].pk}/access"),
        ("tags", f"{here}/tags"),
        ("tag", f"{here}/tags/{things['tag']}"),
        ("shop", f"{here}/shop"),
        ("configure", f"{here}/shop/suite-standard"),
        ("configure-wrong", f"{here}/shop/domain-ch?period_months=12&quantity=1&target=huber.com"),
        ("public-shop", "/shop"),
    ):
        page.goto(path)
        picture(page, f"{name}-{width}-{scheme}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)


def test_the_list_narrows_while_typing_and_the_address_keeps_it(page_at, live_server, bakery):
    founder, organisation, _things = bakery
    page = page_at(1440)
    sign_in(page, founder, origin=live_server.url)
    page.goto(f"/o/{organisation.pk}/products")
    expect(page.locator("tbody tr")).to_have_count(4)

    page.get_by_role("searchbox", name="Name, kind or tag").press_sequentially("relaunch")
    page.wait_for_url("**q=relaunch**")
    expect(page.locator("tbody th a")).to_have_text(["huber-brot.ch"])

    page.reload()
    expect(page.locator("tbody th a")).to_have_text(["huber-brot.ch"])


def test_the_price_follows_what_is_chosen(page_at, live_server, bakery):
    founder, organisation, _things = bakery
    page = page_at(1440)
    sign_in(page, founder, origin=live_server.url)
    page.goto(f"/o/{organisation.pk}/shop/suite-pro")

    page.get_by_label("Users").fill("5")

    page.get_by_text("426.60").wait_for()  # EX-01


def test_a_product_is_found_renamed_and_tagged_without_script(page_at, live_server, bakery):
    founder, organisation, _things = bakery
    page = page_at(360, script=False)
    sign_in(page, founder, origin=live_server.url)
    page.goto(f"/o/{organisation.pk}/products?q=huber-brot")

    page.get_by_role("link", name="huber-brot.ch", exact=True).click()
    page.get_by_role("link", name="Tag", exact=True).click()
    page.get_by_label("Later").check()
    page.get_by_role("button", name="Save the tags").click()
    expect(page.get_by_role("link", name="Later")).to_be_visible()

    page.locator("summary", has_text="Manage").click()
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name among your own products").fill("Our bread")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("heading", name="Our bread")).to_be_visible()


def test_a_greyed_action_says_which_right_and_who_ui_015(page_at, live_server, bakery):
    _founder, organisation, things = bakery
    mia = a_member_of(organisation)
    granted(a_legal_representative_of(organisation), things["unpaid"], to=mia.pk, rights=["statistic"])
    page = page_at(1440)
    sign_in(page, mia, origin=live_server.url)
    page.goto(f"/o/{organisation.pk}/products/{things['unpaid'].pk}")

    page.locator("summary", has_text="Manage").click()

    sentence = "This needs the technical right on the product. They can do it or give you the right: Lena Huber."
    expect(page.get_by_text(sentence).first).to_be_visible()
    picture(page, "product-greyed-1440-light")
    assert_accessible(page)


def test_ui_004_on_a_phone_one_tick_selects_all_shown_and_another_all_that_the_filter_shows(
    page_at, live_server, bakery
):
    """UI-016: the box has no column on cards; it stands above them, with its words and the room of a thumb."""
    founder, organisation, _things = bakery
    for number in range(51):
        a_domain_of(organisation, f"broetchen-{number}.ch")
    page = page_at(360, "dark")
    sign_in(page, founder, origin=live_server.url)
    page.goto(f"/o/{organisation.pk}/products?q=broetchen&kind=domain")

    every = page.get_by_label("Select all products of this page")
    assert every.locator("xpath=..").bounding_box()["height"] >= 44
    every.check()
    bar = page.get_by_role("region", name="Selection", exact=True)
    expect(bar).to_contain_text("50 of 50 selected")
    everything = bar.get_by_label("All 51 that the filter shows")
    expect(everything).to_be_visible()
    everything.check()
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    picture(page, "products-all-360-dark")
    bar.get_by_text("Change").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Choose tags").click()
    expect(page.get_by_role("heading", name="Tags of 51 products")).to_be_visible()


@pytest.mark.parametrize("language", ["de", "fr", "it", "en", "es"])
def test_cat_001_prices_and_buttons_of_a_row_of_offers_stand_on_one_line(page_at, bakery, language):
    page = page_at(1440, language=language)
    page.goto("/shop")

    rows = page.locator(".offers").evaluate_all(
        """shelves => shelves.flatMap(shelf => {
            const rows = {};
            for (const card of shelf.children) {
                const place = selector => Math.round(card.querySelector(selector).getBoundingClientRect().bottom);
                const top = Math.round(card.getBoundingClientRect().top);
                (rows[top] ??= []).push([place(".panel-foot"), place(".mini")]);
            }
            return Object.values(rows);
        })"""
    )

    assert any(len(row) > 1 for row in rows)
    for row in rows:
        assert len({foot for foot, _prices in row}) == 1
        assert len({prices for _foot, prices in row}) == 1
