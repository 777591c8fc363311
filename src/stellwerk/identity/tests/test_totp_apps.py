"""Linking and removing authenticator apps: SEC-002, SEC-006…010, SEC-027, SEC-042, SEC-051."""

import pyotp
import pytest
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.identity import queries
from stellwerk.identity.models import TotpApp
from stellwerk.identity.rules import Method
from stellwerk.identity.tests.factors import (
    a_code_of,
    a_totp_app_of,
    a_waiting_browser,
    is_signed_in,
    next_code_of,
    sign_in_with_password,
)
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
STEP = "/sign-in/second-factor/totp"
OVERVIEW = "/profile/second-factor"
NEW = "/profile/second-factor/totp/new"


@pytest.fixture
def anna():
    return a_person(email="anna.keller@example.ch")


@pytest.fixture
def app(anna):
    return a_totp_app_of(anna)


@pytest.fixture
def browser(anna):
    opened = Client()
    sign_in_with_password(opened, anna)
    return opened


def the_offered_secret(browser: Client) -> str:
    return browser.get(NEW).context["secret"].replace(" ", "")


def enrol(browser: Client, **more: str):
    secret = the_offered_secret(browser)
    values = {"name": "My phone", "code": pyotp.TOTP(secret).at(clock.now()), "current_password": PASSWORD, **more}
    return browser.post(NEW, values)


def test_an_app_is_linked_by_picture_or_key_and_proved_by_a_code_sec_002(browser, anna):
    page = browser.get(NEW)
    secret = page.context["secret"].replace(" ", "")

    answer = enrol(browser)

    app = TotpApp.objects.get(account=anna)
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode()
    assert answer.status_code in (200, 302)
    assert app.name == "My phone"
    assert secret not in app.secret, "kept encrypted"
    assert queries.has_second_factor(anna.pk)


def test_the_code_that_linked_the_app_does_not_sign_in_sec_027(browser, anna):
    enrol(browser)
    app = TotpApp.objects.get(account=anna)
    waiting = a_waiting_browser(anna)

    assert waiting.post(STEP, {"code": a_code_of(app)}).status_code == 400
    waiting.post(STEP, {"code": next_code_of(app)})
    assert is_signed_in(waiting)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"current_password": "quite another"}, "current_password"), ({"code": "000000"}, "code"), ({"name": ""}, "name")],
)
def test_adding_needs_the_password_and_the_code_sec_006(browser, anna, wrong, field):
    answer = enrol(browser, **wrong)

    assert answer.status_code in (400, 422)
    assert field in answer.context["form"].errors
    assert not queries.has_second_factor(anna.pk)
    assert enrol(browser).status_code in (200, 302), "the same key stays good"


def test_a_key_waits_for_its_own_account_only(browser, anna):
    secret = the_offered_secret(browser)
    session = browser.session
    session["new_totp"] = {**session["new_totp"], "account_id": a_person().pk}
    session.save()

    assert the_offered_secret(browser) != secret


def test_the_page_warns_of_programs_that_need_their_own_passwords_sec_010(browser):
    assert "application password" in browser.get(OVERVIEW).content.decode()


def test_the_short_address_leads_to_the_page_sec_002(browser):
    assert browser.get("/2fa")["Location"] == OVERVIEW


def test_the_session_key_changes_with_the_factors_and_the_device_list_knows_it(browser, anna):
    copied = browser.cookies["session"].value

    enrol(browser)

    thief = Client()
    thief.cookies["session"] = copied
    assert not is_signed_in(thief)
    assert is_signed_in(browser)
    assert queries.session_rows(anna.pk, current_key=browser.session.session_key)[0].is_current


# ── removing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def remove(browser: Client, app: TotpApp, password: str = PASSWORD):
    return browser.post(f"{OVERVIEW}/totp/{app.pk}/removal", {"current_password": password})


def test_one_of_two_apps_goes_and_the_other_stays_sec_007(browser, anna):
    first, second = a_totp_app_of(anna), a_totp_app_of(anna, name="Tablet")

    remove(browser, first)

    assert [row.id for row in queries.factor_rows(anna.pk)] == [second.pk]
    assert queries.has_second_factor(anna.pk)


def test_the_last_one_switches_the_factor_off_and_says_so_sec_007(browser, anna, app):
    page = browser.get(f"{OVERVIEW}/totp/{app.pk}/removal").content.decode()

    answer = browser.post(f"{OVERVIEW}/totp/{app.pk}/removal", {"current_password": PASSWORD}, follow=True)

    assert "Your password alone" in page or "your password alone" in page
    assert "The second factor is off" in answer.content.decode()
    assert not queries.has_second_factor(anna.pk)


def test_removing_needs_the_password_sec_006(browser, anna, app):
    answer = remove(browser, app, "quite another password")

    assert answer.status_code == 400
    assert queries.has_second_factor(anna.pk)


def test_a_strangers_factor_does_not_exist(browser, anna):
    strange = a_totp_app_of(a_person())

    assert remove(browser, strange).status_code == 404
    assert browser.post(f"{OVERVIEW}/magic/{strange.pk}/removal", {"current_password": PASSWORD}).status_code == 404
    assert TotpApp.objects.filter(pk=strange.pk).exists()


@pytest.mark.parametrize("page", [OVERVIEW, NEW])
def test_pages_open_within_twelve_queries(browser, anna, app, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert browser.get(page).status_code == 200


def test_who_has_no_factor_is_known_in_one_query_sec_042(anna, app, django_assert_num_queries):
    ben = a_person("Ben", "Bauer")

    with django_assert_num_queries(1):
        assert queries.accounts_without_factor([anna.pk, ben.pk]) == {ben.pk}
    with django_assert_num_queries(1):
        assert queries.methods_of(anna.pk) == (Method.TOTP,)


def test_programs_need_their_own_password_while_the_factor_is_on_sec_051(anna, app):
    assert queries.application_password_required(anna.pk)
    assert not queries.application_password_required(a_person().pk)
