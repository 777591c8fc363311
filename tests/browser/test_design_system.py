"""The component sheet and the error pages: phone, tablet, desk; light and dark; menus closed and open."""

import pytest

from tests.browser.harness import ARTEFACTS, SCHEMES, WIDTHS, assert_accessible, assert_no_sideways_scroll, picture

ERROR_PAGES = ("400", "403", "403_csrf", "404", "410", "429", "500")
MENUS = {"organisation": "details.org", "account": ".top-end details:last-child", "row": ".rows .more details"}
SIZES = [(width, scheme) for width in WIDTHS for scheme in SCHEMES]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_part_is_accessible_and_fits(page_at, width, scheme):
    page = page_at(width, scheme)

    page.goto("/components?strips=2")

    picture(page, f"components-{width}-{scheme}")
    assert_no_sideways_scroll(page)
    assert_accessible(page)


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_menus_stay_accessible_when_open(page_at, width, scheme):
    page = page_at(width, scheme)
    page.goto("/components")

    for name, menu in MENUS.items():
        page.locator(menu).first.locator("> summary").click()
        page.screenshot(path=ARTEFACTS / f"menu-{name}-{width}-{scheme}.png")
        assert_no_sideways_scroll(page)
        assert_accessible(page, inside=f"{menu}[open]")
        page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0


@pytest.mark.urls("tests.browser.addresses")
@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_error_pages_are_accessible_and_fit(page_at, width, scheme):
    page = page_at(width, scheme)
    page_at.guard.expected = {int(name[:3]) for name in ERROR_PAGES}

    for name in ERROR_PAGES:
        page.goto(f"/error/{name}")
        picture(page, f"error-{name}-{width}-{scheme}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)


def test_the_page_reflows_at_320_pixels_with_doubled_text(page_at):
    """ui.md, section 7: 320 px and 200 % text without loss."""
    page = page_at(320)
    page.goto("/components")

    page.evaluate("document.documentElement.style.fontSize = '200%'")

    picture(page, "components-320-doubled")
    assert_no_sideways_scroll(page)
