"""A computer that signs in and a phone that answers, step by step, for the browser tests of Approve."""

import re

from playwright.sync_api import expect

from stellwerk.organisations.tests.builders import PASSWORD


def sign_in(page, account, *, to="/"):
    page.goto(f"/sign-in?next={to}")
    page.get_by_label("E-mail").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url(re.compile(r"/sign-in\?"))


def address_in_the_qr_code(computer):
    computer.goto("/profile/second-factor/approve")
    computer.locator("#id_current_password").fill(PASSWORD)
    computer.locator("main form button[type=submit]").first.click()
    return computer.locator("#link-address").inner_text()


def link_by_qr_code(computer, phone, *, name="Annas Pixel"):
    """The computer shows the code, the phone opens what a camera would read; the computer goes on by itself."""
    address = address_in_the_qr_code(computer)
    phone.goto("about:blank")
    phone.goto(address)
    phone.get_by_label("Name of this device").fill(name)
    phone.get_by_role("button", name="Authorise").click()
    expect(phone.get_by_role("heading", name="The device is connected")).to_be_visible()
    phone.get_by_role("button", name="To the accounts").click()
    return address


def linked(computer, phone, account):
    """A phone linked to the account, and a computer that is signed out again."""
    sign_in(computer, account, to="/profile")
    link_by_qr_code(computer, phone)
    expect(computer.get_by_role("button", name="Show the recovery codes")).to_be_visible()
    computer.context.clear_cookies()


def number_on(page):
    return page.locator("#approval-number").inner_text()


def waits(computer, phone, account):
    """The right password on the computer; the phone shows who asks."""
    sign_in(computer, account)
    expect(computer).to_have_url(re.compile("/sign-in/second-factor/approve$"))
    expect(phone.get_by_role("heading", name="Is this you signing in?")).to_be_visible()
    return number_on(computer)


def say_yes(phone, number):
    phone.get_by_label("Number on the computer").fill(number)
    phone.get_by_role("button", name="Yes, sign in").click()


def another_than(number):
    return str(10 + (int(number) - 9) % 90)
