"""Tokens, application passwords and applications as people see them, and the question an application asks."""

import re

import pytest
from playwright.sync_api import expect

from stellwerk.identity.services.oauth.applications import NewApplication, register_application
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in

SIZES = [(360, "dark"), (1440, "light")]
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def look(page, name):
    picture(page, name)
    assert_no_sideways_scroll(page)
    assert_accessible(page)


@pytest.fixture
def anna(transactional_db):
    return a_person("Anna", "Keller", email="anna.keller@example.ch")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_a_token_and_an_application_password_are_made_and_revoked(page_at, live_server, anna, width, scheme):
    page = page_at(width, scheme)
    sign_in(page, anna, origin=live_server.url)

    page.goto("/profile/tokens")
    page.get_by_label("Name", exact=True).fill("Monthly report")
    page.get_by_label("Products: read (products:read)").check()
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Create the token").click()
    expect(page.locator("#token")).to_have_text(re.compile(r"stw_pat_\w{38}"))
    look(page, f"tokens-made-{width}-{scheme}")
    page.get_by_role("link", name="I have stored it").click()
    page.get_by_label("Select Monthly report").check()
    look(page, f"tokens-ticked-{width}-{scheme}")
    with page.expect_navigation():
        page.get_by_role("button", name="Revoke …").click()
    look(page, f"tokens-question-{width}-{scheme}")
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_text("No tokens yet.")).to_be_visible()

    page.goto("/profile/application-passwords")
    page.get_by_label("Name", exact=True).fill("Phone")
    page.get_by_label("Read only").check()
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Create the password").click()
    expect(page.locator("#application-password")).to_have_text(re.compile(r"stw_app_\w{38}"))
    look(page, f"passwords-made-{width}-{scheme}")
    with page.expect_navigation():
        page.get_by_role("link", name="Revoke all …").click()
    look(page, f"passwords-question-{width}-{scheme}")
    page.get_by_role("button", name="Revoke", exact=True).click()
    expect(page.get_by_text("No application passwords yet.")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_an_application_is_registered(page_at, live_server, anna, width, scheme):
    page = page_at(width, scheme)
    sign_in(page, anna, origin=live_server.url)

    page.goto("/profile/applications/new")
    look(page, f"application-new-{width}-{scheme}")
    page.get_by_label("Name", exact=True).fill("Reports")
    page.get_by_label("Description").fill("Draws figures.")
    page.get_by_label("Redirect addresses").fill("https://reports.example/a/rather/long/address/to/come/back/to")
    page.get_by_label("Recognise you again by a number (openid)").check()
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Register the application").click()
    expect(page.locator("#client-secret")).to_have_text(re.compile(r"stw_ocs_\w{38}"))
    look(page, f"application-made-{width}-{scheme}")
    with page.expect_navigation():
        page.get_by_role("link", name="Delete the application …").click()
    look(page, f"application-deletion-{width}-{scheme}")
    page.goto("/profile/applications")
    look(page, f"applications-{width}-{scheme}")
    page.goto("/device")
    look(page, f"device-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_an_application_is_let_in_without_script(page_at, live_server, anna, width, scheme):
    ben = a_person("Ben", "Beer")
    back = f"{live_server.url}/healthz".replace("localhost", "127.0.0.1")
    entries = NewApplication(
        name="Reports", description="Draws figures.", redirect_uris=(back,), scopes=("openid", "accounts:read")
    )
    made = register_application(actor=a_stranger_actor(ben), account_id=ben.pk, entries=entries)
    page = page_at(width, scheme, script=False)
    page_at.guard.expected = {404}
    address = (
        f"/authorize?client_id={made.client_id}&redirect_uri={back}&response_type=code&scope=openid%20accounts:read"
        f"&state=s&code_challenge={CHALLENGE}&code_challenge_method=S256"
    )

    page.goto(address)
    page.get_by_label("E-mail").fill(anna.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Let “Reports” in?")).to_be_visible()
    with_script = page_at(width, scheme)
    sign_in(with_script, anna, origin=live_server.url)
    with_script.goto(address)
    look(with_script, f"consent-{width}-{scheme}")
    page.get_by_role("button", name="Let in").click()
    expect(page).to_have_url(re.compile(r"/healthz\?code=stw_oac_\w+&state=s&iss="))
    # The application lives on another host and was led to with its code; nothing answers there.
    page_at.guard.complaints[:] = [each for each in page_at.guard.complaints if "/healthz?code=" not in each]
    with_script.goto("/profile/applications")
    look(with_script, f"applications-access-{width}-{scheme}")
