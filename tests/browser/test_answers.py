"""What a person sees of the server's answers, when htmx asked for a piece."""

import pytest
from playwright.sync_api import expect

from tests.browser.harness import ARTEFACTS, assert_accessible

pytestmark = pytest.mark.urls("tests.browser.addresses")


def test_an_answer_replaces_the_piece(page_at):
    page = page_at()
    page.goto("/trial")

    page.get_by_role("button", name="done").click()

    expect(page.locator("#place")).to_have_text("After")


def test_a_refusal_is_shown_where_the_person_is(page_at):
    """style.md, example 7: htmx would drop a 403; ours is swapped in, the note alone and not a page in the page."""
    page = page_at()
    page_at.guard.expected = {403}
    page.goto("/trial")

    page.get_by_role("button", name="refused").click()

    expect(page.locator("#place").get_by_role("alert")).to_contain_text("Only a legal representative")
    expect(page.locator("h1")).to_have_count(1)


def test_a_failure_is_told_and_changes_nothing_on_the_page(page_at):
    page = page_at(360)
    page_at.guard.expected = {500}
    page.goto("/trial")

    page.get_by_role("button", name="failed").click()

    expect(page.get_by_role("alert")).to_contain_text("The server could not answer.")
    expect(page.locator("#place")).to_have_text("Before")
    expect(page.get_by_role("button", name="failed")).to_be_enabled()
    page.screenshot(path=ARTEFACTS / "toast-360-light.png")
    assert_accessible(page)
    page.get_by_role("button", name="Close notice").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page_at.guard.complaints.clear()  # htmx reports the failed answer on the console, which is right


def test_being_led_to_another_page_opens_that_page(page_at):
    """A session that ended meanwhile leads to sign-in; its page never lands inside a piece."""
    page = page_at()
    page.goto("/trial")

    page.get_by_role("button", name="elsewhere").click()

    expect(page.get_by_role("heading", name="Enter your password")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)


def test_everything_works_without_script(page_at):
    page = page_at(script=False)
    page_at.guard.expected = {403}
    page.goto("/trial")

    page.get_by_role("button", name="refused").click()

    expect(page.get_by_role("heading", name="Your role does not include this")).to_be_visible()
