"""Passkeys in a real browser, with Chromium's virtual authenticator (SEC-003, SEC-005…007, ID-032, ID-034)."""

import re

import pytest
from playwright.sync_api import expect

from stellwerk.identity.models import Passkey
from stellwerk.identity.tests.factors import a_totp_app_of
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation
from tests.browser.authenticators import an_authenticator
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in

SIZES = [(360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")]
BUTTON = "Sign in with a passkey"


@pytest.fixture
def anna():
    return a_person("Anna", "Keller")


def enrol(page, device, *, name="My telephone") -> None:
    """Through the pages, by a person who is signed in."""
    page.goto("/profile/second-factor/passkey/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Your password, once more").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()
    device.confirms(is_on=True)
    page.get_by_role("button", name="Create the passkey").click()
    expect(page.locator("form[data-passkey]")).to_have_count(0)
    device.confirms(is_on=False)


def sign_out(page) -> None:
    page.context.clear_cookies()


def type_password(page, account) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()


def press_passkey(page, device) -> None:
    # The virtual device would answer the offer in the login field before anybody could press the button.
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false;")
    page.goto("/sign-in")
    device.confirms(is_on=True)
    page.get_by_role("button", name=BUTTON).click()


def test_enrol_then_sign_in_without_password_id_032(page_at, live_server, anna):
    an_organisation(of=anna)
    page = page_at()
    device = an_authenticator(page)
    sign_in(page, anna, origin=live_server.url)
    enrol(page, device)
    stored = Passkey.objects.get()
    assert (stored.name, stored.account) == ("My telephone", anna)
    assert device.credentials()[0]["isResidentCredential"]
    sign_out(page)

    press_passkey(page, device)

    expect(page).to_have_url(re.compile(r"/o/\d+/$"))


def test_the_browser_offers_passkeys_in_the_login_field_and_the_page_goes_on_by_itself_id_032(
    page_at, live_server, anna
):
    page = page_at()
    device = an_authenticator(page)
    sign_in(page, anna, origin=live_server.url)
    enrol(page, device)
    sign_out(page)
    device.confirms(is_on=True)  # as if the person had picked the passkey that the field offers

    page.goto("/sign-in?next=/profile")

    expect(page).to_have_url(re.compile(r"/profile$"))


def test_after_the_password_the_passkey_is_the_second_step_sec_005(page_at, live_server, anna):
    page = page_at()
    device = an_authenticator(page)
    sign_in(page, anna, origin=live_server.url)
    enrol(page, device)
    a_totp_app_of(anna)
    sign_out(page)

    type_password(page, anna)
    expect(page.get_by_role("heading", name="Use your passkey")).to_be_visible()
    expect(page.get_by_role("link", name="Code from an authenticator app")).to_be_visible()
    device.confirms(is_on=True)
    page.get_by_role("button", name="Use the passkey").click()

    expect(page).to_have_url(re.compile(r"/organisations$"))


def test_a_removed_passkey_is_refused_sec_007(page_at, live_server, anna):
    page = page_at()
    page_at.guard.expected = {400}
    device = an_authenticator(page)
    sign_in(page, anna, origin=live_server.url)
    enrol(page, device)
    page.goto("/profile/second-factor")
    page.get_by_role("link", name="Remove My telephone").click()
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The second factor is off")).to_be_visible()
    sign_out(page)

    press_passkey(page, device)

    expect(page.get_by_role("alert")).to_contain_text("This passkey was not accepted.")
    page.goto("/profile")
    expect(page).to_have_url(re.compile(r"/sign-in"))


def test_the_passkey_of_another_account_is_refused_as_second_step(page_at, live_server, anna):
    ben = a_person("Ben", "Meier")
    page = page_at()
    page_at.guard.expected = {400}
    device = an_authenticator(page)
    for account in (anna, ben):
        sign_in(page, account, origin=live_server.url)
        enrol(page, device)
        sign_out(page)
    annas = Passkey.objects.get(account=anna)
    bens = Passkey.objects.get(account=ben)
    # Ben's device answers for Anna's key: it claims her number but signs with his.
    keys = {key["credentialId"]: key for key in device.credentials()}
    assert len(keys) == 2
    number = next(each for each in keys if annas.credential_id == each.rstrip("=").replace("+", "-").replace("/", "_"))
    other = next(each for each in keys if each != number)
    device.session.send("WebAuthn.clearCredentials", {"authenticatorId": device.id})
    device.add({**keys[other], "credentialId": number, "signCount": 50})
    type_password(page, anna)

    device.confirms(is_on=True)
    page.get_by_role("button", name="Use the passkey").click()

    expect(page.get_by_text("This passkey was not accepted.").first).to_be_visible()
    bens.refresh_from_db()
    assert bens.last_used_at is None


def test_a_replayed_assertion_is_refused(page_at, live_server, anna):
    page = page_at()
    page_at.guard.expected = {410}
    device = an_authenticator(page)
    sign_in(page, anna, origin=live_server.url)
    enrol(page, device)
    sign_out(page)
    with page.expect_request(lambda request: request.url.endswith("/sign-in/passkey")) as sent:
        press_passkey(page, device)
    expect(page).to_have_url(re.compile(r"/organisations$"))
    stolen = sent.value.post_data_json["answer"]
    device.confirms(is_on=False)
    sign_out(page)

    page.goto("/sign-in")
    page.locator("form[data-passkey] input[name=answer]").evaluate(
        "(field, stolen) => { field.value = stolen; field.form.submit(); }", stolen
    )

    expect(page.get_by_role("alert")).to_contain_text("The question to your device")
    page.goto("/profile")
    expect(page).to_have_url(re.compile(r"/sign-in"))


def test_a_copied_key_is_refused_although_it_signs_rightly(page_at, live_server, anna):
    page = page_at()
    page_at.guard.expected = {400}
    device = an_authenticator(page)
    sign_in(page, anna, origin=live_server.url)
    enrol(page, device)
    copy = device.credentials()[0]
    sign_out(page)
    press_passkey(page, device)
    expect(page).to_have_url(re.compile(r"/organisations$"))
    device.confirms(is_on=False)
    sign_out(page)
    device.session.send("WebAuthn.clearCredentials", {"authenticatorId": device.id})
    device.add({**copy, "signCount": 0})

    press_passkey(page, device)

    expect(page.get_by_role("alert")).to_contain_text("This passkey was not accepted.")


def test_nobody_at_the_device_or_the_wrong_finger_leaves_the_other_ways_open(page_at, live_server, anna):
    page = page_at()
    device = an_authenticator(page)
    sign_in(page, anna, origin=live_server.url)
    enrol(page, device)
    sign_out(page)
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false;")
    page.goto("/sign-in")
    device.verifies(is_right=False)
    device.confirms(is_on=True)

    page.get_by_role("button", name=BUTTON).click()

    expect(page.get_by_text("Your device gave no answer.")).to_be_visible()
    device.confirms(is_on=False)
    page.get_by_label("E-mail").fill(anna.email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Use your passkey")).to_be_visible()


def test_a_device_that_is_enrolled_already_is_named(page_at, live_server, anna):
    page = page_at()
    device = an_authenticator(page)
    sign_in(page, anna, origin=live_server.url)
    enrol(page, device)
    page.goto("/profile/second-factor/passkey/new")
    page.get_by_label("Name", exact=True).fill("Again")
    page.get_by_label("Your password, once more").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()

    device.confirms(is_on=True)
    page.get_by_role("button", name="Create the passkey").click()

    expect(page.get_by_text("This device has a passkey for your account already.")).to_be_visible()
    assert Passkey.objects.count() == 1


def test_without_script_the_password_form_stays_and_nothing_promises_passkeys(page_at, anna):
    page = page_at(360, script=False)

    page.goto("/sign-in")

    expect(page.get_by_role("button", name=BUTTON)).to_be_hidden()
    page.get_by_label("E-mail").fill(anna.email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(r"/organisations$"))


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_the_pages_are_accessible_and_fit(page_at, live_server, anna, width, scheme):
    page = page_at(width, scheme)
    device = an_authenticator(page)
    label = f"{width}-{scheme}"

    def look(name):
        picture(page, f"passkeys-{name}-{label}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)

    page.goto("/sign-in")
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    look("sign-in")
    sign_in(page, anna, origin=live_server.url)
    page.goto("/profile/second-factor/passkey/new")
    look("new")
    page.get_by_label("Name", exact=True).fill("My telephone with a rather long name for a narrow screen")
    page.get_by_label("Your password, once more").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Continue").click()
    look("device")
    device.confirms(is_on=True)
    page.get_by_role("button", name="Create the passkey").click()
    expect(page.locator("form[data-passkey]")).to_have_count(0)
    device.confirms(is_on=False)
    page.goto("/profile/second-factor")
    look("overview")
    page.goto(f"/profile/second-factor/passkey/{Passkey.objects.get().pk}")
    look("one")
    sign_out(page)
    type_password(page, anna)
    expect(page.get_by_role("button", name="Use the passkey")).to_be_visible()
    look("step")
