import pytest

from stellwerk.foundation import clock
from stellwerk.identity.models import Account, Confirmation, HelpRequest, RecoveryCode, SmsNumber
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


def an_account(email, **more):
    return Account.objects.create(email=email, first_name="Anna", last_name="Keller", **more)


def test_an_address_signs_in_to_one_account():
    an_account("anna@example.ch")

    with refused_by("one_account_per_login"):
        an_account("anna@example.ch")


def test_logins_are_stored_in_lower_case_so_that_one_address_is_one_login():
    with refused_by("login_is_lower_case"):
        an_account("Anna@example.ch")


def test_recovery_address_and_login_differ_at_all_times_id_050():
    with refused_by("recovery_differs_from_login"):
        an_account("anna@example.ch", recovery_email="anna@example.ch")


def test_recovery_addresses_are_stored_in_lower_case_or_the_comparison_with_the_login_would_miss_one():
    with refused_by("recovery_is_lower_case"):
        an_account("anna@example.ch", recovery_email="Anna@example.com")


def test_one_change_of_a_kind_waits_for_its_code_and_a_later_one_replaces_it():
    anna, now = an_account("anna@example.ch"), clock.now()
    Confirmation.objects.create(account=anna, purpose="login", email="a@example.ch", created_at=now, expires_at=now)

    with refused_by("one_pending_change_of_a_kind"):
        Confirmation.objects.create(account=anna, purpose="login", email="b@example.ch", created_at=now, expires_at=now)


def test_a_login_has_one_open_help_request_of_a_kind_sec_038():
    now = clock.now()
    HelpRequest.objects.create(asked="password", subject_digest="x", digest="1", created_at=now, expires_at=now)

    with refused_by("one_open_help_request"):
        HelpRequest.objects.create(asked="password", subject_digest="x", digest="2", created_at=now, expires_at=now)


def test_a_person_has_one_number_for_codes_sec_004():
    number = {"account": an_account("anna@example.ch"), "name": "Phone", "created_at": clock.now()}
    SmsNumber.objects.create(phone="+41791234567", **number)

    with refused_by("one_sms_number_per_account"):
        SmsNumber.objects.create(phone="+41791234568", **number)


def test_no_recovery_code_stands_twice_in_a_set_sec_029():
    code = {"account": an_account("anna@example.ch"), "digest": "d" * 64, "created_at": clock.now()}
    RecoveryCode.objects.create(**code)

    with refused_by("recovery_codes_differ"):
        RecoveryCode.objects.create(**code)
