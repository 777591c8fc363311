"""An organisation requires a second factor, as people see it (SEC-039…043)."""

import pytest
from playwright.sync_api import expect

from stellwerk.foundation.actor import Role
from stellwerk.identity.tests.factors import a_totp_app_of
from stellwerk.organisations.services.second_factor import require_second_factor
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, a_person, an_organisation
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in

SIZES = [(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_pages_around_the_requirement_of_an_organisation(page_at, live_server, width, scheme):
    """SEC-039…043: the setting with its preview, the marked list, the dialog of the alert, and the page that holds."""
    anna = a_person("Anna", "Keller")
    a_totp_app_of(anna)
    acme = an_organisation("Bäckerei Keller AG", of=anna)
    mia, guest = a_member_of(acme), a_member_of(acme, Role.EXTERNAL)
    an_organisation("Verein Quartierfest Länggasse", of=guest)
    page = page_at(width, scheme)
    page_at.guard.expected = {403}

    def look(name):
        picture(page, f"required-{name}-{width}-{scheme}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)

    sign_in(page, anna, origin=live_server.url)
    page.goto(f"/o/{acme.pk}/security")
    look("security")
    page.goto(f"/o/{acme.pk}/members")
    look("members")
    page.goto(f"/o/{acme.pk}/members/{mia.pk}/security-alert")
    look("alert")
    page.goto(f"/o/{acme.pk}/members?factor=without")
    page.get_by_label("Actions for Mia Meier").first.click()
    page.get_by_role("link", name="Send a security alert").first.click()
    dialog = page.get_by_role("dialog", name="Send Mia Meier a security alert?")
    expect(dialog).to_be_visible()
    look("dialog")
    dialog.get_by_role("button", name="Send the alert").click()
    expect(page.get_by_text("Mia Meier is asked by e-mail")).to_be_visible()
    require_second_factor(actor=a_legal_representative_of(acme), organisation_id=acme.pk, is_on=True)
    page.context.clear_cookies()
    sign_in(page, guest, origin=live_server.url)
    page.goto(f"/o/{acme.pk}/members")
    expect(page.get_by_role("heading", name="Set up a second factor first")).to_be_visible()
    look("held")
