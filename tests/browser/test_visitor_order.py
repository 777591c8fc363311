"""An order that begins without an account, on a phone (ID-003), and the free Suite (ID-011)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from stellwerk.catalogue.services import load_default_offers
from stellwerk.foundation.models import Message
from stellwerk.organisations.tests.builders import PASSWORD
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture


@pytest.fixture(autouse=True)
def offers(transactional_db):
    load_default_offers()


def looked_at(page, name: str) -> None:
    picture(page, name)
    assert_no_sideways_scroll(page)
    assert_accessible(page)


def fill_person(page, *, phone_label: str) -> None:
    for label, value in (
        ("First name", "Lena"), ("Last name", "Huber"), ("E-mail address", "lena@example.ch"),
        (phone_label, "+41 79 123 45 67"), ("Street", "Marktgasse"), ("Postal code", "3011"), ("Town", "Bern"),
    ):  # fmt: skip
        page.get_by_label(label).fill(value)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_label("I have read the general terms").check()


def code_of(channel: str) -> str:
    return re.search(r"\b(\d{6})\b", Message.objects.filter(channel=channel).latest("pk").body)[1]


@pytest.mark.parametrize("script", [True, False])
def test_a_visitor_orders_signs_up_and_pays_on_a_phone_id_003(page_at, live_server, script):
    page = page_at(360, script=script)
    page.goto("/shop/domain-ch")
    page.locator("input[name=target]").fill("huber-brot.ch")
    if script:
        looked_at(page, "visitor-configure-360")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("heading", name="Your order").wait_for()
    if script:
        looked_at(page, "visitor-order-360")

    page.get_by_role("link", name="Create an account").click()
    fill_person(page, phone_label="Telephone")
    page.locator("select[name=kind]").select_option("individual")
    with page.expect_navigation():
        page.get_by_role("button", name="Create the account").click()
    page.get_by_label("Code").fill(code_of("email"))
    page.get_by_role("button", name="Confirm").click()

    page.wait_for_url("**/checkout")
    expect(page.get_by_text("huber-brot.ch").first).to_be_visible()


def test_a_private_person_gets_the_free_suite_on_a_phone_id_011(page_at, live_server):
    page = page_at(360, "dark")
    page.goto("/sign-up/personal")
    looked_at(page, "personal-sign-up-360")
    fill_person(page, phone_label="Mobile number")
    with page.expect_navigation():
        page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code").fill(code_of("email"))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("heading", name="Confirm your mobile number").wait_for()
    looked_at(page, "personal-sign-up-phone-360")
    page.get_by_label("Code").fill(code_of("sms"))
    page.get_by_role("button", name="Confirm").click()

    page.wait_for_url("**/products")
    expect(page.locator("main")).to_contain_text("Personal Suite")
