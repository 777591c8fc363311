"""Applications sign people out here as well: OpenID Connect RP-Initiated Logout 1.0."""

from datetime import timedelta
from urllib.parse import urlencode

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.identity.services.oauth.applications import ApplicationChange, change_application
from stellwerk.identity.tests.oauth import BACK, an_application, tokens_of
from stellwerk.organisations.tests.builders import a_stranger_actor

pytestmark = pytest.mark.django_db
BYE = "https://reports.example/bye?from=stellwerk"


@pytest.fixture
def app(ben, reports):
    """Reports, which may lead people back after signing out."""
    entries = ApplicationChange(
        name="Reports", description="Draws figures.", redirect_uris=(BACK,), post_logout_redirect_uris=(BYE,)
    )
    change_application(actor=a_stranger_actor(ben), account_id=ben.pk, client_id=reports.client_id, entries=entries)
    return reports


@pytest.fixture
def hint(browser, app):
    return tokens_of(browser, app)["id_token"]


def query(**asked):
    return urlencode({name: value for name, value in asked.items() if value is not None})


def asked_out(browser, **asked):
    return browser.get("/oauth2/logout?" + query(**asked))


def confirm(browser, **asked):
    return browser.post("/sign-out/application?" + query(**asked))


def is_signed_in(browser):
    return browser.get("/profile").status_code == 200


def test_discovery_names_the_address():
    assert Client().get("/.well-known/openid-configuration").json()["end_session_endpoint"] == (
        "http://testserver/oauth2/logout"
    )


def test_the_person_is_asked_and_then_led_back_with_the_state(browser, hint):
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": "s 1"}

    question = asked_out(browser, **asked)

    assert "Reports has signed you out" in question.content.decode()
    assert "https://reports.example" in question["Content-Security-Policy"]
    assert is_signed_in(browser), "a link signs nobody out"
    answer = confirm(browser, **asked)
    assert (answer.status_code, answer["Location"]) == (303, f"{BYE}&state=s+1")
    assert not is_signed_in(browser)


def test_whoever_is_out_already_is_led_back_at_once(hint):
    answer = asked_out(Client(), id_token_hint=hint, post_logout_redirect_uri=BYE)

    assert (answer.status_code, answer["Location"]) == (302, BYE)


def test_an_id_token_that_has_expired_still_proves_who_asks(browser, hint):
    with time_machine.travel(clock.wall() + timedelta(days=2), tick=True):
        assert asked_out(Client(), id_token_hint=hint, post_logout_redirect_uri=BYE)["Location"] == BYE


def test_without_an_address_the_house_says_goodbye(browser, hint):
    assert confirm(browser, id_token_hint=hint)["Location"] == "/signed-out"
    assert not is_signed_in(browser)


def test_a_post_of_the_application_is_led_to_the_question(browser, hint):
    """It comes without our cookie; the address it leads to gets it."""
    answer = Client().post("/oauth2/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "evil": "1"})

    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert "Reports has signed you out" in browser.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    "address", ["https://evil.example/", f"{BYE}/", BYE.upper(), BACK, "javascript:alert(1)", "//evil.example"]
)
def test_api_032_only_a_registered_address_is_led_to(browser, hint, address):
    for answer in (
        asked_out(browser, id_token_hint=hint, post_logout_redirect_uri=address),
        asked_out(Client(), id_token_hint=hint, post_logout_redirect_uri=address),
        confirm(browser, id_token_hint=hint, post_logout_redirect_uri=address),
    ):
        assert answer.status_code == 400
        assert "Location" not in answer
    assert is_signed_in(browser)


def test_nobody_is_led_anywhere_without_a_token_of_ours(browser, app, anna):
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    claims = {"iss": "http://testserver", "aud": app.client_id, "sub": str(anna.pk)}
    forged = jwt.encode(claims, key, algorithm="RS256")
    unsigned = jwt.encode(claims, None, algorithm="none")

    for hint in (None, "x", forged, unsigned):
        answer = asked_out(Client(), id_token_hint=hint, client_id=app.client_id, post_logout_redirect_uri=BYE)
        assert answer.status_code == 400, hint


def test_another_application_cannot_borrow_a_token(hint, ben):
    other = an_application(ben, name="Other")

    assert asked_out(Client(), id_token_hint=hint, client_id=other.client_id).status_code == 400


def test_the_answer_needs_the_token_of_our_own_form(anna, hint):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(anna)

    assert confirm(browser, id_token_hint=hint).status_code == 403
    assert is_signed_in(browser)
