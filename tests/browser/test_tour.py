"""The tour, grey controls and help in a real browser: by keyboard, on a telephone, without script."""

import pytest
from playwright.sync_api import expect

from stellwerk.organisations.tests.builders import a_person, an_organisation
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in


@pytest.fixture
def anna():
    anna = a_person("Anna", "Keller")
    an_organisation("Bäckerei Keller AG", of=anna)
    return anna


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_ui_010_the_tour_starts_on_the_first_visit_and_is_walked_by_keyboard(page_at, live_server, anna, width, scheme):
    page = page_at(width, scheme)
    sign_in(page, anna, origin=live_server.url, with_tour=True)
    page.goto("/")
    tour = page.locator("#tour")

    expect(tour).to_be_focused()
    expect(tour.locator("li:visible")).to_have_count(1)
    expect(page.locator(".plate.tour-mark")).to_have_count(1)
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    picture(page, f"tour-{width}-{scheme}")
    seen = []
    for _step in range(7):
        seen.append(tour.locator("li:visible h3").inner_text())
        expect(page.locator(".tour-mark")).to_have_count(1)
        page.keyboard.press("ArrowRight")
    seen.append(tour.locator("li:visible h3").inner_text())
    assert len(set(seen)) == 8
    page.keyboard.press("ArrowLeft")
    expect(tour.locator("li:visible h3")).to_have_text(seen[6])
    page.keyboard.press("ArrowRight")
    with page.expect_response("**/tour/end") as answered:
        tour.get_by_role("button", name="Done").click()
    assert answered.value.status == 204

    expect(tour).to_be_hidden()
    expect(page.locator(".tour-mark")).to_have_count(0)
    page.goto("/")
    expect(tour).to_be_hidden()


def test_ui_010_escape_leaves_at_any_step_and_the_button_below_replays(page_at, live_server, anna):
    page = page_at()
    sign_in(page, anna, origin=live_server.url, with_tour=True)
    page.goto("/")
    tour = page.locator("#tour")
    expect(tour).to_be_focused()

    page.keyboard.press("ArrowRight")
    with page.expect_response("**/tour/end"):
        page.keyboard.press("Escape")
    expect(tour).to_be_hidden()
    replay = page.get_by_role("link", name="Tour")
    expect(replay).to_be_focused()

    replay.click()
    expect(tour).to_be_visible()
    expect(tour.locator("li:visible h3")).to_have_text("Where you are")


def test_ui_010_from_another_page_the_button_leads_to_the_tour(page_at, live_server, anna):
    page = page_at()
    sign_in(page, anna, origin=live_server.url)
    page.goto("/profile")
    page.goto("/")
    page.goto(page.url + "products")

    page.get_by_role("link", name="Tour").click()

    expect(page.locator("#tour")).to_be_focused()


def test_ui_010_without_script_the_tour_is_a_list_that_can_be_put_away(page_at, live_server, anna):
    page = page_at(360, script=False)
    sign_in(page, anna, origin=live_server.url, with_tour=True)
    page.goto("/")

    expect(page.locator("#tour li")).to_have_count(8)
    page.get_by_role("button", name="Leave the tour").click()

    expect(page.locator("#tour")).to_be_hidden()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (360, "light")])
def test_ui_015_a_grey_control_says_by_pointer_and_keyboard_who_can_help(page_at, live_server, width, scheme):
    from stellwerk.organisations.tests.builders import a_member_of

    lena = a_person("Lena", "Huber")
    acme = an_organisation("Acme AG", of=lena)
    page = page_at(width, scheme)
    sign_in(page, a_member_of(acme), origin=live_server.url)
    page.goto(f"/o/{acme.pk}/members")
    control = page.get_by_role("button", name="Invite a person")
    reason = page.get_by_role("tooltip")

    expect(reason).to_be_hidden()
    control.focus()
    expect(reason).to_contain_text("This needs the role of administrator.")
    expect(reason).to_contain_text("Lena Huber")
    expect(reason).to_be_visible()
    assert_no_sideways_scroll(page)
    assert_accessible(page)
    picture(page, f"denied-{width}-{scheme}")
    page.keyboard.press("Escape")
    expect(reason).to_be_hidden()
    control.blur()
    control.hover()
    expect(reason).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark"), (768, "light")])
def test_help_and_error_pages_are_for_everybody(page_at, width, scheme):
    page = page_at(width, scheme)
    page_at.guard.expected = {404}

    for address in (
        "/help",
        "/help?q=pay",
        "/help/paying",
        "/help/stored-data",
        "/site-map",
        "/shop?vat=incl",
        "/nonsense",
    ):
        page.goto(address)
        assert_no_sideways_scroll(page)
        assert_accessible(page)


def test_ui_002_ui_005_the_squares_lead_to_lists_and_to_the_suite_and_back(page_at, live_server, anna):
    page = page_at()
    sign_in(page, anna, origin=live_server.url)
    page.goto("/")

    page.get_by_text("Products and apps").or_(page.locator(".apps-menu > summary")).first.click()
    assert_accessible(page)
    page.get_by_role("list", name="Suite").get_by_role("link", name="Start").click()
    expect(page.locator("h1")).to_have_text("Suite")
    expect(page.get_by_text("Kinds of products missing?")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="To the Manager").click()
    expect(page.locator("h1")).to_contain_text("Anna")
