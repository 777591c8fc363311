"""What the start page says happened last (UI-001)."""

import html

import pytest
from django.test import Client

from stellwerk.foundation import jobs
from stellwerk.foundation.actor import Role
from stellwerk.organisations.services.invitations import NewInvitation, invite
from stellwerk.organisations.tests.builders import a_person, acting, an_organisation

pytestmark = pytest.mark.django_db


def test_ui_001_what_happened_last_is_told_without_the_mails_it_caused():
    lena = a_person("Lena", "Huber")
    bakery = an_organisation("Bäckerei Huber AG", of=lena)
    guest = NewInvitation(email="ben@example.ch", role=Role.COLLABORATOR)
    invite(actor=acting(lena, bakery), organisation_id=bakery.pk, entries=guest)
    jobs.run_due_jobs()

    browser = Client()
    browser.force_login(lena)
    page = html.unescape(browser.get(f"/o/{bakery.pk}/").text)

    assert "invited ben@example.ch" in page
    assert "was sent to ben@example.ch" not in page
    assert "was sent to ben@example.ch" in html.unescape(browser.get(f"/o/{bakery.pk}/activity").text)
