"""A browser that does several things at once keeps the session of the latest sign-in (ID-032, ID-039)."""

import runpy
from importlib.util import find_spec

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def anna():
    return a_person("Anna", "Keller")


def signed_in(browser, account):
    return browser.post("/sign-in", {"email": account.email, "password": PASSWORD})


def test_a_late_answer_to_the_old_key_does_not_sign_out_again(client, anna):
    client.get("/sign-in")
    late = Client(enforce_csrf_checks=True)
    late.cookies[COOKIE] = client.cookies[COOKIE].value
    signed_in(client, anna)

    answer = late.post("/sign-in/passkey/question")  # a script of a second tab

    assert client.cookies[COOKIE].value != late.cookies[COOKIE].value
    assert COOKIE not in answer.cookies
    assert client.get("/profile").status_code == 200


def test_the_cookie_comes_with_the_key_and_not_with_each_change(client, anna):
    first = client.get("/sign-in")
    again = client.post("/sign-in/passkey/question")  # notes a question in the session

    assert first.cookies[COOKIE].value
    assert COOKIE not in again.cookies
    assert signed_in(client, anna).cookies[COOKIE].value != first.cookies[COOKIE].value


def test_signing_out_takes_the_cookie_away(client, anna):
    signed_in(client, anna)

    answer = client.post("/sign-out")

    assert answer.cookies[COOKIE].value == ""
    assert client.get("/profile").status_code == 302


def test_the_sign_in_page_brings_its_question_along(client):
    """No request of a script is on its way while somebody signs in."""
    page = client.get("/sign-in").content.decode()

    assert 'data-options="{&quot;' in page
    assert "&quot;challenge&quot;" in page


def test_signing_in_once_more_gives_the_session_a_new_key_and_ends_the_copied_one(client, anna):
    signed_in(client, anna)
    thief = Client()
    thief.cookies[COOKIE] = client.cookies[COOKIE].value

    signed_in(client, anna)

    assert thief.get("/profile").status_code == 302
    assert client.get("/profile").status_code == 200
    assert UserSession.objects.filter(user=anna).count() == 1


def test_behind_https_no_neighbouring_site_can_plant_a_session(monkeypatch, settings):
    """A provider's customers have sites below the same domain; a later `session` cookie of theirs would win."""
    monkeypatch.setenv("STELLWERK_URL", "https://testserver")
    chosen = runpy.run_path(find_spec("stellwerk.config.settings.base").origin)
    for name in ("SITE_URL", "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE"):
        setattr(settings, name, chosen[name])

    browser = Client()
    cookie = browser.get("/sign-in").cookies["__Host-session"]

    assert (bool(cookie["secure"]), cookie["path"], cookie["domain"]) == (True, "/", "")
