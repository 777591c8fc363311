"""Enrolling passkeys, and what belongs to them (SEC-003, SEC-006, WebAuthn level 3)."""

import json

import pytest
from django.test import override_settings

from stellwerk.foundation import clock
from stellwerk.foundation.errors import DomainError, NotFound
from stellwerk.identity.models import Passkey
from stellwerk.identity.services import passkeys
from stellwerk.identity.services.passkeys import RelyingParty, relying_party
from stellwerk.identity.tests.passkeys import PARTY, SoftwareKey, allowed, an_enrolled_key
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor
from tests.refusals import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_person("Anna", "Keller")


@pytest.fixture
def session():
    return {}


def code_of(refused) -> str:
    return refused.value.code


def test_enrolling_asks_for_the_password_again_sec_006(anna, session):
    with pytest.raises(DomainError) as refused:
        allowed(session, anna, password="wrong")

    assert code_of(refused) == "password_incorrect"
    assert passkeys.registration_options(session=session, account_id=anna.pk, party=PARTY) is None


def test_a_key_is_offered_as_resident_and_verified_and_known_ones_are_left_out(anna, session):
    key = an_enrolled_key(anna)
    allowed(session, anna)

    options = passkeys.registration_options(session=session, account_id=anna.pk, party=PARTY)

    assert options["rp"] == {"id": "testserver", "name": "Stellwerk"}
    assert options["authenticatorSelection"]["residentKey"] == "preferred"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert [each["id"] for each in options["excludeCredentials"]] == [json.loads(key.creation(options))["id"]]
    assert options["user"]["id"] == Passkey.objects.get().user_handle  # one entry per account on a device


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://testserver.example"}, {"origin": "http://testserver:81"}, {"host": "example.ch"},
     {"is_present": False}],
)  # fmt: skip
def test_an_answer_from_elsewhere_is_not_enrolled(anna, session, wrong):
    allowed(session, anna)
    options = passkeys.registration_options(session=session, account_id=anna.pk, party=PARTY)
    answer = SoftwareKey(**wrong).creation(options)

    with pytest.raises(DomainError) as refused:
        passkeys.register(session=session, actor=a_stranger_actor(anna), party=PARTY, answer=answer)

    assert code_of(refused) == "passkey_unusable"
    assert not Passkey.objects.exists()


def test_an_answer_enrols_one_key_and_no_second(anna, session):
    allowed(session, anna)
    answer = SoftwareKey().creation(passkeys.registration_options(session=session, account_id=anna.pk, party=PARTY))
    passkeys.register(session=session, actor=a_stranger_actor(anna), party=PARTY, answer=answer)

    with pytest.raises(DomainError) as refused:
        passkeys.register(session=session, actor=a_stranger_actor(anna), party=PARTY, answer=answer)

    assert code_of(refused) == "passkey_expired"
    assert Passkey.objects.count() == 1


def test_a_key_belongs_to_one_account(anna):
    key = an_enrolled_key(anna)

    with pytest.raises(DomainError) as refused:
        an_enrolled_key(a_person("Ben", "Meier"), key)

    assert code_of(refused) == "passkey_already_used"
    with refused_by("one_account_per_passkey"):
        Passkey.objects.create(
            account=anna, name="again", credential_id=Passkey.objects.get().credential_id, credential_data=b"",
            user_handle="x", aaguid="", created_at=clock.now(),
        )  # fmt: skip


def test_nobody_enrols_for_somebody_else(anna, session):
    ben = a_stranger_actor(a_person("Ben", "Meier"))

    with pytest.raises(NotFound):
        passkeys.allow_registration(session=session, actor=ben, account_id=anna.pk, name="x", current_password=PASSWORD)
    allowed(session, anna)
    options = passkeys.registration_options(session=session, account_id=anna.pk, party=PARTY)
    with pytest.raises(DomainError):
        passkeys.register(session=session, actor=ben, party=PARTY, answer=SoftwareKey().creation(options))
    assert not Passkey.objects.exists()


def test_twenty_keys_are_enough(anna):
    for number in range(20):
        Passkey.objects.create(
            account=anna, name="key", credential_id=str(number), credential_data=b"", user_handle="aGFuZGxl",
            aaguid="", created_at=clock.now(),
        )  # fmt: skip

    with pytest.raises(DomainError) as refused:
        allowed({}, anna)

    assert code_of(refused) == "too_many_passkeys"
    assert "20" in refused.value.sentence()


def test_a_key_gets_another_name_and_strangers_find_none(anna):
    an_enrolled_key(anna)
    key_id = Passkey.objects.get().pk

    passkeys.rename_passkey(actor=a_stranger_actor(anna), account_id=anna.pk, passkey_id=key_id, name=" Work  laptop ")

    assert Passkey.objects.get().name == "Work laptop"
    ben = a_stranger_actor(a_person("Ben", "Meier"))
    with pytest.raises(NotFound):
        passkeys.rename_passkey(actor=ben, account_id=ben.account_id, passkey_id=key_id, name="x")


@pytest.mark.parametrize(
    ("site_url", "address", "party"),
    [
        ("", "http://localhost:8000/", RelyingParty("localhost", "http://localhost:8000")),
        ("", "http://127.0.0.1:8000/", None),
        ("", "http://[::1]:8000/", None),
        ("https://portal.example.ch", "http://10.0.0.3/", RelyingParty("portal.example.ch", "https://portal.example.ch")),
        ("https://portal.example.ch:8443/", "http://x/", RelyingParty("portal.example.ch", "https://portal.example.ch:8443")),
    ],
)  # fmt: skip
def test_keys_are_bound_to_the_address_of_the_operator_else_of_the_request(site_url, address, party):
    with override_settings(SITE_URL=site_url):
        assert relying_party(address) == party
