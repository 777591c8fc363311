"""Organisations, members, invitations and teams on the wire (api-wire.md)."""

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of, reason_of, refused_fields
from stellwerk.foundation import jobs
from stellwerk.foundation.actor import Role
from stellwerk.foundation.models import Message
from stellwerk.organisations import queries
from stellwerk.organisations.services.invitations import NewInvitation, accept_invitation, invite
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    a_person,
    a_stranger_actor,
    an_organisation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return a_person()


@pytest.fixture
def acme(anna):
    return an_organisation(of=anna)


@pytest.fixture
def caller(anna, acme):
    return Caller(a_token_of(anna))


def data(answer, status: int = 200):
    assert answer.status_code == status, answer.content
    return answer.json()["data"]


def attributes(answer) -> set[str]:
    assert answer.status_code == 422, answer.content
    return {error["context"]["attribute"] for error in answer.json()["error"]["errors"]}


def test_an_account_on_the_wire_is_an_organisation_with_the_callers_place_in_it(caller, acme):
    (account,) = data(caller.get("1/accounts"))

    assert account == {
        "id": acme.pk,
        "name": "Acme AG",
        "legal_entity_type": "company",
        "created_at": int(acme.created_at.timestamp()),
        "locale": "en_GB",
        "language_id": 2,
        "type": "owner",
        "billing": True,
        "mailing": True,
        "has_2fa_required": False,
        "is_customer": True,
    }
    assert data(caller.get(f"1/account/{acme.pk}")) == account, "the old word leads there too"


def test_with_adds_what_is_asked_for(caller, acme):
    a_member_of(acme)
    invite(
        actor=a_legal_representative_of(acme),
        organisation_id=acme.pk,
        entries=NewInvitation(email="ben@example.ch", role="normal"),
    )

    account = data(caller.get(f"1/accounts/{acme.pk}?with=nb_users,nb_invitations,count_owners,addresses,timezone"))

    assert (account["nb_users"], account["nb_invitations"], account["count_owners"]) == (2, 1, 1)
    assert account["addresses"][0]["town"] == "Bern"
    assert account["timezone"] == "Europe/Zurich"
    assert "logo" not in account
    assert attributes(caller.get("1/accounts?with=everything")) == {"with"}


def test_a_list_of_fifty_costs_at_most_four_queries(caller, anna, django_assert_max_num_queries):
    for number in range(50):
        an_organisation(f"Acme {number:02} AG", of=anna)
    caller.get("1/accounts")

    with django_assert_max_num_queries(4):
        answer = caller.get("1/accounts?page=1&with=*")

    assert len(data(answer)) == 50
    assert (answer.json()["total"], answer.json()["pages"]) == (51, 2)


def test_lists_are_searched_ordered_and_cut(caller, anna):
    an_organisation("Zweite AG", of=anna)
    names = [row["name"] for row in data(caller.get("1/accounts?order_by=name&order=desc"))]

    assert names == ["Zweite AG", "Acme AG"]
    assert [row["name"] for row in data(caller.get("1/accounts?search=zwei"))] == ["Zweite AG"]
    assert data(caller.get("1/accounts?return=total")) == 2
    assert [row["name"] for row in data(caller.get("1/accounts?limit=1&skip=1"))] == ["Zweite AG"]


def test_an_organisation_is_founded_and_changed_on_the_wire(caller):
    entries = {
        "name": "Neue GmbH", "legal_entity_type": "company", "street": "Gasse", "postal_code": "10115",
        "town": "Berlin", "country": "DE", "vat_number": "DE136695976", "locale": "de_DE",
    }  # fmt: skip

    made = data(caller.post("1/accounts", entries), 201)
    path = f"1/accounts/{made['id']}"

    assert (made["type"], made["locale"]) == ("owner", "de_DE")
    assert code_of(caller.send("PATCH", path, {"name": "Neue AG"})) == "400 terms_not_accepted"
    assert data(caller.send("PATCH", path, {"name": "Neue AG", "accepts_terms": True}))["name"] == "Neue AG"
    assert attributes(caller.send("PATCH", path, {"postal_code": "1", "accepts_terms": True})) == {"postal_code"}
    assert attributes(caller.post("1/accounts", {**entries, "vat_number": "ATU13585627", "country": 7})) == {"country"}
    wrong = caller.post("1/accounts", {**entries, "vat_number": "ATU13585627"})
    assert wrong.json()["error"]["errors"][0]["code"] == "validation_rule_vat_country_mismatch"


