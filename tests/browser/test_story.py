"""The whole story on a fresh house, in a real browser: from sign-up to the renewal a year later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.harness import Guard, assert_accessible, assert_no_sideways_scroll, picture

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "drei rote Signale im Nebel"
pytestmark = pytest.mark.journey


@pytest.fixture
def screen_at(browser, running_house):
    """Opens a page of the running house; whatever the browser complained of fails the test."""
    guard = Guard(origin=running_house.url)
    contexts = []

    def opened(width: int, scheme: str) -> Page:
        context = browser.new_context(
            base_url=running_house.url, viewport={"width": width, "height": 900}, color_scheme=scheme, locale="en",
            reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        guard.watch(page)
        page.story_name = f"story-{width}"
        return page

    yield opened
    for context in contexts:
        context.close()
    assert guard.complaints == []


def test_a_stranger_signs_up_orders_pays_by_bank_file_and_is_renewed_a_year_later(screen_at, running_house, tmp_path):
    page = screen_at(1440, "light")
    here = _sign_up(page)
    _invite_a_colleague(page, here)
    first_number = _order_a_domain(page, here)
    assert "matched" in _pay(running_house, first_number, tmp_path)
    assert "Nothing has changed" in running_house.stellwerk("import-bank", str(tmp_path / f"{first_number}.xml"))
    _product_becomes_active(page, here)
    _pay(running_house, _announce_a_top_up(page, here), tmp_path)

    running_house.stellwerk("time-travel", "+352d")  # 13 days before the end: the first attempt was yesterday

    page.goto(f"{here}invoices")
    renewed_number = re.search(r"\b(20\d\d-\d{6})\b", page.inner_text("main"))[1]
    assert renewed_number != first_number
    assert "CHF 39.62" in _text_of(page, f"{here}prepaid")  # 50.00 less 9.60 and 8.1 % VAT
    assert "Demo: the clock stands at" in _text_of(page, here, inside="body")
    _look(page, "a-year-later")
    assert "All well" in running_house.stellwerk("doctor")


def test_the_same_order_works_under_a_thumb_in_the_dark(screen_at, running_house, tmp_path):
    page = screen_at(360, "dark")
    here = _sign_up(page)
    number = _order_a_domain(page, here)
    _pay(running_house, number, tmp_path)
    _product_becomes_active(page, here)


def _sign_up(page: Page) -> str:
    page.goto("/sign-up")
    for name, value in {
        "first_name": "Lena", "last_name": "Huber", "email": "lena@huber.example", "phone": "+41 79 123 45 67",
        "password": PASSWORD, "company_name": "Huber Brot AG", "street": "Marktgasse", "building_number": "7",
        "postal_code": "3011", "town": "Bern",
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.check("[name=kind][value=company]") if page.query_selector("input[name=kind]") else page.select_option(
        "[name=kind]", "company"
    )
    page.select_option("[name=country]", "CH")
    page.check("[name=accepts_terms]")
    _look(page, "sign-up")
    page.get_by_role("button", name="Create the account").click()
    page.wait_for_url("**/sign-up/code")
    outbox = page.context.new_page()
    outbox.goto("/outbox")
    code = re.search(r"\b(\d{6})\b", outbox.inner_text("main"))[1]
    outbox.close()
    page.fill("[name=code]", code)
    page.locator("form.fields button[type=submit]").click()
    page.wait_for_url(re.compile(r"/o/\d+/$"))
    _look(page, "start")
    return page.url


def _invite_a_colleague(page: Page, here: str) -> None:
    page.goto(f"{here}invitations/new")
    page.fill("[name=email]", "marco@huber.example")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/invitations*")
    page.goto(f"{here}invitations")
    expect(page.get_by_text("marco@huber.example").first).to_be_visible()
    _look(page, "invitations")


def _order_a_domain(page: Page, here: str) -> str:
    page.goto(f"{here}shop")
    _look(page, "shop")
    page.goto(f"{here}shop/domain-ch")
    page.fill("[name=target]", "huber-brot.ch")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    page.goto(f"{here}cart")
    expect(page.get_by_text("huber-brot.ch").first).to_be_visible()
    _look(page, "cart")
    page.goto(f"{here}checkout")
    page.check("[name=means][value=bank_transfer]")
    page.check("[name=accepts_terms]")
    page.check("[name=renews_automatically]")
    _look(page, "checkout")
    page.get_by_role("button", name="Order with obligation to pay").click()
    page.wait_for_url("**/orders/*")
    expect(page.get_by_text("10.38").first).to_be_visible()  # 9.60 and 8.1 % VAT
    page.goto(f"{here}invoices")
    _look(page, "invoices")
    number = re.search(r"\b(20\d\d-\d{6})\b", page.inner_text("main"))[1]
    page.get_by_role("link", name=number).first.click()
    page.wait_for_url("**/invoices/*")
    _look(page, "invoice")
    pdf = page.request.get(page.get_by_role("link", name=re.compile("PDF")).first.get_attribute("href"))
    assert pdf.body().startswith(b"%PDF-1.7")
    page.goto(f"{here}orders")
    with page.expect_navigation():
        page.locator("main table a").first.click()
    return number


def _product_becomes_active(page: Page, here: str) -> None:
    page.goto(f"{here}products")
    for _ in range(40):  # the worker fulfils within seconds
        if page.get_by_role("link", name="huber-brot.ch").count():
            break
        page.wait_for_timeout(250)
        page.reload()
    with page.expect_navigation():
        page.get_by_role("link", name="huber-brot.ch").first.click()
    expect(page.get_by_text("Active").first).to_be_visible()
    _look(page, "product")


def _announce_a_top_up(page: Page, here: str) -> str:
    page.goto(f"{here}prepaid")
    page.fill("[name=amount_minor]", "50.00")
    page.locator("form:has([name=amount_minor]) button[type=submit]").click()
    page.wait_for_url("**/prepaid/**")
    _look(page, "top-up")
    return re.search(r"\b(20\d\d-T\d{6})\b", page.inner_text("main"))[1]


def _pay(house, number: str, folder) -> str:
    """The bank's statement of this payment is imported; answers what the terminal said."""
    statement = folder / f"{number}.xml"
    statement.write_text(house.stellwerk("demo", "--bank-file-for", number))
    return house.stellwerk("import-bank", str(statement))


def _text_of(page: Page, address: str, *, inside: str = "main") -> str:
    page.goto(address)
    return page.inner_text(inside).replace("\N{NO-BREAK SPACE}", " ")


def _look(page: Page, name: str) -> None:
    """Everybody can use the page, it fits the screen, and a picture is kept for people."""
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    picture(page, f"{page.story_name}-{name}")
