"""A manager asks a member to improve the security of the account (SEC-043, SEC-058)."""

import pytest
from django.test import Client

from stellwerk.foundation import activity, jobs
from stellwerk.foundation.errors import AccessDenied, DomainError, NotFound
from stellwerk.foundation.models import Message
from stellwerk.identity.tests.factors import a_totp_app_of
from stellwerk.organisations.services.security_alert import send_security_alert
from stellwerk.organisations.tests.builders import (
    a_collaborator_of,
    a_member_of,
    a_person,
    acting,
    an_organisation,
    an_outsider,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_person("Anna", "Keller")


@pytest.fixture
def acme(anna):
    return an_organisation("Acme AG", of=anna)


def a_browser(account) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def test_an_alert_says_in_the_persons_language_what_to_improve_sec_043(acme, anna):
    mia = a_member_of(acme)
    mia.language = "de"
    mia.save()
    boss = acting(anna, acme)

    send_security_alert(actor=boss, organisation_id=acme.pk, account_id=mia.pk)
    jobs.run_due_jobs()

    letter = Message.objects.get(recipient=mia.email)
    assert letter.language == "de"
    assert "Anna Keller" in letter.subject
    assert "Acme AG" in letter.body
    assert "Zweiter Faktor: keiner." in letter.body
    assert "http" not in letter.body  # SEC-058: no link that a forged letter could imitate
    assert "Anna Keller sent Mia Meier a security alert" in [
        row.sentence for row in activity.organisation_rows(acme.pk)
    ]


def test_an_alert_to_somebody_with_a_factor_says_so_sec_043(acme, anna):
    mia = a_member_of(acme)
    a_totp_app_of(mia)

    send_security_alert(actor=acting(anna, acme), organisation_id=acme.pk, account_id=mia.pk)
    jobs.run_due_jobs()

    assert "Second factor: set up." in Message.objects.get(recipient=mia.email).body


def test_alerts_are_not_a_nuisance_sec_043(acme, anna):
    mia = a_member_of(acme)
    boss = acting(anna, acme)
    send_security_alert(actor=boss, organisation_id=acme.pk, account_id=mia.pk)

    with pytest.raises(DomainError) as refused:
        send_security_alert(actor=boss, organisation_id=acme.pk, account_id=mia.pk)

    assert refused.value.code == "too_many_attempts"
    jobs.run_due_jobs()
    assert Message.objects.filter(recipient=mia.email).count() == 1


def test_alerts_are_for_managers_and_for_people_of_the_organisation_sec_043(acme, anna):
    mia = a_member_of(acme)
    stranger = a_person()

    with pytest.raises(AccessDenied):
        send_security_alert(actor=a_collaborator_of(acme), organisation_id=acme.pk, account_id=mia.pk)
    with pytest.raises(NotFound):
        send_security_alert(actor=acting(anna, acme), organisation_id=acme.pk, account_id=stranger.pk)
    with pytest.raises(NotFound):
        send_security_alert(actor=an_outsider(), organisation_id=acme.pk, account_id=mia.pk)
    jobs.run_due_jobs()
    assert not Message.objects.exists()


def test_the_alert_asks_first_on_a_page_or_in_a_dialog_sec_043(acme, anna):
    mia = a_member_of(acme)
    browser = a_browser(anna)
    address = f"/o/{acme.pk}/members/{mia.pk}/security-alert"

    assert "Send Mia Meier a security alert?" in browser.get(address).content.decode()
    piece = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert piece.startswith("<dialog")
    assert browser.post(address)["Location"] == f"/o/{acme.pk}/members"
    again = browser.post(address)
    assert again.status_code == 429
    assert "Nothing was sent." in again.content.decode()
    assert address in browser.get(f"/o/{acme.pk}/members").content.decode()
