"""The pages of the identity and organisations rooms as people see them: accessible, fitting, in every language."""

import pytest
from playwright.sync_api import expect

from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture

OUTSIDE = ("/sign-in", "/sign-up", "/forgotten")
OWN = ("/profile", "/profile/password", "/profile/sessions", "/profile/tokens", "/profile/application-passwords",
       "/organisations", "/organisations/new")  # fmt: skip
SIZES = [(360, "dark"), (1440, "light")]


def look_at(page, addresses, label):
    for address in addresses:
        page.goto(address)
        picture(page, f"page{address.replace('/', '-')}-{label}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_before_sign_in(page_at, width, scheme, language):
    page = page_at(width, scheme, language=language)

    look_at(page, OUTSIDE, f"{language}-{width}-{scheme}")

    expect(page.locator("html")).to_have_attribute("lang", language)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_pages_of_ones_own(page_at, width, scheme):
    anna = a_person("Anna", "Keller")
    an_organisation("Bäckerei Keller AG", of=anna)
    an_organisation("Verein Quartierfest Länggasse", of=anna)
    page = page_at(width, scheme)
    page_at.guard.expected = {404}  # the organisation's own pages may belong to a room that is not installed
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(anna.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url("/sign-in")

    look_at(page, OWN, f"{width}-{scheme}")
