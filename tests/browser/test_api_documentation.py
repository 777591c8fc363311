"""The documentation of the interface, as people read it. API-022…024."""

import pytest
from playwright.sync_api import expect

from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_every_command_unfolds_and_fits(page_at, width, scheme):
    page = page_at(width, scheme, language="de")

    page.goto("/docs")
    page.locator("#get-api-1-countries summary").click()

    expect(page.locator("#get-api-1-countries")).to_contain_text("Too many requests")
    picture(page, f"api-docs-{width}-{scheme}")
    assert_no_sideways_scroll(page)
    assert_accessible(page)
