"""What script adds: shorter ways, never the only one."""

import re

from playwright.sync_api import expect

from tests.browser.harness import ARTEFACTS, assert_accessible


def test_slash_and_control_k_lead_to_the_search_field(page_at):
    page = page_at()
    # The sheet has nothing to find: without an answer of its own it would open itself as the page of results.
    page.route("**/components?*", lambda asked: asked.fulfill(body="", content_type="text/html"))
    page.goto("/components")

    page.locator("h1").click()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("/")
    expect(page.locator("#search")).to_have_value("/")  # typed, not taken as a shortcut

    page.locator("h1").click()
    page.keyboard.press("Control+k")
    expect(page.locator("#search")).to_be_focused()


def test_a_dialog_opens_over_the_page_with_focus_on_the_harmless_button(page_at):
    page = page_at(360, "dark")
    page.goto("/components")

    page.get_by_role("link", name="Remove Tomislav Petrović …").click()

    dialog = page.get_by_role("dialog", name="Remove Tomislav Petrović from the organisation?")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_text("Keep")).to_be_focused()
    page.screenshot(path=ARTEFACTS / "dialog-360-dark.png")
    assert_accessible(page)
    dialog.get_by_text("Keep").click()
    expect(dialog).to_be_hidden()


def test_the_selection_bar_counts_what_is_ticked(page_at):
    page = page_at()
    page.goto("/components")
    bar = page.get_by_role("region", name="Selection", exact=True)

    page.get_by_label("Select Online shop").check()
    expect(bar).to_contain_text("2 of 4 selected")
    page.get_by_label("Select all due items").check()
    expect(bar).to_contain_text("4 of 4 selected")
    page.get_by_label("Select all due items").uncheck()
    expect(bar).to_be_hidden()


def test_the_theme_changes_at_once_and_is_remembered(page_at):
    """UI-026: automatic, light, dark."""
    page = page_at(scheme="light")
    page.goto("/components")

    page.locator("summary.face.me").click()
    with page.expect_response(re.compile("/appearance$")):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")

    page.context.clear_permissions()
    assert {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}["theme"] == "dark"


def test_automatic_follows_the_system_live(page_at):
    """UI-026: the change of the system's mode is seen without a reload."""
    page = page_at(scheme="light")
    page.goto("/components")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)

    page.emulate_media(color_scheme="dark")

    assert page.evaluate(ground) != light


def test_a_secret_is_copied_and_the_button_says_so(page_at):
    page = page_at()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/components")

    page.get_by_role("button", name="Copy").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "stw_pat_7Kq2mXr9vT4bLz8sWd3yHn6c"


def test_the_drawer_and_the_menus_open_without_script(page_at):
    """ui.md, section 1: the page is complete without script."""
    page = page_at(360, script=False)
    page.goto("/components")

    page.get_by_role("button", name="Menu", exact=True).click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    page.get_by_role("button", name="Close menu").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()

    page.locator("summary.plate").click()
    expect(page.get_by_text("Your role: legal representative")).to_be_visible()
    # What script would save by itself has a button, and the selection bar is always there.
    expect(page.get_by_role("button", name="Save", exact=True).first).to_be_visible()
    expect(page.get_by_role("region", name="Selection", exact=True)).to_be_visible()


def test_an_inline_script_does_not_run(page_at):
    """The content security policy, seen from the browser: what is slipped into a page stays text."""
    page = page_at()
    page.goto("/components")

    page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.ranInline = true";
          document.body.append(script);
        }"""
    )

    assert page.evaluate("window.ranInline") is None
    assert any("Content Security Policy" in complaint for complaint in page_at.guard.complaints)
    page_at.guard.complaints.clear()
