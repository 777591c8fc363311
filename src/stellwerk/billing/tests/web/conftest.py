"""People at their browsers, standing in one organisation."""

import pytest
from django.test import Client

from stellwerk.organisations.models import Membership
from stellwerk.organisations.tests.builders import a_member_of, a_person, an_organisation


@pytest.fixture
def acme(db):
    return an_organisation("Acme AG")


@pytest.fixture
def bookkeeper(acme) -> Client:
    """A collaborator of Acme with the accounting right."""
    return signed_in(a_member_of(acme, billing=True))


@pytest.fixture
def collaborator(acme) -> Client:
    return signed_in(a_member_of(acme))


@pytest.fixture
def stranger(db) -> Client:
    """Somebody of another organisation."""
    person = a_person("Otto", "Aussen")
    an_organisation("Elsewhere AG", of=person)
    return signed_in(person)


def signed_in(account) -> Client:
    browser = Client()
    browser.force_login(account)
    return browser


def founder_of(organisation):
    return Membership.objects.select_related("account").get(organisation=organisation, role="owner").account
