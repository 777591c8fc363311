import pytest
from django.test import Client

from stellwerk.identity.tests.oauth import an_application
from stellwerk.organisations.tests.builders import a_person


@pytest.fixture
def anna():
    """Lets applications in."""
    return a_person(email="anna.keller@example.ch")


@pytest.fixture
def browser(anna):
    """Anna's, signed in."""
    browser = Client()
    browser.force_login(anna)
    return browser


@pytest.fixture
def ben():
    """Registers applications."""
    return a_person("Ben", "Beer")


@pytest.fixture
def reports(ben):
    """Ben's application, on a server of his."""
    return an_application(ben)
