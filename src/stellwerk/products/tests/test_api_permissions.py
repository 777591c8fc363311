"""Permissions on the wire: of a person, of a team, on a product (ORG-045…051, ORG-070)."""

from __future__ import annotations

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, a_person, an_organisation
from stellwerk.products.tests.builders import a_product_of

pytestmark = pytest.mark.django_db


class Wire:
    def __init__(self) -> None:
        owner = a_person()
        self.acme = an_organisation(of=owner)
        self.mia, self.site = a_member_of(self.acme), a_product_of(self.acme, name="shop.ch")
        here = {"actor": a_legal_representative_of(self.acme), "organisation_id": self.acme.pk}
        self.team = create_team(**here, name="Support", color="blue").pk
        add_to_team(**here, team_id=self.team, account_ids=[self.mia.pk])
        self.caller = Caller(a_token_of(owner))
        self.user = f"2/accounts/{self.acme.pk}/users/{self.mia.pk}"
        self.of_team = f"1/accounts/{self.acme.pk}/teams/{self.team}/permissions"


@pytest.fixture
def wire():
    return Wire()


def data(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["data"]


def test_what_is_set_for_a_person_and_a_team_is_what_the_person_may_use_org_049(wire):
    data(
        wire.caller.send("PUT", f"{wire.user}/permissions", {"product_id": wire.site.pk, "permissions": ["statistic"]})
    )
    data(wire.caller.send("PUT", wire.of_team, {"service_name": "web-hosting", "permissions": ["technical"]}))

    (product,) = data(wire.caller.get(f"{wire.user}/products"))
    assert product["permissions"] == ["statistic", "technical"]
    (direct,) = data(wire.caller.get(f"{wire.user}/permissions"))
    assert (direct["user_id"], direct["product_id"], direct["permission"]) == (wire.mia.pk, wire.site.pk, "statistic")
    reaching = data(wire.caller.get(f"1/accounts/{wire.acme.pk}/products/{wire.site.pk}/permissions"))
    assert [(each["team_id"], each["service_name"]) for each in reaching] == [(None, None), (wire.team, "web-hosting")]


def test_one_permission_is_withdrawn_and_the_rest_stays_org_051(wire):
    data(wire.caller.send("PUT", wire.of_team, {"permissions": ["all"], "ends_on": "2099-12-31"}))
    (permission,) = data(wire.caller.get(wire.of_team))
    assert permission["ends_on"] == "2099-12-31"

    address = f"1/accounts/{wire.acme.pk}/permissions/{permission['id']}"
    assert wire.caller.send("DELETE", address).status_code == 200
    assert wire.caller.send("DELETE", address).status_code == 404
    assert data(wire.caller.get(f"{wire.user}/products")) == []


@pytest.mark.parametrize(
    ("wrong", "attribute"),
    [
        ({"permissions": ["technical"]}, "permissions"),
        ({"service_name": "spaceship", "permissions": ["all"]}, "service_name"),
        ({"permissions": ["all"], "ends_on": "2001-01-01"}, "ends_on"),
    ],
)
def test_what_cannot_be_held_is_refused_at_its_field(wire, wrong, attribute):
    answer = wire.caller.send("PUT", f"{wire.user}/permissions", wrong)

    assert answer.status_code == 422
    assert answer.json()["error"]["errors"][0]["context"]["attribute"] == attribute
