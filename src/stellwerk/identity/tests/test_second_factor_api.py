"""The second factor on the wire: API-026 over SEC-002…008, SEC-029, SEC-032."""

import json
from datetime import timedelta

import pyotp
import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of, reason_of
from stellwerk.foundation import clock, jobs
from stellwerk.foundation.models import Message
from stellwerk.identity import queries
from stellwerk.identity.models import Passkey
from stellwerk.identity.rules import Method
from stellwerk.identity.services.second_factor.recovery_codes import use_recovery_code
from stellwerk.identity.tests.factors import a_totp_app_of
from stellwerk.identity.tests.passkeys import VISITOR, SoftwareKey, an_enrolled_key, proven
from stellwerk.identity.tests.test_sms_factor import the_code_sent
from stellwerk.organisations.tests.builders import PASSWORD, a_person, an_organisation

pytestmark = pytest.mark.django_db
ROOT = "2/profile/second-factor"


@pytest.fixture
def anna():
    return a_person()


@pytest.fixture
def caller(anna):
    return Caller(a_token_of(anna))


def begun(caller, **body):
    return caller.post(f"{ROOT}/passkeys/challenges", {"name": "Laptop", "password": PASSWORD, **body})


def enrolled(caller, key, **body):
    asked = begun(caller).json()["data"]
    answer = {"ticket": asked["ticket"], "credential": json.loads(key.creation(asked["options"])), **body}
    return caller.post(f"{ROOT}/passkeys", answer)


def test_a_passkey_is_enrolled_by_a_program_and_opens_the_next_sign_in_api_026_sec_003(caller, anna):
    key = SoftwareKey()

    answer = enrolled(caller, key)

    assert answer.status_code == 201
    made = answer.json()["data"]
    assert (made["type"], made["name"], len(made["recovery_codes"])) == ("passkey", "Laptop", 10)
    assert caller.get(ROOT).json()["data"] == {
        "has_otp": True, "default_method": "passkey", "recovery_codes_left": 10,
    }  # fmt: skip
    assert [row["id"] for row in caller.get(f"{ROOT}/methods").json()["data"]] == [made["id"]]
    assert proven(key, anna).pk == made["id"]


def test_the_second_factor_is_not_touched_without_the_password_sec_006(caller, anna):
    app = a_totp_app_of(anna)

    assert reason_of(begun(caller, password=None)) == "password_required"
    assert code_of(begun(caller, password="guess")) == "400 password_incorrect"
    removal = f"{ROOT}/methods/totp/{app.pk}"
    assert reason_of(caller.send("DELETE", removal)) == "password_required"
    assert code_of(caller.send("DELETE", removal, {"password": "guess"})) == "400 password_incorrect"
    assert reason_of(caller.post(f"{ROOT}/recovery-codes", {})) == "password_required"
    assert queries.methods_of(anna.pk) == (Method.TOTP,)
    assert not Passkey.objects.exists()


def test_a_ticket_belongs_to_its_account_and_purpose_and_ends(caller, anna):
    key = SoftwareKey()
    asked = begun(caller).json()["data"]
    body = {"ticket": asked["ticket"], "credential": json.loads(key.creation(asked["options"]))}
    app_ticket = caller.post(f"{ROOT}/totp/challenges", {}).json()["data"]["ticket"]

    assert code_of(Caller(a_token_of(a_person())).post(f"{ROOT}/passkeys", body)) == "410 linking_expired"
    assert code_of(caller.post(f"{ROOT}/passkeys", {**body, "ticket": app_ticket})) == "410 linking_expired"
    assert code_of(caller.post(f"{ROOT}/passkeys", {**body, "ticket": "forged"})) == "410 linking_expired"
    with clock.travel_to(clock.now() + timedelta(minutes=6)):
        assert code_of(caller.post(f"{ROOT}/passkeys", body)) == "410 passkey_expired"
    assert caller.post(f"{ROOT}/passkeys", body).status_code == 201
    assert code_of(caller.post(f"{ROOT}/passkeys", body)) == "410 passkey_expired", "an answer counts once"


def test_a_key_made_for_another_site_is_refused(caller):
    assert code_of(enrolled(caller, SoftwareKey(origin="https://evil.example"))) == "400 passkey_unusable"


def test_a_credential_that_is_none_is_refused(caller):
    asked = begun(caller).json()["data"]

    answer = caller.post(f"{ROOT}/passkeys", {"ticket": asked["ticket"], "credential": {"id": 7}})

    assert code_of(answer) == "400 passkey_unusable"