def test_users_are_members_and_then_the_invited(caller, acme):
    mia = a_member_of(acme, billing=True)
    invite(
        actor=a_legal_representative_of(acme),
        organisation_id=acme.pk,
        entries=NewInvitation(email="ben@example.ch", role="external"),
    )
    path = f"2/accounts/{acme.pk}/users"

    rows = data(caller.get(path))

    assert [(row["state_in_account"], row["role_type"]) for row in rows] == [
        ("valid", "owner"), ("valid", "normal"), ("pending", "external"),
    ]  # fmt: skip
    assert rows[1]["user_id"] == mia.pk
    assert rows[1]["has_billing_access"] is True
    assert rows[2]["user_id"] is None
    assert [len(data(caller.get(f"{path}?page={page}&per_page=2"))) for page in (1, 2)] == [2, 1]
    assert caller.get(f"{path}?page=1&per_page=2").json()["total"] == 3
    assert [row["email"] for row in data(caller.get(f"{path}?limit=1&skip=2"))] == ["ben@example.ch"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("filter[role_type]=normal", 1), ("filter[state_in_account]=pending", 0), ("filter[state_in_account]=valid", 2),
        ("filter[has_billing_access]=true", 1), ("filter[has_billing_access]=false", 1), ("filter[has_otp]=true", 0),
        ("filter[user_ids][]=0", 0), ("search=keller", 1), ("filter[team_ids][]=1", 0),
    ],
)  # fmt: skip
def test_users_are_filtered(caller, acme, query, found):
    a_member_of(acme)

    assert len(data(caller.get(f"2/accounts/{acme.pk}/users?{query}"))) == found


def test_fifty_users_cost_at_most_four_queries(caller, acme, django_assert_max_num_queries):
    for _ in range(50):
        a_member_of(acme)
    caller.get(f"2/accounts/{acme.pk}/users")

    with django_assert_max_num_queries(5):  # token, standing, members, their teams, invitations
        assert len(data(caller.get(f"2/accounts/{acme.pk}/users?limit=51"))) == 51


def test_a_users_role_changes_on_the_wire_under_the_same_rules(caller, acme, anna):
    mia = a_member_of(acme)
    path = f"2/accounts/{acme.pk}/users/{mia.pk}"

    changed = data(caller.send("PATCH", path, {"role_type": "admin"}))
    assert (changed["role_type"], changed["has_billing_access"]) == ("admin", True)
    own = f"2/accounts/{acme.pk}/users/{anna.pk}"
    assert code_of(caller.send("PATCH", own, {"role_type": "normal"})) == "400 last_legal_representative"
    assert code_of(caller.send("DELETE", own)) == "400 last_legal_representative"
    assert attributes(caller.send("PATCH", path, {"role_type": "king"})) == {"role_type"}
    admin = Caller(a_token_of(mia))
    refused = admin.send("PATCH", own, {"role_type": "normal"})
    assert (code_of(refused), reason_of(refused)) == ("403 access_denied", "legal_role_required")
    assert data(caller.send("DELETE", path)) is True
    assert code_of(caller.get(path)) == "404 object_not_found"
    assert code_of(admin.get(f"2/accounts/{acme.pk}/users")) == "404 object_not_found", "at once, in every token"


def test_a_token_never_reaches_more_than_its_scopes(anna, acme):
    reader = Caller(a_token_of(anna, "users:read"))
    mia = a_member_of(acme)

    assert len(data(reader.get(f"2/accounts/{acme.pk}/users"))) == 2
    refused = reader.send("DELETE", f"2/accounts/{acme.pk}/users/{mia.pk}")
    assert (code_of(refused), reason_of(refused)) == ("403 access_denied", "insufficient_scope")
    assert code_of(reader.get("1/accounts")) == "403 access_denied"


