"""Ways back in, as people see them: forgotten password, change of login, “password compromised?”, help."""

import pytest
from playwright.sync_api import expect

from stellwerk.identity.tests.recovering import NEW, a_recoverable_person, code_sent_to
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.test_pages_of_people import sign_in

SIZES = [(360, "dark"), (1440, "light")]


def look(page, name):
    picture(page, f"recovery-{name}")
    assert_no_sideways_scroll(page)
    assert_accessible(page)


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_a_forgotten_password_is_set_anew_id_069_id_071(page_at, width, scheme):
    anna = a_recoverable_person()
    an_organisation("Bäckerei Keller AG", of=anna)
    page = page_at(width, scheme)
    page.goto("/sign-in")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("Login").fill(anna.email)
    press(page, "Continue")
    look(page, f"options-{width}")

    page.get_by_label("By e-mail to the recovery address a•••@e•••.org").check()
    press(page, "Send the code")
    look(page, f"code-{width}")
    page.get_by_label("Code", exact=True).fill(code_sent_to("anna@example.org"))
    page.get_by_label("New password").fill(NEW)
    press(page, "Set the password")

    expect(page).to_have_url("/sign-in")
    for address in ("/forgotten/login", "/help-request", "/help/login-and-mailbox"):
        page.goto(address)
        look(page, f"{address.rpartition('/')[2]}-{width}")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_login_is_changed_and_the_account_secured_and_looked_at_id_051_id_062(page_at, width, scheme):
    anna = a_recoverable_person(is_operator=True)
    an_organisation("Bäckerei Keller AG", of=anna)
    page = page_at(width, scheme)
    page_at.guard.expected = {404}
    sign_in(page, anna)
    page.goto("/profile/sign-in-data")
    look(page, f"data-{width}")
    with page.expect_navigation():
        page.get_by_role("link", name="Change the login").click()
    look(page, f"login-{width}")
    page.get_by_label("New login", exact=True).fill("anna.new@example.net")
    page.get_by_label("New login, once more").fill("anna.new@example.net")
    page.get_by_label("Your password, once more").fill(PASSWORD)
    press(page, "Send the code")
    look(page, f"login-code-{width}")
    page.get_by_label("Code", exact=True).fill(code_sent_to("anna.new@example.net"))
    press(page, "Change the login")
    expect(page.get_by_role("main")).to_contain_text("anna.new@example.net")

    page.goto("/profile/compromised")
    look(page, f"wizard-1-{width}")
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("textbox", name="New password").fill(NEW)
    press(page, "Change the password and continue")
    expect(page.get_by_role("link", name="Next: review")).to_be_visible()
    look(page, f"wizard-2-{width}")
    with page.expect_navigation():
        page.get_by_role("link", name="Next: review").click()
    look(page, f"wizard-3-{width}")
    with page.expect_navigation():
        page.get_by_role("link", name="Next: finish").click()
    look(page, f"wizard-4-{width}")
    for address in ("/profile/closing", "/operator/help-requests"):
        page.goto(address)
        look(page, f"{address.rpartition('/')[2]}-{width}")


def test_somebody_without_any_way_asks_for_help_without_script_sec_036(page_at):
    ben = a_person("Ben")
    page = page_at(360, "light", script=False)
    page.goto("/help-request")
    page.get_by_label("Login").fill(ben.email)
    page.get_by_label("Your name").fill("Ben Keller")
    page.get_by_label("E-mail address for the answer").fill("ben.elsewhere@example.net")
    page.get_by_label("What happened").fill("My phone drowned.")
    press(page, "Ask for help")

    expect(page.get_by_role("heading", name="Your help request")).to_be_visible()
    assert_no_sideways_scroll(page)