def test_an_app_is_linked_with_its_first_code_sec_003(caller, anna):
    begin = caller.post(f"{ROOT}/totp/challenges", {}).json()["data"]
    assert begin["address"].startswith("otpauth://totp/")
    body = {"ticket": begin["ticket"], "name": "Phone", "password": PASSWORD}
    code = pyotp.TOTP(begin["secret"]).at(clock.now())

    assert code_of(caller.post(f"{ROOT}/totp", {**body, "code": "000000"})) == "400 code_invalid"
    made = caller.post(f"{ROOT}/totp", {**body, "code": code}).json()["data"]

    assert (made["type"], made["name"], len(made["recovery_codes"])) == ("totp", "Phone", 10)
    assert queries.methods_of(anna.pk) == (Method.TOTP,)


def test_a_number_is_added_with_the_code_of_its_message_sec_004(caller, anna):
    foreign = caller.post(f"{ROOT}/sms/challenges", {"phone": "+1 202 555 0123", "password": PASSWORD})
    assert code_of(foreign) == "400 sms_not_available_in_country"
    begin = caller.post(f"{ROOT}/sms/challenges", {"phone": "+41 79 123 45 67", "password": PASSWORD}).json()["data"]

    made = caller.post(f"{ROOT}/sms", {"id": begin["id"], "code": the_code_sent()}).json()["data"]

    assert (made["type"], len(made["recovery_codes"])) == ("sms", 10)


def test_removing_the_last_method_switches_the_factor_off_and_is_told_sec_007(caller, anna):
    app = a_totp_app_of(anna)
    an_enrolled_key(anna)

    for row in caller.get(f"{ROOT}/methods").json()["data"]:
        address = f"{ROOT}/methods/{row['type']}/{row['id']}"
        assert caller.send("DELETE", address, {"password": PASSWORD}).json()["data"] is True

    assert caller.get(ROOT).json()["data"] == {"has_otp": False, "default_method": None, "recovery_codes_left": 0}
    jobs.run_due_jobs()
    assert Message.objects.filter(template="identity/email/second_factor_removed").count() == 2
    assert code_of(caller.send("DELETE", f"{ROOT}/methods/totp/{app.pk}")) == "404 object_not_found"


def test_the_last_method_stays_while_an_organisation_demands_one_sec_008_sec_039(caller, anna):
    acme = an_organisation("Acme AG", of=anna)
    app = a_totp_app_of(anna)
    demand = f"1/accounts/{acme.pk}/second-factor"
    assert caller.get(demand).json()["data"] == {"is_required": False, "count_without": 0}
    assert caller.send("PUT", demand, {"is_required": True}).json()["data"]["is_required"] is True

    refusal = caller.send("DELETE", f"{ROOT}/methods/totp/{app.pk}", {"password": PASSWORD})

    assert code_of(refusal) == "400 second_factor_demanded"
    assert "Acme AG" in refusal.json()["error"]["description"]
    assert caller.get(f"1/accounts/{acme.pk}").json()["data"]["has_2fa_required"] is True
    caller.send("PUT", demand, {"is_required": False})
    assert caller.send("DELETE", f"{ROOT}/methods/totp/{app.pk}", {"password": PASSWORD}).json()["data"] is True


def test_another_persons_method_does_not_exist(caller):
    theirs = a_totp_app_of(a_person())

    assert code_of(caller.send("DELETE", f"{ROOT}/methods/totp/{theirs.pk}", {"password": PASSWORD})) == (
        "404 object_not_found"
    )
    assert code_of(caller.send("DELETE", f"{ROOT}/methods/horse/{theirs.pk}", {"password": PASSWORD})) == (
        "404 object_not_found"
    )


def test_a_new_set_of_recovery_codes_ends_the_old_one_sec_032(caller, anna):
    assert code_of(caller.post(f"{ROOT}/recovery-codes", {"password": PASSWORD})) == "400 second_factor_off"
    a_totp_app_of(anna)
    old, new = (
        caller.post(f"{ROOT}/recovery-codes", {"password": PASSWORD}).json()["data"]["recovery_codes"] for _ in range(2)
    )

    assert len(new) == 10
    assert not set(old) & set(new)
    assert use_recovery_code(actor=VISITOR, account=anna, code=new[0]) == 9


def test_the_default_is_chosen_among_ones_methods_sec_005(caller, anna):
    a_totp_app_of(anna)
    an_enrolled_key(anna)

    assert caller.send("PATCH", ROOT, {"default_method": "totp"}).json()["data"]["default_method"] == "totp"
    assert code_of(caller.send("PATCH", ROOT, {"default_method": "sms"})) == "422 validation_failed"


def test_a_passkey_gets_another_name(caller, anna):
    an_enrolled_key(anna)
    row = caller.get(f"{ROOT}/methods").json()["data"][0]

    assert caller.send("PATCH", f"{ROOT}/passkeys/{row['id']}", {"name": "Key ring"}).json()["data"]["name"] == (
        "Key ring"
    )


def test_an_instance_without_a_name_says_why_it_has_no_passkeys(caller, settings):
    """It was answered 404, as if the command did not exist."""
    settings.SITE_URL = "http://127.0.0.1:8000"

    assert code_of(begun(caller)) == "400 passkeys_need_a_name"
