"""One account for everything that exists, and organisations that go without it (ID-016, ID-026, ID-092)."""

import pytest
from django.test import Client

from stellwerk.foundation import clock
from stellwerk.identity.models import Account
from stellwerk.identity.services.sync_sign_in import checked_application_password
from stellwerk.identity.tests.oauth import an_application, bearer, tokens_of
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation

pytestmark = pytest.mark.django_db


def signed_in(account, **form):
    browser = Client()
    return browser, browser.post("/sign-in", {"email": account.email, "password": PASSWORD, **form})


@pytest.mark.parametrize("protocol", ["calendar", "contacts", "files"])
def test_login_and_password_of_the_manager_synchronise_as_well_id_016(protocol):
    anna = a_person()

    browser, _ = signed_in(anna)

    assert browser.get("/profile").status_code == 200
    assert checked_application_password(anna.email, PASSWORD, protocol=protocol, address=None).account_id == anna.pk


def test_apps_sign_people_in_with_the_same_account_id_016():
    """Web Mail, Drive, Chat and the mobile apps are applications: they send people to the same sign-in page."""
    anna = a_person()
    mail = an_application(a_person("Ben"), name="Mail")
    browser = Client()

    page = browser.get(mail.address())
    browser.post("/sign-in", {"email": anna.email, "password": PASSWORD})
    who = Client().get("/oauth2/userinfo", headers=bearer(tokens_of(browser, mail)["access_token"])).json()

    assert page["Location"].startswith("/sign-in?next=")
    assert who["email"] == anna.email


def test_an_organisation_that_goes_leaves_its_peoples_accounts_id_092():
    anna = a_person()
    acme = an_organisation(of=anna)
    Organisation.objects.filter(pk=acme.pk).update(deleted_at=clock.now())

    browser, answer = signed_in(anna)

    assert answer.status_code == 302
    assert browser.get("/profile").status_code == 200
    assert browser.get(f"/o/{acme.pk}/").status_code == 404
    assert Account.objects.get(pk=anna.pk).is_active


def test_the_password_page_says_that_mailboxes_keep_theirs_id_026():
    browser, _ = signed_in(a_person())

    page = browser.get("/profile/password").content.decode()

    assert "Each mailbox has its own" in page
    assert 'href="/help/login-and-mailbox"' in page
