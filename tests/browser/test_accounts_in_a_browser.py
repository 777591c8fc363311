"""Two accounts in one real browser: the switcher, and the pages about devices and alerts (ID-040…042, SEC-052…058)."""

import re

import pytest
from playwright.sync_api import expect

from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture

SIZES = [(360, "dark"), (1440, "light")]
PAGES = (
    "/profile/sessions",
    "/profile/activity",
    "/profile/alerts",
    "/accounts",
    "/help/browsers",
    "/help/light-and-dark",
)


def sign_in(page, account, address="/sign-in"):
    page.goto(address)
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(address)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_two_people_share_a_browser_and_switch_without_a_password_id_041_id_042(page_at, width, scheme):
    anna, ben = a_person("Anna", "Keller"), a_person("Ben-Maximilian", "Zimmermann-Oberholzer")
    an_organisation("Bäckerei Keller AG", of=anna)
    an_organisation("Zimmermann Treuhand AG", of=ben)
    page = page_at(width, scheme)
    sign_in(page, anna)
    sign_in(page, ben, "/sign-in?another=1")

    for address in PAGES:
        page.goto(address)
        picture(page, f"accounts{address.replace('/', '-')}-{width}-{scheme}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)
    page.goto("/profile")
    page.locator("summary.me").click()
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Anna Keller").click()
    page.goto("/profile")

    expect(page.get_by_text(f"You sign in as {anna.email}.")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_after_signing_out_an_account_is_picked_again_without_script_id_040(page_at, width, scheme):
    anna = a_person("Anna", "Keller")
    an_organisation(of=anna)
    page = page_at(width, scheme, script=False)
    sign_in(page, anna)
    page.goto("/sign-out")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()

    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert_no_sideways_scroll(page)
    page.get_by_role("button", name=re.compile(r"Sign in.*Anna Keller")).click()
    expect(page.get_by_label("E-mail")).to_have_value(anna.email)