def test_an_invitation_lives_on_the_wire(caller, acme):
    path = f"1/accounts/{acme.pk}/invitations"
    body = {
        "email": "ben@example.ch", "first_name": "Ben", "role_type": "normal", "locale": "fr_FR",
        "permissions": {"billing": True}, "notifications": {"products": False},
    }  # fmt: skip

    made = data(caller.post(path, body), 201)
    jobs.run_due_jobs()

    assert (made["status"], made["locale"]) == ("pending", "fr_FR")
    assert made["permissions"] == {"billing": True, "products": []}
    assert made["notifications"] == {"billing": True, "billing_texts": False, "products": False}
    assert made["expired_at"] - made["sent_at"] == 14 * 24 * 3600
    assert made["url_accept"].split("/")[-1] in Message.objects.get(recipient="ben@example.ch").body
    again = data(caller.post(f"{path}/{made['id']}/resend"))
    assert again["url_accept"] != made["url_accept"]
    assert data(caller.send("DELETE", f"{path}/{made['id']}")) is True
    assert data(caller.get(f"{path}/{made['id']}"))["status"] == "cancelled"
    assert code_of(caller.send("DELETE", f"{path}/{made['id']}")) == "400 invitation_answered"
    assert [row["id"] for row in data(caller.get(f"{path}?filter[status]=cancelled"))] == [made["id"]]
    assert data(caller.get(f"{path}?filter[status]=pending")) == []


def test_a_silent_invitation_is_handed_over_by_its_sender(caller, acme):
    made = data(
        caller.post(
            f"1/accounts/{acme.pk}/invitations", {"email": "ben@example.ch", "role_type": "normal", "silent": True}
        ),
        201,
    )
    jobs.run_due_jobs()

    assert not Message.objects.filter(recipient="ben@example.ch").exists()
    accept_invitation(
        actor=a_stranger_actor(a_person(email="ben@example.ch")), raw_link=made["url_accept"].split("/")[-1]
    )
    assert queries.member_total(acme.pk) == 2


def test_one_key_sends_one_invitation(caller, acme):
    path, body = f"1/accounts/{acme.pk}/invitations", {"email": "ben@example.ch", "role_type": "normal"}

    first = caller.post(path, body, Idempotency_Key="k1")
    second = caller.post(path, body, Idempotency_Key="k1")

    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert queries.invitation_total(acme.pk) == 1


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({}, {"email", "role_type"}),
        ({"email": 7, "role_type": "normal"}, {"email"}),
        ({"email": "no address", "role_type": "king"}, {"email", "role_type"}),
        ({"email": "a@b.ch", "role_type": "normal", "teams": ["x"]}, {"teams.0"}),
        ({"email": "a@b.ch", "role_type": "normal", "teams": [1]}, {"teams"}),
        ({"email": "a@b", "role_type": "normal"}, {"email"}),
        ({"email": "a@b.ch\u0000", "role_type": "normal"}, {"email"}),
        ({"email": "a@b.ch", "role_type": "normal", "permissions": "all"}, {"permissions"}),
    ],
)
def test_refused_entries_are_named_one_by_one(caller, acme, body, refused):
    assert attributes(caller.post(f"1/accounts/{acme.pk}/invitations", body)) == refused


def test_a_team_lives_on_the_wire(caller, acme, anna):
    mia = a_member_of(acme, Role.EXTERNAL)
    path = f"1/accounts/{acme.pk}/teams"

    made = data(caller.post(path, {"name": "Shop", "color_id": 3}), 201)
    own = f"{path}/{made['id']}"

    assert (made["name"], made["color_id"], made["user_count"], made["created_by_id"]) == ("Shop", 3, 0, anna.pk)
    assert code_of(caller.post(path, {"name": "shop"})) == "400 team_exists"
    other = data(caller.post(path, {"name": "Office"}), 201)
    assert code_of(caller.send("PATCH", f"{path}/{other['id']}", {"name": "SHOP"})) == "400 team_exists"
    assert refused_fields(caller.send("PATCH", own, {"leader_id": mia.pk + 99})) == [("leader_id", "exists")]
    assert data(caller.send("DELETE", f"{path}/{other['id']}")) is True
    assert data(caller.post(f"{own}/users", {"user_ids": [mia.pk, anna.pk]}), 201) is True
    assert data(caller.get(own))["user_count"] == 2
    assert code_of(caller.post(f"{own}/users", {"user_ids": [a_person().pk]})) == "404 object_not_found"
    assert data(caller.send("DELETE", f"{own}/users", {"user_ids": [mia.pk]})) is True
    assert data(caller.get(f"{own}/users")) == [{"user_id": anna.pk, "display_name": "Anna Keller", "ends_on": None}]
    assert data(caller.send("PATCH", own, {"color_id": 6}))["name"] == "Shop"
    assert data(caller.get(f"1/accounts/{acme.pk}/basic/teams")) == [{"id": made["id"], "name": "Shop", "color_id": 6}]
    assert data(caller.send("DELETE", own)) is True
    assert data(caller.get(path)) == []
