"""Codes by SMS: SEC-004, SEC-006, SEC-059."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.models import Message
from stellwerk.identity import queries
from stellwerk.identity.models import SmsNumber
from stellwerk.identity.rules import Method
from stellwerk.identity.tests.factors import a_totp_app_of, a_waiting_browser, is_signed_in, sign_in_with_password
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
NEW = "/profile/second-factor/sms/new"
STEP = "/sign-in/second-factor/sms"
SWISS = "+41 79 123 45 67"


@pytest.fixture
def anna():
    return a_person(email="anna.keller@example.ch")


@pytest.fixture
def browser(anna):
    opened = Client()
    sign_in_with_password(opened, anna)
    return opened


@pytest.fixture
def number(anna):
    return SmsNumber.objects.create(account=anna, name=SWISS, phone="+41791234567", created_at=clock.now())


def the_code_sent() -> str:
    return re.match(r"\d{6}", Message.objects.filter(channel="sms").latest("pk").body)[0]


def start(browser: Client, phone: str = SWISS, password: str = PASSWORD):
    return browser.post(NEW, {"phone": phone, "current_password": password})


def test_a_number_is_proved_by_a_code_and_opens_the_next_sign_in(browser, anna):
    assert start(browser)["Location"] == f"{NEW}/code"
    page = browser.post(f"{NEW}/code", {"code": the_code_sent()})

    assert len(page.context["codes"]) == 10
    assert queries.methods_of(anna.pk) == (Method.SMS,)
    waiting = a_waiting_browser(anna)
    shown = waiting.get(STEP).content.decode()
    assert "+41 ••• •• 67" in shown
    assert "123 45" not in shown, "whoever knows the password does not learn the number"
    waiting.post(f"{STEP}/message")
    waiting.post(STEP, {"code": the_code_sent()})
    assert is_signed_in(waiting)


@pytest.mark.parametrize(
    ("phone", "is_allowed"),
    [(SWISS, True), ("+33 6 12 34 56 78", True), ("+32 470 12 34 56", True), ("+49 1512 3456789", True),
     ("+43 664 1234567", False), ("+39 312 345 6789", False), ("+423 660 123 456", False), ("+1 201 555 0123", False)],
)  # fmt: skip
def test_only_numbers_of_listed_countries_get_codes_sec_004(browser, phone, is_allowed):
    answer = start(browser, phone)

    assert (answer.status_code == 302) is is_allowed
    assert Message.objects.filter(channel="sms").exists() is is_allowed
    if not is_allowed:
        assert "not sent to numbers of this country" in answer.content.decode()


def test_the_operator_lists_the_countries_sec_004(browser, settings):
    settings.SMS_COUNTRIES = ["AT"]

    assert start(browser).status_code == 400
    assert start(browser, "+43 664 1234567").status_code == 302


def test_a_number_removed_elsewhere_cannot_come_back_sec_004(browser, anna, number, settings):
    settings.SMS_COUNTRIES = ["AT"]
    assert queries.methods_of(anna.pk) == (Method.SMS,), "what is there goes on working"
    browser.post(f"/profile/second-factor/sms/{number.pk}/removal", {"current_password": PASSWORD})

    assert start(browser).status_code == 400


def test_without_a_driver_the_method_is_hidden_and_other_methods_stay(browser, anna, number, settings):
    a_totp_app_of(anna)
    settings.SMS_DRIVER = "none"

    assert browser.get(NEW).status_code == 404
    waiting = a_waiting_browser(anna)
    assert waiting.post(f"{STEP}/message").status_code == 400
    assert "Code from an authenticator app" in waiting.get(STEP).content.decode()


def test_adding_a_number_needs_the_password_before_a_message_goes_out_sec_006(browser):
    assert start(browser, password="quite another password").status_code == 400
    assert not Message.objects.filter(channel="sms").exists()


def test_there_is_one_number_per_account_one_sms_number_per_account(browser, number):
    assert start(browser).status_code == 400


def test_opening_the_page_sends_nothing(anna, number):
    a_waiting_browser(anna).get(STEP)

    assert not Message.objects.filter(channel="sms").exists()


def test_a_code_lives_five_minutes_and_once(anna, number):
    waiting = a_waiting_browser(anna)
    waiting.post(f"{STEP}/message")
    code = the_code_sent()
    with clock.travel_to(clock.now() + timedelta(minutes=5, seconds=1)):
        assert waiting.post(STEP, {"code": code}).status_code == 410
    waiting.post(STEP, {"code": code})
    assert is_signed_in(waiting)

    again = a_waiting_browser(anna)
    again.post(f"{STEP}/message")
    assert (again.post(STEP, {"code": code}).status_code == 400) is (code != the_code_sent())


def test_five_wrong_codes_use_a_message_up_sec_059(anna, number):
    waiting = a_waiting_browser(anna)
    waiting.post(f"{STEP}/message")
    for _ in range(5):
        waiting.post(STEP, {"code": "x"})

    assert waiting.post(STEP, {"code": the_code_sent()}).status_code == 410


def test_messages_are_few_per_hour_sec_059(anna, number):
    waiting = a_waiting_browser(anna)

    answers = [waiting.post(f"{STEP}/message").status_code for _ in range(6)]

    assert answers == [302] * 5 + [429]


def test_strangers_who_have_the_number_searched_do_not_keep_its_owner_out_sec_059(anna, number):
    stranger = Client()
    for _ in range(6):
        stranger.post("/forgotten/login", {"phone": SWISS, "channel": "sms"})
    waiting = a_waiting_browser(anna)

    assert waiting.post(f"{STEP}/message").status_code == 302


def test_the_message_of_another_browser_does_not_open_this_one(anna, number):
    """The number of the confirmation stands in the session: a code overheard is worth nothing elsewhere."""
    asked = a_waiting_browser(anna)
    asked.post(f"{STEP}/message")
    thief = a_waiting_browser(anna)

    assert "Send the code" in thief.post(STEP, {"code": the_code_sent()}).content.decode()
    assert not is_signed_in(thief)
