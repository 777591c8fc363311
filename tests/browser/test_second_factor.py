"""The second factor as people meet it: linking an app, signing in with it, and the way back without it."""

import re
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import expect

from stellwerk.foundation import clock
from stellwerk.identity.models import SmsNumber
from stellwerk.identity.services.second_factor.recovery_codes import new_set
from stellwerk.identity.tests.factors import a_totp_app_of
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in

SIZES = [(360, "dark"), (1440, "light")]
OWN = ("", "/totp/new", "/sms/new", "/recovery-codes", "/new-phone")


@pytest.fixture
def anna():
    account = a_person("Anna", "Keller", language="de")
    an_organisation("Bäckerei Keller AG", of=account)
    return account


def look_at(page, label):
    picture(page, label)
    assert_no_sideways_scroll(page)
    assert_accessible(page)


def enter_password(page, account):
    page.goto("/sign-in")
    page.get_by_label(re.compile("E-[Mm]ail")).fill(account.email)
    page.get_by_label(re.compile("Password|Passwort")).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=re.compile("^(Sign in|Anmelden)$")).click()
    expect(page).not_to_have_url(re.compile("/sign-in$"))


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_pages_of_the_second_factor(page_at, live_server, anna, width, scheme):
    app = a_totp_app_of(anna, name="Authenticator auf dem Telefon im Büro an der Marktgasse")
    SmsNumber.objects.create(account=anna, name="+41 79 123 45 67", phone="+41791234567", created_at=clock.now())
    new_set(account_id=anna.pk)
    page = page_at(width, scheme)
    page_at.guard.expected = {404}
    sign_in(page, anna, origin=live_server.url)

    for address in (*OWN, f"/totp/{app.pk}/removal"):
        page.goto(f"/profile/second-factor{address}")
        look_at(page, f"second-factor{address.replace('/', '-')}-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_steps_of_the_second_factor(page_at, anna, width, scheme):
    a_totp_app_of(anna)
    SmsNumber.objects.create(account=anna, name="+41 79 123 45 67", phone="+41791234567", created_at=clock.now())
    new_set(account_id=anna.pk)
    page = page_at(width, scheme, language="de")
    page_at.guard.expected = {400, 404}
    enter_password(page, anna)

    for step in ("totp", "sms", "recovery-code"):
        page.goto(f"/sign-in/second-factor/{step}")
        look_at(page, f"step-{step}-{width}-{scheme}")
    page.goto("/sign-in/second-factor/totp")
    page.get_by_role("textbox", name="Code").fill("000000")
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
    look_at(page, f"step-refused-{width}-{scheme}")


@pytest.mark.parametrize("script", [True, False])
def test_link_an_app_sign_in_with_it_and_without_it(page_at, script):
    ben = a_person("Ben", "Bauer")
    an_organisation("Bauer GmbH", of=ben)
    page = page_at(script=script)
    page_at.guard.expected = {404}
    enter_password(page, ben)

    page.goto("/2fa")
    page.get_by_role("link", name="Add an app").click()
    secret = page.locator("#totp-key").inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).at(clock.now()))
    page.get_by_label("Name").fill("Phone")
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Store your recovery codes")
    look_at(page, f"recovery-codes-{script}") if script else None
    codes = page.locator("#recovery-codes-text").inner_text().split()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as a file").click()
    assert codes[0] in download.value.path().read_text()
    page.get_by_role("link", name="I have stored them").click()
    expect(page.get_by_text("10 of 10 codes remain.")).to_be_visible()

    sign_out(page)
    enter_password(page, ben)
    with clock.travel_to(clock.now() + timedelta(seconds=30)):
        page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).at(clock.now()))
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(re.compile(r"/o/\d+/$"))

    sign_out(page)
    enter_password(page, ben)
    page.get_by_role("link", name="Recovery code").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/o/\d+/$"))
    expect(page.get_by_text("9 recovery codes remain.")).to_be_visible()


def sign_out(page):
    page.goto("/sign-out")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/signed-out$"))
