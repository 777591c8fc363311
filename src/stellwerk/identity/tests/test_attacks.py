"""What strangers try at the doors: ID-034, SEC-056, SEC-059 and the list of the purpose. See docs/security.md."""

import pytest
from django.test import Client

from stellwerk.foundation.actor import Role
from stellwerk.organisations.services.memberships import change_member, remove_member
from stellwerk.organisations.tests.builders import (
    PASSWORD,
    a_legal_representative_of,
    a_member_of,
    a_person,
    an_organisation,
)

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/", "http://evil.example", "//evil.example/", "///evil.example", "////evil.example//",
    "/\\evil.example", "\\\\evil.example", "/\\/evil.example", "\\/evil.example", "https:evil.example",
    "http:///evil.example", "https:/evil.example", "HTTPS://EVIL.EXAMPLE", " https://evil.example",
    "\thttps://evil.example", "java\nscript:alert(1)", "javascript:alert(1)", "data:text/html,x", "/\t/evil.example",
    "/\n/evil.example", "//evil.example\\@testserver", "https://testserver@evil.example",
    "https://testserver.evil.example", "//testserver:80@evil.example", "http://[::ffff:evil", "\x00//evil.example",
    "https://evil.example#testserver", "//evil%E3%80%82example", "//ⓔvil.example", "mailto:a@evil.example",
]  # fmt: skip


def lands_elsewhere(answer) -> bool:
    return not answer["Location"].startswith("/") or answer["Location"][1:2] in ("/", "\\", "\t", "\n")


@pytest.mark.parametrize("planted", ELSEWHERE)
def test_no_spelling_of_next_leads_to_another_site(planted):
    anna = a_person()
    browser = Client()

    signed_in = browser.post("/sign-in", {"email": anna.email, "password": PASSWORD, "next": planted})
    here_already = browser.get("/sign-in", {"next": planted})
    theme = browser.post("/appearance", {"theme": "dark", "next": planted})
    language = browser.post("/language", {"language": "de", "next": planted})

    assert not any(lands_elsewhere(answer) for answer in (signed_in, here_already, theme, language))


def a_browser_of(account) -> Client:
    browser = Client()
    browser.post("/sign-in", {"email": account.email, "password": PASSWORD})
    return browser


def test_a_removed_member_finds_nothing_at_the_next_click_of_a_live_session():
    acme = an_organisation()
    mia = a_member_of(acme, Role.ADMINISTRATOR)
    browser = a_browser_of(mia)
    assert browser.get(f"/o/{acme.pk}/members").status_code == 200

    remove_member(actor=a_legal_representative_of(acme), organisation_id=acme.pk, account_id=mia.pk)

    assert browser.get(f"/o/{acme.pk}/members").status_code == 404
    assert browser.post(f"/o/{acme.pk}/invitations/new", {"email": "x@example.ch", "role": "admin"}).status_code == 404


def test_a_lowered_role_counts_at_the_next_click_of_a_live_session():
    acme = an_organisation()
    mia = a_member_of(acme, Role.ADMINISTRATOR)
    browser = a_browser_of(mia)
    assert browser.get(f"/o/{acme.pk}/activity").status_code == 200

    change_member(
        actor=a_legal_representative_of(acme),
        organisation_id=acme.pk,
        account_id=mia.pk,
        role=Role.COLLABORATOR,
        has_billing_access=None,
    )

    assert browser.get(f"/o/{acme.pk}/activity").status_code == 403


def test_a_session_key_that_was_seen_before_the_sign_in_opens_nothing():
    anna = a_person()
    browser = Client()
    browser.post("/forgotten", {"email": "nobody@example.ch"})
    planted = browser.session.session_key
    browser.post("/sign-in", {"email": anna.email, "password": PASSWORD})
    thief = Client()
    thief.cookies["session"] = planted or ""

    assert planted
    assert thief.get("/profile").status_code == 302


@pytest.mark.parametrize("key", ["", "x", "a" * 5000, "../../etc/passwd", "\x00", "é" * 32, "'; DROP TABLE x;--"])
def test_an_odd_session_cookie_is_a_visitor(key):
    browser = Client()
    browser.cookies["session"] = key

    assert browser.get("/sign-in").status_code == 200
    assert browser.get("/profile").status_code == 302
