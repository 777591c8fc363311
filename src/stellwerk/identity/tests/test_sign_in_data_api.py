"""Login, recovery address and number on the wire (ID-049…055, api-wire.md)."""

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of, reason_of
from stellwerk.identity import queries
from stellwerk.identity.tests.recovering import a_recoverable_person, code_sent_to
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db
NEW_LOGIN = "anna.new@example.net"


@pytest.fixture
def anna():
    return a_recoverable_person()


@pytest.fixture
def caller(anna):
    return Caller(a_token_of(anna))


def test_a_recovery_address_is_changed_with_password_and_code_id_049(caller, anna):
    body = {"type": "recovery", "email": "anna@example.net"}
    assert reason_of(caller.post("2/profile/emails", body)) == "password_required"
    assert code_of(caller.post("2/profile/emails", {**body, "password": "wrong"})) == "400 password_incorrect"
    waiting = caller.post("2/profile/emails", {**body, "password": PASSWORD}).json()["data"]
    assert (waiting["type"], waiting["is_verified"]) == ("recovery", False)

    address = f"2/profile/emails/recovery/{waiting['id']}"
    assert code_of(caller.send("PATCH", address, {"code": "x"})) == "400 code_invalid"
    changed = caller.send("PATCH", address, {"code": code_sent_to("anna@example.net")}).json()["data"]

    assert (changed["email"], changed["is_verified"]) == ("anna@example.net", True)
    listed = caller.get("2/profile/emails").json()["data"]
    assert [(row["type"], row["email"]) for row in listed] == [
        ("login", anna.email), ("recovery", "anna@example.net"),
    ]  # fmt: skip


def test_a_login_is_changed_and_a_pending_change_cancelled_id_052(caller, anna):
    body = {"type": "login", "email": NEW_LOGIN, "password": PASSWORD}
    first = caller.post("2/profile/emails", body).json()["data"]
    assert caller.send("DELETE", f"2/profile/emails/login/{first['id']}").json()["data"] is True
    second = caller.post("2/profile/emails", body).json()["data"]

    answer = caller.send("PATCH", f"2/profile/emails/login/{second['id']}", {"code": code_sent_to(NEW_LOGIN)})

    assert answer.json()["data"]["email"] == NEW_LOGIN
    assert code_of(caller.send("DELETE", f"2/profile/emails/login/{anna.pk}")) == "400 login_required"
    assert code_of(
        caller.get(
            "2/profile/emails/owner/1",
        )
    ) in ("404 object_not_found", "404 method_not_found")


def test_removing_the_recovery_address_needs_the_password(caller, anna):
    address = f"2/profile/emails/recovery/{anna.pk}"

    assert reason_of(caller.send("DELETE", address)) == "password_required"
    assert caller.send("DELETE", address, {"password": PASSWORD}).json()["data"] is True
    assert queries.sign_in_data(anna.pk).recovery_email == ""


def test_a_number_is_changed_with_password_and_code_id_049(caller, anna):
    body = {"phone": "+41787654321"}
    assert reason_of(caller.post("2/profile/phones", body)) == "password_required"
    waiting = caller.post("2/profile/phones", {**body, "password": PASSWORD}).json()["data"]
    rows = caller.get("2/profile/phones").json()["data"]
    assert [row["is_verified"] for row in rows] == [True, False]

    address = f"2/profile/phones/{waiting['id']}"
    changed = caller.send("PATCH", address, {"code": code_sent_to("+41787654321")}).json()["data"]

    assert changed == {"id": anna.pk, "phone": "+41787654321", "is_verified": True, "expired_at": None}
    assert code_of(caller.send("DELETE", address)) == "404 object_not_found"


def test_what_belongs_to_others_does_not_exist(caller):
    ben = a_person("Ben")
    theirs = Caller(a_token_of(ben))
    waiting = theirs.post(
        "2/profile/emails", {"type": "recovery", "email": "b@example.net", "password": PASSWORD}
    ).json()["data"]

    address = f"2/profile/emails/recovery/{waiting['id']}"
    assert code_of(caller.send("PATCH", address, {"code": "123456"})) == "404 object_not_found"
    assert code_of(caller.send("DELETE", f"2/profile/emails/recovery/{ben.pk}")) == "404 object_not_found"
    assert code_of(caller.send("DELETE", f"2/profile/phones/{ben.pk}")) == "404 object_not_found"
