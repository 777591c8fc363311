"""A browser below the minimum, on a phone and on a desk: told on every page, and nothing breaks (UI-018, UI-024)."""

import pytest
from playwright.sync_api import expect

from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture

OLD = "Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0"
OUTSIDE = ("/help/browsers", "/help/light-and-dark", "/forgotten", "/approve", "/help-request", "/sign-in")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_an_old_browser_is_told_everywhere_and_gets_in_ui_018_ui_024(page_at, width, scheme):
    anna = a_person("Anna", "Keller", language="de")
    acme = an_organisation("Bäckerei Keller AG", of=anna)
    page = page_at(width, scheme, language="de", user_agent=OLD)

    for address in OUTSIDE:
        page.goto(address)
        look_at(page, f"old{address.replace('/', '-')}-{width}-{scheme}")
    page.get_by_label("E-Mail").fill(anna.email)
    page.get_by_label("Passwort").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()

    expect(page).to_have_url(f"/o/{acme.pk}/")
    look_at(page, f"old-start-{width}-{scheme}")
    page.get_by_role("link", name="Browser aktualisieren").click()
    expect(page.get_by_role("heading", name="Alte Geräte und Browser")).to_be_in_viewport()


def look_at(page, label):
    expect(page.get_by_text("Dieser Browser ist zu alt.")).to_be_visible()
    picture(page, label)
    assert_no_sideways_scroll(page)
    assert_accessible(page)
