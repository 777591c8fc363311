"""Application passwords, SEC-044…051: for synchronisation, within their protocols, and for nothing else."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from stellwerk.api.tests.builders import Caller, a_token_of, code_of, reason_of
from stellwerk.foundation import clock, secrets
from stellwerk.identity import queries
from stellwerk.identity.errors import TooManyAttempts
from stellwerk.identity.models import ApplicationPassword, TotpApp
from stellwerk.identity.rules import SYNC_SCOPES
from stellwerk.identity.services import NewApplicationPassword, create_application_password
from stellwerk.identity.services.revocations import revoke_application_passwords
from stellwerk.identity.services.sync_sign_in import checked_application_password
from stellwerk.organisations.tests.builders import PASSWORD, a_person, a_stranger_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_person()


@pytest.fixture
def browser(anna):
    browser = Client()
    browser.post("/sign-in", {"email": anna.email, "password": PASSWORD})
    return browser


def a_password(account, name="Phone", **more):
    entries = NewApplicationPassword(name=name, **more)
    return create_application_password(actor=a_stranger_actor(account), account_id=account.pk, entries=entries)


def test_sec_046_047_a_password_for_some_protocols_is_shown_once(anna, browser):
    form = {
        "name": "Phone",
        "scopes": ["calendar", "contacts"],
        "is_read_only": "on",
        "expires_on": "2099-01-31",
        "current_password": PASSWORD,
    }

    shown = browser.post("/profile/application-passwords", form).content.decode()
    raw = re.search(r"stw_app_\w+", shown)[0]
    later = browser.get("/profile/application-passwords").content.decode()

    assert 'data-copy="#application-password"' in shown
    assert raw not in later
    assert "Read only" in later
    check = queries.sync_check(anna.email, raw, protocol="calendar")
    assert (check.account_id, check.is_read_only) == (anna.pk, True)
    assert queries.sync_check(anna.email, raw, protocol="files").refused_because == "protocol_not_allowed"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " "}, "name"), ({"scopes": []}, "scopes"), ({"scopes": ["imap"]}, "scopes"),
     ({"expires_on": "2001-01-01"}, "expires_on"), ({"current_password": "wrong"}, "current_password")],
)  # fmt: skip
def test_sec_046_a_refused_password_is_not_made(anna, browser, wrong, field):
    form = {"name": "Phone", "scopes": ["calendar"], "current_password": PASSWORD, **wrong}

    answer = browser.post("/profile/application-passwords", form)

    assert set(answer.context["form"].errors) == {field}
    assert queries.application_password_rows(anna.pk) == []


def test_sec_050_a_value_has_190_random_bits_and_is_stored_as_its_digest(anna):
    _stored, raw = a_password(anna)

    assert re.fullmatch(r"stw_app_[0-9A-Za-z]{38}", raw)  # 32 of them random: 62^32 > 2^96
    assert raw not in str(ApplicationPassword.objects.values())


def test_sec_050_it_opens_neither_the_manager_nor_the_interface(anna):
    _stored, raw = a_password(anna)

    answer = Client().post("/sign-in", {"email": anna.email, "password": raw})
    assert answer.status_code == 400
    refused = Caller(raw).get("1/products")
    assert (refused.status_code, reason_of(refused)) == (401, "token_invalid")
    basic = Caller(Authorization="Basic " + __import__("base64").b64encode(f"{anna.email}:{raw}".encode()).decode())
    assert basic.get("1/products").status_code == 401


def test_sec_049_one_several_and_all_are_revoked_after_a_question(anna, browser):
    raws = [a_password(anna, f"Device {number}")[1] for number in range(4)]
    ids = [row.id for row in queries.application_password_rows(anna.pk)][::-1]

    assert "Device 0" in browser.get(f"/profile/application-passwords/revocation?item={ids[0]}").content.decode()
    browser.post("/profile/application-passwords/revocation", {"item": ids[0]})
    assert [row.id for row in queries.application_password_rows(anna.pk)] == ids[:0:-1]
    browser.post("/profile/application-passwords/revocation", {"item": ids[1:3]})
    assert [row.id for row in queries.application_password_rows(anna.pk)] == [ids[3]]
    browser.post("/profile/application-passwords/revocation", {"all": "yes"})
    assert queries.application_password_rows(anna.pk) == []
    assert {queries.sync_check(anna.email, raw, protocol="mail").refused_because for raw in raws} == {
        "credentials_invalid"
    }


def test_sec_049_passwords_of_others_do_not_exist(anna, browser):
    stored, raw = a_password(a_person("Ben", "Beer"))

    assert browser.post("/profile/application-passwords/revocation", {"item": stored.pk}).status_code == 404
    assert browser.get(f"/profile/application-passwords/revocation?item={stored.pk}").status_code == 302
    assert queries.sync_check(stored.account.email, raw, protocol="mail").refused_because == ""
    assert queries.sync_check(anna.email, raw, protocol="mail").refused_because == "credentials_invalid"


def test_an_expired_password_says_so(anna):
    _stored, raw = a_password(anna, expires_at=clock.now() + timedelta(days=1))

    with clock.travel_to(clock.now() + timedelta(days=1)):
        assert queries.sync_check(anna.email, raw, protocol="files").refused_because == "password_expired"


def test_a_person_who_is_gone_synchronises_nothing(anna):
    _stored, raw = a_password(anna)
    anna.is_active = False
    anna.save()

    assert queries.sync_check(anna.email, raw, protocol="files").refused_because == "credentials_invalid"


def test_the_interface_makes_lists_and_revokes_them(anna):
    caller = Caller(a_token_of(anna, "user_info"))
    wish = {"name": "Calendar", "scopes": ["calendar"], "is_read_only": True, "expired_at": 4_070_908_800}

    missing = caller.post("2/profile/applications/passwords", wish)
    assert (missing.status_code, reason_of(missing)) == (403, "password_required")
    made = caller.post("2/profile/applications/passwords", {**wish, "password": PASSWORD})
    assert made.status_code == 201
    data = made.json()["data"]
    assert data["value"].startswith("stw_app_")
    (listed,) = caller.get("2/profile/applications/passwords").json()["data"]
    assert "value" not in listed
    assert (listed["scopes"], listed["is_read_only"], listed["expired_at"]) == (["calendar"], True, 4_070_908_800)
    assert caller.send("DELETE", f"2/profile/applications/passwords/{data['id']}").json()["data"] is True
    assert caller.get("2/profile/applications/passwords").json()["data"] == []
    bad = {**wish, "scopes": ["imap"], "password": PASSWORD}
    assert code_of(caller.post("2/profile/applications/passwords", bad)) == "422 validation_failed"


def test_revoking_nothing_revokes_nothing(anna):
    a_password(anna)

    assert revoke_application_passwords(actor=a_stranger_actor(anna), account_id=anna.pk, password_ids=[]) == 0


def the_door(login, raw, protocol="calendar", address="192.0.2.7"):
    return checked_application_password(login, raw, protocol=protocol, address=address)


def test_sec_044_048_the_door_knows_who_synchronises_and_notes_it_once_an_hour(anna, django_assert_num_queries):
    stored, raw = a_password(anna, scopes=("calendar",), is_read_only=True)

    first = the_door(f"  {anna.email.upper()} ", raw)
    assert (first.account_id, first.is_read_only, first.refused_because) == (anna.pk, True, "")
    (row,) = queries.application_password_rows(anna.pk)
    assert row.last_used_from == "192.0.2.7"
    with django_assert_num_queries(1):
        assert the_door(anna.email, raw, address="198.51.100.1").account_id == anna.pk
    assert ApplicationPassword.objects.get(pk=stored.pk).last_used_from == "192.0.2.7"
    with clock.travel_to(clock.now() + timedelta(minutes=61)):
        the_door(anna.email, raw, address="198.51.100.1")
    assert ApplicationPassword.objects.get(pk=stored.pk).last_used_from == "198.51.100.1"
    assert the_door(anna.email, raw, protocol="contacts").refused_because == "protocol_not_allowed"


def test_sec_051_the_account_password_synchronises_only_without_a_second_factor(anna):
    assert the_door(anna.email, PASSWORD).account_id == anna.pk

    sealed = secrets.encrypt("x")
    TotpApp.objects.create(account=anna, name="Phone", secret=sealed, last_used_step=0, created_at=clock.now())

    assert the_door(anna.email, PASSWORD).refused_because == "application_password_required"
    assert the_door(anna.email, "wrong").refused_because == "credentials_invalid"
    assert the_door("nobody@example.ch", PASSWORD).refused_because == "credentials_invalid"
    assert the_door(anna.email, a_password(anna)[1]).account_id == anna.pk


def test_guessing_at_the_door_is_throttled_without_locking_the_manager(anna):
    for _ in range(20):
        assert the_door(anna.email, "wrong").refused_because == "credentials_invalid"

    with pytest.raises(TooManyAttempts):
        the_door(anna.email, PASSWORD)
    assert the_door(anna.email, a_password(anna)[1]).account_id == anna.pk
    assert Client().post("/sign-in", {"email": anna.email, "password": PASSWORD}).status_code == 302


def test_an_unknown_protocol_is_a_mistake_of_ours(anna):
    with pytest.raises(ValueError, match="not a protocol"):
        the_door(anna.email, "x", protocol="imap")


def test_sec_045_they_open_no_mailbox_and_the_page_says_so(anna, browser):
    """Mailboxes have device passwords of their own, which come with the mail room."""
    assert SYNC_SCOPES == ("calendar", "contacts", "files", "mail")
    assert "Mail settings and rules, not IMAP or SMTP" in browser.get("/profile/application-passwords").content.decode()
