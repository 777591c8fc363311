"""The pages of Approve over HTTP: waiting at sign-in, linking in the profile, the app's own files."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.models import Event
from stellwerk.identity.models import Account, ApprovalRequest, DeviceLink
from stellwerk.identity.queries import approve as queries
from stellwerk.identity.tests.approve.phones import BROWSER, Phone, a_linked_phone, a_request, removed
from stellwerk.identity.tests.factors import a_totp_app_of
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
STEP = "/sign-in/second-factor/approve"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser():
    return Client(headers={"User-Agent": BROWSER})


def password_entered(browser, account, **more):
    return browser.post("/sign-in", {"email": account.email, "password": PASSWORD, "next": "/profile"}, **more)


def at_the_step(browser, account):
    """The page with the number, after the right password."""
    password_entered(browser, account)
    page = browser.get(STEP)
    return page, int(re.search(r'id="approval-number">(\d\d)<', page.content.decode())[1])


def polled(browser, **form):
    return browser.post(f"{STEP}/state", form, headers=HTMX)


def is_signed_in(browser):
    return browser.get("/profile").status_code == 200


def test_sec_005_017_024_the_password_leads_to_the_device_first(browser):
    anna = a_person()
    phone = a_linked_phone(anna)

    answer = browser.get(password_entered(browser, anna)["Location"])

    assert answer["Location"] == STEP
    assert not is_signed_in(browser)
    assert phone.open_challenge() is None  # asked when the page is there to show the number
    assert browser.get(STEP).status_code == 200
    assert phone.open_challenge() is not None


def test_sec_018_the_waiting_page_goes_on_after_yes(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    _page, number = at_the_step(browser, anna)
    before = polled(browser)
    phone.approve(phone.open_challenge(), number)

    after = polled(browser)

    assert (before.status_code, before.content) == (204, b"")
    assert after["HX-Redirect"] == "/profile"
    assert is_signed_in(browser)
    assert Event.objects.filter(name="SecondFactorPassed", account_id=anna.pk).exists()


def test_sec_018_it_goes_on_without_script_as_well(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    _page, number = at_the_step(browser, anna)
    waiting = browser.post(f"{STEP}/state")
    phone.approve(phone.open_challenge(), number)

    assert waiting["Location"] == STEP
    assert browser.post(f"{STEP}/state")["Location"] == "/profile"
    assert is_signed_in(browser)


def test_sec_019_no_ends_the_sign_in(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    at_the_step(browser, anna)
    phone.reject(phone.open_challenge())

    answer = polled(browser)

    assert answer["HX-Redirect"] == f"{STEP}/rejected"
    assert 'data-code="signin_rejected"' in browser.get(f"{STEP}/rejected").content.decode()
    assert browser.get(STEP)["Location"] == "/sign-in"
    assert not is_signed_in(browser)


def test_sec_021_an_unanswered_request_can_be_sent_again(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    at_the_step(browser, anna)
    with clock.travel_to(clock.now() + timedelta(minutes=2, seconds=1)):
        over = polled(browser)
        assert over.status_code == 410
        assert 'data-code="request_expired"' in over.content.decode()
        assert phone.open_challenge() is None
        assert 'id="approval-number"' not in browser.get(STEP).content.decode()  # a reload asks nobody
        browser.post(f"{STEP}/again")
        assert phone.open_challenge() is not None


def test_a_reload_asks_no_second_time(browser):
    anna = a_person()
    a_linked_phone(anna)
    at_the_step(browser, anna)
    browser.get(STEP)

    assert ApprovalRequest.objects.count() == 1


def test_sec_022_a_new_attempt_in_the_same_browser_replaces_the_older_one(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    at_the_step(browser, anna)
    older = phone.open_challenge()
    with clock.travel_to(clock.now() + timedelta(seconds=5)):
        at_the_step(browser, anna)
        newer = phone.open_challenge()

    assert newer["uuid"] != older["uuid"]
    assert ApprovalRequest.objects.filter(withdrawn_at=None).count() == 1


def test_sec_022_a_fourth_browser_is_told_to_wait_and_may_use_a_code(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    for number in range(3):
        a_request(anna, secret=f"browser {number}")
    password_entered(browser, anna)

    page = browser.get(STEP)

    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert "too_many_requests" in page.content.decode()
    assert browser.post(STEP, {"code": phone.code()})["Location"] == "/profile"


def test_sec_022_a_flood_of_requests_over_time_is_stopped_too(browser):
    anna = a_person()
    a_linked_phone(anna)
    password_entered(browser, anna)

    answers = [browser.post(f"{STEP}/again").status_code for _ in range(11)]

    assert answers == [302] * 10 + [429]


def test_a_sign_in_given_up_is_not_asked_for_any_more(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    at_the_step(browser, anna)
    browser.post("/sign-in/second-factor/cancel")

    assert phone.open_challenge() is None


def test_sec_026_035_the_code_of_the_app_signs_in_once(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    at_the_step(browser, anna)
    code = phone.code()

    wrong = browser.post(STEP, {"code": "000000" if code != "000000" else "111111"})
    right = browser.post(STEP, {"code": code})

    assert wrong.status_code == 400
    assert right["Location"] == "/profile"
    assert is_signed_in(browser)
    assert phone.open_challenge() is None  # nobody needs to answer any more
    other = Client()
    password_entered(other, anna)
    assert "used before" in other.post(STEP, {"code": code}).content.decode()


def test_sec_059_guessing_codes_is_throttled(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    at_the_step(browser, anna)
    wrong = "000000" if phone.code() != "000000" else "111111"

    answers = [browser.post(STEP, {"code": wrong}).status_code for _ in range(11)]

    assert answers == [400] * 10 + [429]


def test_the_answer_of_a_device_counts_for_the_browser_that_asked_only(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    attacker = Client()
    at_the_step(attacker, anna)
    with clock.travel_to(clock.now() + timedelta(seconds=1)):
        _page, number = at_the_step(browser, anna)
        phone.approve(phone.open_challenge(), number)

        assert polled(attacker).status_code == 204
        assert polled(browser)["HX-Redirect"] == "/profile"
        assert not is_signed_in(attacker)


def test_the_waiting_page_says_which_device_is_asked_and_who_asks(browser):
    anna = a_person()
    a_linked_phone(anna, "Annas Pixel")

    text = at_the_step(browser, anna)[0].content.decode()

    assert "Annas Pixel" in text
    assert "Firefox 140 (Windows)" in text


def test_nobody_without_the_password_sees_or_moves_anything(browser):
    a_linked_phone(a_person())

    assert {browser.get(STEP)["Location"], browser.post(f"{STEP}/state")["Location"]} == {"/sign-in"}
    assert browser.post(f"{STEP}/again")["Location"] == "/sign-in"


def test_forged_forms_are_refused():
    anna = a_person()
    phone = a_linked_phone(anna)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna)

    assert strict.post("/profile/second-factor/approve", {"current_password": PASSWORD}).status_code == 403
    assert strict.post("/approve/connect", {"current_password": PASSWORD}).status_code == 403
    assert strict.post(f"{STEP}/state").status_code == 403
    assert strict.post(f"{STEP}/again").status_code == 403
    assert phone.open_challenge() is None


def test_polling_costs_few_queries(browser, django_assert_max_num_queries):
    anna = a_person()
    a_linked_phone(anna)
    at_the_step(browser, anna)
    polled(browser)

    with django_assert_max_num_queries(12):
        assert polled(browser).status_code == 204


def test_id_067_a_new_password_ends_the_waiting_sign_in(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    _page, number = at_the_step(browser, anna)
    phone.approve(phone.open_challenge(), number)
    signed_in = Client()
    signed_in.force_login(anna)
    signed_in.post("/profile/password", {"current_password": PASSWORD, "new_password": "other quiet herons wade"})

    assert "HX-Redirect" not in polled(browser) or polled(browser)["HX-Redirect"] != "/profile"
    assert not is_signed_in(browser)


def shown_link(browser):
    page = browser.post("/profile/second-factor/approve", {"current_password": PASSWORD})
    found = re.search(r"#link=([\w-]+)<", page.content.decode())
    state = re.search(r"/profile/second-factor/approve/links/\d+", page.content.decode())[0]
    return page, found[1], state


def test_sec_006_013_014_the_qr_code_needs_the_password_and_the_page_notices_the_phone(browser):
    anna = a_person()
    browser.force_login(anna)
    refused = browser.post("/profile/second-factor/approve", {"current_password": "wrong"})
    page, code, state = shown_link(browser)
    waiting = browser.post(state, headers=HTMX)
    Phone().join(code)

    noticed = browser.post(state, headers=HTMX).content.decode()
    codes = browser.post(state).content.decode()

    assert refused.status_code == 400
    assert not DeviceLink.objects.filter(used_at=None).exists()
    assert '<svg class="link-qr"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert waiting.status_code == 204
    assert "The device is connected" in noticed
    assert len(re.findall(r"\b[a-z0-9]{5}-[a-z0-9]{5}\b", codes)) >= 10  # SEC-029: shown once
    assert browser.post(state)["Location"] == "/profile/second-factor"
    assert code not in browser.get("/profile/second-factor/approve").content.decode()


def test_sec_002_a_further_device_leads_back_to_the_list_by_itself(browser):
    anna = a_person()
    a_linked_phone(anna)
    browser.force_login(anna)
    _page, code, state = shown_link(browser)
    Phone().join(code)

    assert browser.post(state, headers=HTMX)["HX-Redirect"] == "/profile/second-factor"


def test_sec_014_an_old_qr_code_says_so(browser):
    anna = a_person()
    browser.force_login(anna)
    _page, _code, state = shown_link(browser)
    with clock.travel_to(clock.now() + timedelta(minutes=5, seconds=1)):
        answer = browser.post(state, headers=HTMX)

    assert answer.status_code == 410
    assert 'data-code="link_expired"' in answer.content.decode()


def test_nobody_watches_the_link_of_somebody_else(browser):
    browser.force_login(a_person())
    _page, code, state = shown_link(browser)
    Phone().join(code)
    other = Client()
    other.force_login(a_person("Ben"))

    assert other.post(state, headers=HTMX).status_code == 404


def test_sec_012_from_the_mobile_with_the_password(browser):
    anna = a_person()
    assert browser.get("/approve/connect")["Location"] == "/sign-in?next=%2Fapprove%2Fconnect"
    browser.force_login(anna)

    answer = browser.post("/approve/connect", {"current_password": PASSWORD})

    address, _, code = answer["Location"].partition("#link=")
    assert address == "/approve"
    assert Phone().join(code).status_code == 201
    assert browser.post("/approve/connect", {"current_password": "wrong"}).status_code == 400


def test_sec_015_033_devices_are_listed_and_removed_with_the_password(browser):
    anna = a_person()
    phone = a_linked_phone(anna)
    browser.force_login(anna)
    page = browser.get("/profile/second-factor/approve").content.decode()
    removed(phone)

    assert "Annas Pixel" in page
    assert "Chrome 141 (Android)" in page
    assert phone.call("GET", "/challenges").json()["error"]["context"]["reason"] == "device_removed"
    assert queries.device_rows(anna.pk) == []


def test_sec_024_a_device_with_the_app_is_asked_before_the_chosen_default_and_others_stay_offered(browser):
    anna = a_person()
    a_totp_app_of(anna)
    a_linked_phone(anna)
    Account.objects.filter(pk=anna.pk).update(default_factor="totp")

    password_entered(browser, anna)

    assert browser.get("/sign-in/second-factor")["Location"] == STEP
    assert 'href="/sign-in/second-factor/totp"' in browser.get(STEP).content.decode()


def test_sec_025_after_yes_the_app_reminds_to_look_through_the_devices(browser):
    page = browser.get("/approve").content.decode()

    screen = page[page.index('id="screen-approved"') :]
    screen = screen[: screen.index("</template>")]
    assert "If the request was not yours, look through your devices" in screen
    assert 'href="/profile/sessions"' in screen
