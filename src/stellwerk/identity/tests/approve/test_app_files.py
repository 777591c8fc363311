"""The app's own files: its page, its service worker, its manifest and pictures."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from stellwerk.organisations.tests.builders import a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser():
    return Client()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Sind Sie das"), ("fr", "Est-ce vous"), ("it", "È Lei"), ("es", "¿Es usted"), ("en", "Is this you"),
    ],
)  # fmt: skip
def test_the_app_speaks_the_language_of_the_account(browser, language, words):
    browser.cookies["approve_language"] = language
    page = browser.get("/approve").content.decode()
    kept = Client().get(f"/approve?language={language}").content.decode()

    assert f'<html lang="{language}"' in page
    assert words in page
    assert words in kept


def test_the_page_is_the_same_for_everybody(browser):
    """What a phone keeps for later must hold nothing of a session."""
    before = Client().get("/approve")
    browser.force_login(a_person())
    after = browser.get("/approve")

    assert before.content == after.content
    assert "csrf" not in before.content.decode()


def test_the_service_worker_has_the_right_headers_and_may_serve_the_page(browser):
    answer = browser.get("/approve/service-worker.js")
    shell = json.loads(re.match(r"self\.SHELL = (.*);\n", answer.content.decode())[1])

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Service-Worker-Allowed"] == "/approve"
    assert answer["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert shell["page"] == "/approve"
    assert set(shell["texts"]) == {"de", "fr", "it", "en", "es"}
    assert shell["texts"]["de"]["asks"] != shell["texts"]["en"]["asks"]


def test_the_app_can_be_installed(browser):
    manifest = browser.get("/approve/app.webmanifest")
    content = manifest.json()

    assert manifest["Content-Type"] == "application/manifest+json"
    assert (content["start_url"], content["scope"], content["display"]) == ("/approve", "/approve", "standalone")
    for icon in content["icons"]:
        answer = browser.get(icon["src"])
        assert answer["Content-Type"] == "image/png"
        assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert browser.get("/approve/icon-999.png").status_code == 404


def test_sec_034_the_advice_stands_on_a_page_for_everybody(browser):
    text = browser.get("/approve/advice").content.decode()

    for heading in ("Before you change the phone", "No request arrives", "The phone is lost"):
        assert heading in text


def test_sec_025_after_yes_the_app_reminds_of_the_devices(browser):
    page = browser.get("/approve").content.decode()

    assert "If the request was not yours, look through your devices and end what you do not recognise." in page
    assert f'href="{reverse("identity:sessions")}"' in page


def test_sec_066_an_account_whose_key_did_not_come_along_asks_for_a_new_link(browser):
    """tests/browser shows it with a phone whose keys are gone."""
    page = browser.get("/approve").content.decode()

    assert "Needs a new link" in page
    assert "Connect anew" in page
