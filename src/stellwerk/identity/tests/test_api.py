"""The caller's own account on the wire (api-wire.md)."""

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of
from stellwerk.identity import queries
from stellwerk.organisations.tests.builders import PASSWORD, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_person(language="de", phone="+41791234567")


@pytest.fixture
def caller(anna):
    return Caller(a_token_of(anna))


def data(answer, status: int = 200):
    assert answer.status_code == status, answer.content
    return answer.json()["data"]


def test_a_person_reads_the_own_profile(caller, anna):
    profile = data(caller.get("2/profile?with=*"))

    assert (profile["id"], profile["login"], profile["display_name"]) == (anna.pk, anna.email, "Anna Keller")
    assert profile["preferences"] == {"locale": "de_DE", "theme": "automatic"}
    assert profile["phones"][0]["phone"] == "+41791234567"
    assert profile["emails"][0]["email"] == anna.email


def test_a_dry_run_checks_and_keeps_nothing(caller, anna):
    body = {"first_name": "Anne", "locale": "fr_FR"}

    assert data(caller.send("PATCH", "2/profile", {**body, "dry_run": True}))["first_name"] == "Anne"
    assert queries.profile_row(anna.pk).first_name == "Anna"
    assert data(caller.send("PATCH", "2/profile", body))["preferences"]["locale"] == "fr_FR"
    assert queries.profile_row(anna.pk).first_name == "Anne"
    assert caller.send("PATCH", "2/profile", {"first_name": "A\u202eB"}).status_code == 422


def test_a_token_is_listed_without_its_value_and_revoked(caller, anna):
    other = Caller(a_token_of(anna, "user_info"))
    newest = data(caller.get("2/profile/tokens"))[0]

    assert set(newest) == {
        "id", "name", "prefix", "scopes", "state", "created_at", "expired_at", "last_used_at", "organisation_id",
    }  # fmt: skip
    assert data(other.get("2/profile"))["id"] == anna.pk
    assert data(caller.send("DELETE", f"2/profile/tokens/{newest['id']}")) is True
    assert code_of(other.get("2/profile")) == "401 not_authorized"
    assert code_of(caller.send("DELETE", f"2/profile/tokens/{newest['id']}")) == "404 object_not_found"


def test_an_application_password_shows_its_value_once(caller):
    made = data(caller.post("2/profile/applications/passwords", {"name": "Calendar", "password": PASSWORD}), 201)

    assert made["value"].startswith("stw_app_")
    (listed,) = data(caller.get("2/profile/applications/passwords"))
    assert "value" not in listed
    assert data(caller.send("DELETE", f"2/profile/applications/passwords/{made['id']}")) is True
    assert data(caller.get("2/profile/applications/passwords")) == []


def test_a_browser_is_signed_out_from_afar(caller, anna, client):
    client.post("/sign-in", {"email": anna.email, "password": "seven quiet herons cross"})
    (session,) = data(caller.get("2/profile/sessions"))

    assert data(caller.send("DELETE", f"2/profile/sessions/{session['id']}")) is True
    assert client.get("/profile").status_code == 302


def test_the_account_of_a_page_means_nothing_to_the_interface(client, anna):
    client.force_login(anna)

    assert client.get("/api/2/profile").status_code == 401
