import pytest

from stellwerk.identity.models import Account
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


def an_account(email):
    return Account.objects.create(email=email, first_name="Anna", last_name="Keller")


def test_an_address_signs_in_to_one_account():
    an_account("anna@example.ch")

    with refused_by("one_account_per_login"):
        an_account("anna@example.ch")


def test_logins_are_stored_in_lower_case_so_that_one_address_is_one_login():
    with refused_by("login_is_lower_case"):
        an_account("Anna@example.ch")
