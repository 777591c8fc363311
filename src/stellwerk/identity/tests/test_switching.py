"""Several accounts in one browser: ID-040…044, and what strangers try with it."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.foundation.models import Event
from stellwerk.identity.models import KnownBrowser
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_person("Anna", "Keller", email="anna.keller@example.ch")


@pytest.fixture
def ben():
    return a_person("Ben", "Bauer", email="ben.bauer@example.ch")


def sign_in(browser, account, password=PASSWORD):
    return browser.post("/sign-in", {"email": account.email, "password": password})


def who(browser) -> str:
    answer = browser.get("/profile")
    return answer.wsgi_request.user.email if answer.status_code == 200 else ""


def switch(browser, account):
    return browser.post("/accounts/switch", {"account": account.pk})


@pytest.fixture
def both(client, anna, ben):
    """Anna signed in, then Ben in the same browser."""
    sign_in(client, anna)
    sign_in(client, ben)
    return client


def test_after_signing_out_the_accounts_of_this_browser_are_offered_id_040_id_041(both, anna, ben):
    page = both.post("/sign-out", follow=True).content.decode()

    assert "You are signed out" in page
    for fact in ("Anna Keller", anna.email, "Ben Bauer", ben.email, "Use another account"):
        assert fact in page


def test_the_avatar_menu_switches_without_a_password_while_the_session_is_good_id_042(both, anna, ben):
    assert who(both) == ben.email
    assert anna.email in both.get("/profile").content.decode()

    assert switch(both, anna)["Location"] == "/"

    assert who(both) == anna.email
    assert switch(both, ben)["Location"] == "/"
    assert who(both) == ben.email
    assert Event.objects.filter(name="AccountSwitched").count() == 2


def test_switching_reaches_the_organisation_of_the_other_account_id_043(client, anna, ben):
    acme, beta = an_organisation("Acme AG", of=anna), an_organisation("Beta AG", of=ben)
    sign_in(client, anna)
    sign_in(client, ben)
    assert client.get(f"/o/{acme.pk}/").status_code == 404

    switch(client, anna)

    assert client.get(f"/o/{acme.pk}/").status_code == 200
    assert client.get(f"/o/{beta.pk}/").status_code == 404


def test_the_login_stands_in_the_menu_and_on_the_profile_id_044(client, anna):
    sign_in(client, anna)

    assert client.get("/profile").content.decode().count(anna.email) >= 2


def test_an_ended_session_asks_for_its_password_with_the_login_filled_in_id_042(both, anna, ben):
    switch(both, anna)
    both.post("/sign-out")

    asked = switch(both, anna)
    form = both.get(asked["Location"])

    assert asked["Location"] == f"/sign-in?as={anna.pk}"
    assert form.context["form"].initial["email"] == anna.email
    assert switch(both, ben)["Location"] == "/", "the other one goes on"


def test_a_session_left_alone_for_a_week_is_not_switched_to_asvs_7_3(both, anna, ben):
    assert who(both) == ben.email
    with time_machine.travel(clock.wall() + timedelta(days=8), tick=False):
        assert switch(both, anna)["Location"].startswith("/sign-in?as=")
        assert who(both) == ""


def test_a_new_password_elsewhere_ends_the_session_that_waits(both, anna):
    elsewhere = Client()
    sign_in(elsewhere, anna)
    elsewhere.post("/profile/password", {"current_password": PASSWORD, "new_password": "eleven calm badgers sing"})

    assert switch(both, anna)["Location"].startswith("/sign-in?as=")


def test_after_a_new_password_here_one_can_still_switch_back(client, anna, ben):
    sign_in(client, anna)
    client.post("/profile/password", {"current_password": PASSWORD, "new_password": "eleven calm badgers sing"})
    sign_in(client, ben)

    assert switch(client, anna)["Location"] == "/"


def test_removing_an_account_ends_its_session_and_forgets_it_id_041(both, anna, ben):
    both.post("/accounts/removal", {"account": anna.pk})

    assert switch(both, anna).status_code == 404
    assert anna.email not in both.get("/accounts").content.decode()
    assert who(both) == ben.email
    assert Session.objects.count() == 1


def test_another_account_is_added_by_its_password_id_041(client, anna, ben):
    sign_in(client, anna)
    assert client.get("/sign-in").status_code == 302
    assert client.get("/sign-in?another=1").status_code == 200

    sign_in(client, ben)

    page = client.get("/accounts")
    assert [row.login for row in page.context["accounts"]] == [ben.email, anna.email]
    assert all(row.is_open for row in page.context["accounts"])


def test_nothing_of_one_session_reaches_the_next(client, anna, ben):
    acme = an_organisation(of=anna)
    sign_in(client, anna)
    client.get(f"/o/{acme.pk}/")
    sign_in(client, ben)

    assert "organisation_id" not in client.session
    assert client.session["_auth_user_id"] == str(ben.pk)


def test_another_browser_knows_none_of_it(both, anna):
    stranger = Client()

    assert switch(stranger, anna).status_code == 404
    assert stranger.post("/accounts/removal", {"account": anna.pk}).status_code == 404
    assert stranger.get(f"/sign-in?as={anna.pk}").context["form"].initial["email"] == ""
    assert anna.email not in stranger.get("/accounts").content.decode()


def test_a_planted_browser_cookie_reaches_no_session(client, anna):
    """Session fixation by the other cookie: the value changes when the victim signs in."""
    planted = "A" * 22
    client.cookies["browser"] = planted
    sign_in(client, anna)
    thief = Client()
    thief.cookies["browser"] = planted

    assert switch(thief, anna).status_code == 404


def test_a_switch_gives_the_session_a_new_key_so_that_an_old_one_is_worth_nothing(both, anna):
    old_key = KnownBrowser.objects.get(account=anna).session_key
    switch(both, anna)

    assert both.session.session_key != old_key
    assert not Session.objects.filter(session_key=old_key).exists()
    assert both.get("/profile/sessions").context["sessions"][0].is_current


def test_a_switch_needs_a_form_of_ours_and_never_a_link(anna, ben):
    guarded = Client(enforce_csrf_checks=True)

    assert guarded.get("/accounts/switch", {"account": anna.pk}).status_code == 405
    assert switch(guarded, anna).status_code == 403


@pytest.mark.parametrize("odd", ["", "x", "-1", "0", "9" * 40, "1 OR 1=1", "\u0663", "1\x00"])
def test_an_odd_account_does_not_exist(both, odd):
    assert both.post("/accounts/switch", {"account": odd}).status_code == 404


def test_a_closed_account_is_neither_offered_nor_reached(both, anna):
    type(anna).objects.filter(pk=anna.pk).update(is_active=False)

    assert switch(both, anna).status_code == 404
    assert anna.email not in both.get("/accounts").content.decode()


def test_pages_of_a_browser_with_one_account_ask_nothing_more(client, anna, django_assert_max_num_queries):
    sign_in(client, anna)
    client.get("/profile")

    with django_assert_max_num_queries(12):
        answer = client.get("/profile")

    assert "Other accounts" not in answer.content.decode()
