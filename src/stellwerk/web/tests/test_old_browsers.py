"""Browsers below the minimum, and phones at the entrance (UI-018, UI-024, UI-027)."""

import pytest
from django.test import Client

from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation

pytestmark = pytest.mark.django_db

OLD = "Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Firefox/102.0"
NEW = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2"
    " Mobile/15E148 Safari/604.1"
)
NOTICE = "Security and display are no longer assured here."
UPDATE = "/help/browsers#versions"
OUTSIDE = ("/sign-in", "/sign-up", "/forgotten", "/forgotten/login", "/help-request", "/help/browsers", "/no-such-page")


def pages(user_agent, account=None):
    client = Client(headers={"User-Agent": user_agent})
    if account:
        client.force_login(account)
    return client


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_old_browser_is_told_with_the_way_to_a_newer_one_ui_018(address):
    old, new = (pages(agent).get(address).content.decode() for agent in (OLD, NEW))

    assert (NOTICE in old, UPDATE in old) == (True, True)
    assert NOTICE not in new


def test_it_is_told_on_the_pages_of_signed_in_people_too_ui_018():
    anna = a_person("Anna")
    acme = an_organisation(of=anna)

    for address in (
        "/profile",
        "/profile/sessions",
        f"/o/{acme.pk}/",
        f"/o/{acme.pk}/members",
        f"/o/{acme.pk}/no-page",
    ):
        page = pages(OLD, anna).get(address).content.decode()
        assert NOTICE in page
        assert UPDATE in page


def test_an_old_browser_gets_no_script_that_could_break_halfway_ui_024():
    anna = a_person("Anna")

    assert "build/stellwerk.js" not in pages(OLD, anna).get("/profile").content.decode()
    assert "build/stellwerk.js" in pages(NEW, anna).get("/profile").content.decode()


def test_an_old_browser_signs_in_ui_024():
    anna = a_person("Anna")
    old = pages(OLD)

    answer = old.post("/sign-in", {"email": anna.email, "password": PASSWORD})

    assert answer.status_code == 302
    assert old.get("/profile").status_code == 200


def test_what_cannot_work_shows_the_notice_instead_ui_024():
    assert NOTICE in pages(OLD).get("/approve").content.decode()
    assert "approve.js" not in pages(OLD).get("/approve").content.decode()
    assert "approve.js" in pages(NEW).get("/approve").content.decode()


@pytest.mark.parametrize("address", ["/sign-in", "/sign-up", "/sign-up/personal"])
def test_on_a_phone_the_entrance_follows_the_system_ui_027(address):
    phone, desk = (pages(agent) for agent in (PHONE, NEW))
    for client in (phone, desk):
        client.cookies["theme"] = "dark"

    assert "data-theme=" not in phone.get(address).content.decode()
    assert 'name="theme"' not in phone.get(address).content.decode()
    assert 'data-theme="dark"' in desk.get(address).content.decode()
    assert 'data-theme="dark"' in phone.get("/help/browsers").content.decode()
