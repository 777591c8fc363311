"""What a team may use, in the team's own answer on the wire, and set with it (ORG-070, ORG-075)."""

from __future__ import annotations

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of
from stellwerk.foundation.actor import Role
from stellwerk.organisations.models import Membership, Team
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, an_organisation
from stellwerk.products.models import ProductGrant
from stellwerk.products.tests.builders import a_product_of, given

pytestmark = pytest.mark.django_db
HOSTING = "web-hosting"
EVERYTHING = {"product_id": None, "service_name": None, "permissions": ["all"], "ends_on": None}


class House:
    """An organisation with one product, its legal representative on the wire."""

    def __init__(self) -> None:
        self.acme = an_organisation("Acme AG")
        self.boss = a_legal_representative_of(self.acme)
        self.site = a_product_of(self.acme, name="shop.ch")
        self.path = f"1/accounts/{self.acme.pk}/teams"
        self.caller = self.calling(Membership.objects.get(account_id=self.boss.account_id).account)

    def calling(self, account, *scopes) -> Caller:
        return Caller(a_token_of(account, *scopes))

    def on_the_site(self, *rights, until=None) -> dict[str, object]:
        return {"product_id": self.site.pk, "service_name": None, "permissions": list(rights), "ends_on": until}


@pytest.fixture
def house(db) -> House:
    return House()


def on_hosting(*rights, until=None) -> dict[str, object]:
    return {"product_id": None, "service_name": HOSTING, "permissions": list(rights), "ends_on": until}


def test_a_team_is_made_with_what_it_may_use_and_says_so_org_070_org_075(house):
    wanted = [house.on_the_site("statistic", "technical", until="2099-12-31"), on_hosting("statistic")]

    made = house.caller.post(house.path, {"name": "Support", "permissions": wanted}).json()["data"]

    by_service = sorted(made["permissions"], key=lambda each: str(each["service_name"]))
    assert by_service == wanted
    assert house.caller.get(f"{house.path}/{made['id']}").json()["data"]["permissions"] == made["permissions"]
    (listed,) = house.caller.get(house.path).json()["data"]
    assert listed["permissions"] == made["permissions"]


def test_exactly_the_named_permissions_hold_afterwards_org_078(house):
    permissions = [house.on_the_site("technical"), on_hosting("statistic")]
    team = house.caller.post(house.path, {"name": "Support", "permissions": permissions}).json()["data"]["id"]

    for wanted in ([EVERYTHING], [house.on_the_site("statistic")], []):
        changed = house.caller.send("PATCH", f"{house.path}/{team}", {"permissions": wanted}).json()["data"]
        assert changed["permissions"] == wanted
    renamed = house.caller.send("PATCH", f"{house.path}/{team}", {"name": "Help"}).json()["data"]
    assert (renamed["name"], renamed["permissions"]) == ("Help", [])


def test_a_refused_permission_makes_no_team_and_changes_nothing(house):
    refused = house.caller.post(house.path, {"name": "Support", "permissions": [on_hosting("cook")]})
    assert code_of(refused) == "422 validation_failed"
    assert refused.json()["error"]["errors"][0]["context"]["attribute"] == "permissions"
    assert not Team.objects.exists()

    team = house.caller.post(house.path, {"name": "Support", "permissions": [EVERYTHING]}).json()["data"]["id"]
    foreign = {**EVERYTHING, "product_id": a_product_of(an_organisation("Fremde AG")).pk}
    answer = house.caller.send("PATCH", f"{house.path}/{team}", {"name": "Mine", "permissions": [foreign]})
    assert code_of(answer) == "404 object_not_found"
    assert Team.objects.get().name == "Support"
    assert ProductGrant.objects.get().right == "all"


def test_collaborators_see_the_team_without_what_it_may_use(house):
    team = house.caller.post(house.path, {"name": "Support", "permissions": [EVERYTHING]}).json()["data"]["id"]
    mia = house.calling(a_member_of(house.acme, Role.COLLABORATOR))

    assert mia.get(f"{house.path}/{team}").json()["data"]["permissions"] == []


def test_a_token_without_the_scope_of_products_sets_nothing(house):
    owner = Membership.objects.get(account_id=house.boss.account_id).account
    limited = house.calling(owner, "users")

    answer = limited.post(house.path, {"name": "Support", "permissions": [EVERYTHING]})

    assert code_of(answer) == "403 access_denied"
    assert not Team.objects.exists()


def test_the_list_of_teams_costs_the_same_however_much_they_hold(house, django_assert_max_num_queries):
    for number in range(3):
        team = house.caller.post(house.path, {"name": f"Team {number}", "permissions": [EVERYTHING]}).json()["data"]
        given(house.boss, house.acme, on=house.site, team=team["id"])

    with django_assert_max_num_queries(4):
        rows = house.caller.get(house.path).json()["data"]

    assert [len(row["permissions"]) for row in rows] == [2, 2, 2]
