"""The component sheet and the error pages: phone, tablet, desk; light and dark; menus closed and open."""

import pytest
from playwright.sync_api import expect

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
    expect(page.locator("details.menu[open]")).to_have_count(0)


@pytest.mark.urls("tests.browser.addresses")
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (768, "light"), (768, "dark"), (1440, "light")])
def test_error_pages_are_accessible_and_fit(page_at, width, scheme):
    page = page_at(width, scheme)
    page_at.guard.expected = {int(name[:3]) for name in ERROR_PAGES}

    # They share one frame, which the tablet proves with one page; phone and desk show each.
    for name in ERROR_PAGES if width != 768 else ("404",):
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


@pytest.mark.parametrize(("width", "scheme"), SIZES)
@pytest.mark.parametrize("frame", ["plain", "public"])
def test_the_frames_outside_are_accessible_and_fit(page_at, frame, width, scheme):
    page = page_at(width, scheme)

    page.goto(f"/components?frame={frame}")

    picture(page, f"frame-{frame}-{width}-{scheme}")
    assert_no_sideways_scroll(page)
    assert_accessible(page)


DOUBLED_VOWELS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) walker.currentNode.data = walker.currentNode.data.replace(/[aeiouäöü]/gi, "$&$&");
}"""

CUT_OFF = """() => [...document.querySelectorAll(".btn, .status, .chip, h1, h2")]
  .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.outerHTML)"""


@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("address", ["/components?strips=2", "/components?frame=plain", "/components?frame=public"])
def test_every_part_grows_with_longer_words(page_at, address, width):
    """ui.md, section 6: each part is tested with the pseudo-locale of doubled vowels."""
    page = page_at(width)
    page.goto(address)

    page.evaluate(DOUBLED_VOWELS)

    assert_no_sideways_scroll(page)
    assert page.evaluate(CUT_OFF) == []


def test_paper_shows_the_content_without_the_frame(page_at):
    page = page_at()
    page.goto("/components?strips=2")

    page.emulate_media(media="print", color_scheme="light")

    for part in (".top", ".side", ".page-actions", ".tabs", ".bar", ".dock"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    picture(page, "components-paper")
