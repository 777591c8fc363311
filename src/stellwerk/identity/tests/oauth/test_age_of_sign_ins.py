"""How fresh a sign-in must be for an application: max_age, prompt, auth_time (OpenID Connect Core 3.1.2.1)."""

from datetime import timedelta

import jwt
import pytest
import time_machine
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.identity.tests.oauth import a_code, answer_of, tokens_of
from stellwerk.organisations.tests.builders import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(anna):
    """Signed in through the form, a moment ago."""
    browser = Client()
    browser.post("/sign-in", {"email": anna.email, "password": PASSWORD})
    return browser


def claims(tokens):
    return jwt.decode(tokens["id_token"], options={"verify_signature": False})


def later(**span):
    return time_machine.travel(clock.wall() + timedelta(**span), tick=True)


def test_the_id_token_tells_when_the_person_signed_in(browser, reports):
    signed_in_at = int(clock.wall().timestamp())

    with later(hours=3):
        tokens = tokens_of(browser, reports, access_type="offline")
        renewed = reports.refresh(tokens["refresh_token"]).json()

    assert abs(claims(tokens)["auth_time"] - signed_in_at) <= 5
    assert claims(renewed)["auth_time"] == claims(tokens)["auth_time"]


def test_a_young_sign_in_is_not_asked_again(browser, reports):
    a_code(browser, reports)

    assert "code" in answer_of(browser.get(reports.address(max_age=600)))


def test_an_old_sign_in_is_asked_for_the_password_and_counts_from_then_on(browser, reports):
    a_code(browser, reports)
    with later(hours=1):
        asked = reports.address(max_age=600)
        assert "current_password" in browser.get(asked).context["form"].fields
        assert browser.post(asked, {"decision": "allow"}).status_code == 422
        wrong = browser.post(asked, {"decision": "allow", "current_password": "guess"})
        assert (wrong.status_code, "Location" in wrong) == (422, False)

        answer = browser.post(asked, {"decision": "allow", "current_password": PASSWORD})

        tokens = reports.redeem(answer_of(answer)["code"]).json()
        assert abs(claims(tokens)["auth_time"] - int(clock.wall().timestamp())) <= 5
        assert "code" in answer_of(browser.get(asked)), "not again within ten minutes"


def test_a_confirmed_password_makes_no_session_last_longer(browser, reports, settings):
    settings.SESSION_DAYS, settings.SESSION_IDLE_DAYS = 1, 1
    with later(hours=23):
        browser.post(reports.address(max_age=60), {"decision": "allow", "current_password": PASSWORD})
        assert browser.get("/profile").status_code == 200
    with later(hours=25):
        assert browser.get("/profile").status_code == 302


def test_prompt_none_shows_no_page_whatever_is_missing(browser, reports):
    assert answer_of(Client().get(reports.address(prompt="none")))["error"] == "login_required"
    assert answer_of(browser.get(reports.address(prompt="none")))["error"] == "consent_required"
    a_code(browser, reports)
    assert "code" in answer_of(browser.get(reports.address(prompt="none")))
    with later(hours=1):
        assert answer_of(browser.get(reports.address(prompt="none", max_age=60)))["error"] == "login_required"


def test_whoever_signs_in_for_it_enters_the_password_once(anna, reports):
    browser = Client()
    to_sign_in = browser.get(reports.address(max_age=0))["Location"]

    assert to_sign_in.startswith("/sign-in?")
    led_on = browser.post(to_sign_in, {"email": anna.email, "password": PASSWORD})["Location"]
    assert "current_password" not in browser.get(led_on).context["form"].fields


@pytest.mark.parametrize("age", ["-1", "soon", "1.5", ""])
def test_an_age_that_is_no_number_is_refused(browser, reports, age):
    assert answer_of(browser.get(reports.address(max_age=age)))["error"] == "invalid_request"
