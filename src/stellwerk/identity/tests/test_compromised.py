"""“Password compromised?”: ID-060…068."""

import pytest

from stellwerk.foundation.models import Event
from stellwerk.identity import queries
from stellwerk.identity.services import create_application_password, create_token
from stellwerk.identity.services.create_application_password import NewApplicationPassword
from stellwerk.identity.tests.oauth import an_application, error_of, tokens_of
from stellwerk.identity.tests.recovering import NEW, a_browser, a_recoverable_person, errors, is_signed_in, sent_to
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor

pytestmark = pytest.mark.django_db
WIZARD = "/profile/compromised"


@pytest.fixture
def anna():
    return a_recoverable_person()


@pytest.fixture
def browser(anna):
    return a_browser(anna)


def first_step(browser):
    return browser.post(WIZARD, {"current_password": PASSWORD, "new_password": NEW})


def test_the_password_page_leads_to_the_wizard_id_062(browser):
    assert f'href="{WIZARD}"' in browser.get("/profile/password").content.decode()


def test_the_second_step_opens_after_the_first_succeeded_id_063(browser):
    for step in ("secrets", "review"):
        assert browser.get(f"{WIZARD}/{step}")["Location"] == WIZARD
    refused = browser.post(WIZARD, {"current_password": "wrong", "new_password": NEW})
    assert errors(refused) == {"current_password"}
    assert browser.get(f"{WIZARD}/secrets")["Location"] == WIZARD

    assert first_step(browser)["Location"] == f"{WIZARD}/secrets"

    assert browser.get(f"{WIZARD}/secrets").status_code == 200


def test_all_other_sessions_end_and_open_approvals_are_refused_id_067(browser, anna):
    other = a_browser(anna)

    first_step(browser)

    assert is_signed_in(browser)
    assert not is_signed_in(other)
    assert Event.objects.filter(name="AccountSecured", account_id=anna.pk).exists()


def test_changes_that_an_intruder_began_are_cancelled(browser, anna):
    browser.post(
        "/profile/sign-in-data/login",
        {"new_login": "thief@example.net", "repeated": "thief@example.net", "current_password": PASSWORD},
    )

    first_step(browser)

    assert queries.sign_in_data(anna.pk).pending == {}


def test_each_kind_of_secret_has_a_button_that_says_how_many_went_id_064_api_009(browser, anna):
    me = a_stranger_actor(anna)
    for number in range(3):
        create_token(actor=me, account_id=anna.pk, name=f"t{number}", scopes=["products:read"])
    entries = NewApplicationPassword(name="Calendar")
    create_application_password(actor=me, account_id=anna.pk, entries=entries)
    first_step(browser)

    tokens = browser.post(f"{WIZARD}/secrets/tokens", follow=True).content.decode()
    passwords = browser.post(f"{WIZARD}/secrets/application-passwords", follow=True).content.decode()

    assert "3 API tokens are deleted." in tokens
    assert "1 application password is deleted." in passwords
    assert queries.token_rows(anna.pk) == queries.application_password_rows(anna.pk) == []


def test_an_application_that_an_intruder_let_in_goes_with_the_keys_id_064(browser, anna):
    app = an_application(a_person("Ivo"))
    lasting = tokens_of(browser, app, access_type="offline")["refresh_token"]
    first_step(browser)
    assert "1 application of others acts in your name." in browser.get(f"{WIZARD}/secrets").content.decode()

    told = browser.post(f"{WIZARD}/secrets/applications", follow=True).content.decode()

    assert "The access of 1 application is ended." in told
    assert queries.consent_rows(anna.pk) == []
    assert error_of(app.refresh(lasting)) == "400 invalid_grant"


def test_leaving_midway_keeps_what_was_done_and_secrets_go_only_by_their_buttons_id_066(browser, anna):
    create_token(actor=a_stranger_actor(anna), account_id=anna.pk, name="t", scopes=["products:read"])
    first_step(browser)
    browser.get(f"{WIZARD}/review")

    assert is_signed_in(a_browser(anna, NEW))
    assert len(queries.token_rows(anna.pk)) == 1


def test_the_review_shows_the_ways_back_in_and_the_last_page_the_others_id_065_id_068(browser, anna):
    first_step(browser)

    review = browser.get(f"{WIZARD}/review").content.decode()
    done = browser.get(f"{WIZARD}/done").content.decode()

    assert anna.recovery_email in review
    assert 'href="/profile/sessions"' in review
    assert 'href="/profile/second-factor"' in review
    assert 'href="/organisations"' in done


def test_login_and_recovery_address_are_told_of_a_new_password_id_060(browser, anna):
    browser.post("/profile/password", {"current_password": PASSWORD, "new_password": NEW})

    assert sent_to(anna.email)[-1] == sent_to("anna@example.org")[-1] == "email/password_changed"


def test_the_password_page_warns_of_mail_and_apps_id_058(browser):
    page = browser.get("/profile/password").content.decode()

    assert "opens the Manager, Mail and the apps" in page
    assert "They ask for it again after a change" in page
