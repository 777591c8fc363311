"""The pages about product rights: of a person, of a team, of a product, and before a removal (ORG-045…051, ORG-078)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from stellwerk.foundation.actor import Role
from stellwerk.identity.models import Account
from stellwerk.organisations import queries as organisations
from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, acting, an_organisation
from stellwerk.products import queries
from stellwerk.products.models import ProductGrant
from stellwerk.products.rules import WHOLE, Right
from stellwerk.products.tests.builders import a_domain_of, a_product_of, given

pytestmark = pytest.mark.django_db
HOSTING = "web-hosting"


class House:
    """Acme with a site, a collaborator and a team of hers, looked at by its legal representative."""

    def __init__(self) -> None:
        self.acme = an_organisation("Acme AG")
        self.boss = a_legal_representative_of(self.acme)
        self.mia = a_member_of(self.acme)
        self.site = a_product_of(self.acme, name="shop.ch")
        here = {"actor": self.boss, "organisation_id": self.acme.pk}
        self.team = create_team(**here, name="Support", color="blue").pk
        add_to_team(**here, team_id=self.team, account_ids=[self.mia.pk])
        self.browser = browser_of(self.boss.account_id)

    def path(self, rest: str) -> str:
        return f"/o/{self.acme.pk}/" + rest.format(mia=self.mia.pk, team=self.team, site=self.site.pk)

    def page(self, rest: str) -> str:
        return text_of(self.browser.get(self.path(rest)))

    def rights(self) -> frozenset[str]:
        return queries.rights_of(acting(self.mia, self.acme), self.acme.pk, product_id=self.site.pk)


def browser_of(account_id) -> Client:
    browser = Client()
    browser.force_login(Account.objects.get(pk=account_id))
    return browser


def text_of(answer) -> str:
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.fixture
def house():
    return House()


def test_everything_is_given_and_taken_in_one_click_org_045(house):
    house.browser.post(house.path("members/{mia}/access"), {"everything-rights": "all"})
    assert Right.TECHNICAL in house.rights()
    assert "All rights on every product" in house.page("members/{mia}/access")

    house.browser.post(house.path("members/{mia}/access"), {})
    assert house.rights() == set()


@pytest.mark.parametrize("holder", ["members/{mia}/access", "teams/{team}/access"])
def test_a_category_and_single_products_are_chosen_on_one_page_org_046_org_070(house, holder):
    other = a_product_of(house.acme, name="other.ch")
    entries = {
        "kind-rights": ["statistic"], "kind-until": "2099-12-31", "listed": [house.site.pk, other.pk],
        f"product-{house.site.pk}-rights": ["technical"],
    }  # fmt: skip

    answer = house.browser.post(house.path(holder) + f"?kind={HOSTING}", entries)

    assert answer.status_code == 302
    assert house.rights() == {Right.TECHNICAL, Right.STATISTIC}
    page = house.page(holder)
    assert "Sees the figures" in page
    assert "until <time datetime=&quot;2099-12-31&quot;>" in page or "2099" in page
    assert ProductGrant.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"kind-rights": ["sale"]}, {"kind-rights": ["all"], "kind-until": "never"}])
def test_nonsense_on_the_category_page_saves_nothing(house, wrong):
    answer = house.browser.post(house.path(f"members/{{mia}}/access?kind={HOSTING}"), wrong)

    assert answer.status_code == 422
    assert "Nothing was saved." in answer.content.decode()
    assert not ProductGrant.objects.exists()


def test_the_category_page_says_what_stays_in_any_case_org_078(house):
    given(house.boss, house.acme, on=house.site, team=house.team)

    assert "Stays in any case: Team Support" in house.page(f"members/{{mia}}/access?kind={HOSTING}")


def test_the_card_shows_rights_and_sources_to_managers_and_to_oneself_org_050(house):
    given(house.boss, house.acme, on=house.site, to=house.mia.pk, rights=[Right.STATISTIC])
    given(house.boss, house.acme, kind=HOSTING, team=house.team)
    mine = text_of(browser_of(house.mia.pk).get(house.path("members/{mia}/products")))

    for page in (house.page("members/{mia}/products"), mine):
        assert "May change it, Sees the figures" in page
        assert "Directly" in page
        assert "Team Support · All of the kind Web hosting" in page
    colleague = browser_of(a_member_of(house.acme).pk)
    assert colleague.get(house.path("members/{mia}/products")).status_code == 403


def test_the_card_of_a_manager_names_the_role_org_024_org_050(house):
    admin = a_member_of(house.acme, Role.ADMINISTRATOR)

    page = house.page(f"members/{admin.pk}/products")

    assert "by the role: Administrator" in page
    assert house.browser.get(house.path(f"members/{admin.pk}/access")).status_code == 302


def test_the_page_of_a_product_names_everybody_whom_something_reaches_it(house):
    given(house.boss, house.acme, on=house.site, to=house.mia.pk)
    given(house.boss, house.acme, kind=HOSTING, team=house.team)
    given(house.boss, house.acme, to=a_member_of(house.acme, Role.EXTERNAL).pk, rights=[WHOLE])
    given(house.boss, house.acme, on=a_domain_of(house.acme), to=house.mia.pk)

    page = house.page("products/{site}/access")

    assert page.count("Mia Meier</a>") == 2
    assert "All of the kind Web hosting" in page
    assert "· Everything" in page


def test_a_team_is_given_a_product_and_loses_it_on_the_products_page_org_075(house):
    address = house.path("products/{site}/access")
    house.browser.post(address, {"holder": f"team-{house.team}", "rights": ["technical"]})
    assert house.rights() == {Right.TECHNICAL}

    warning = house.page("products/{site}/access/teams/{team}/withdrawal")
    assert "Mia Meier" in warning
    assert "Nothing" in warning
    house.browser.post(house.path("products/{site}/access/teams/{team}/withdrawal"))
    assert house.rights() == set()


@pytest.mark.parametrize("address", ["teams/{team}/members/{mia}/removal", "teams/{team}/deletion"])
def test_whoever_removes_sees_first_what_ends_and_what_stays_org_078(house, address):
    given(house.boss, house.acme, on=house.site, to=house.mia.pk, rights=[Right.STATISTIC])
    given(house.boss, house.acme, on=house.site, team=house.team)

    page = house.page(address)

    assert "shop.ch" in page
    assert "May change it" in page
    assert "Sees the figures (Directly)" in page


def test_five_thousand_products_and_many_teams_cost_the_pages_no_further_statement(
    house, django_assert_max_num_queries
):
    for number in range(5):
        given(house.boss, house.acme, on=a_product_of(house.acme), team=house.team)
        create_team(actor=house.boss, organisation_id=house.acme.pk, name=f"Team {number}", color="blue")
    for address in (
        "members/{mia}/products", "members/{mia}/access", f"members/{{mia}}/access?kind={HOSTING}",
        "teams/{team}/access", f"teams/{{team}}/access?kind={HOSTING}", "products/{site}/access",
        "teams/{team}/deletion", "teams/{team}", "members/{mia}", "members/{mia}/teams",
    ):  # fmt: skip
        house.page(address)
        with django_assert_max_num_queries(12):
            house.page(address)


def test_all_of_what_the_team_page_offers_for_a_person_org_079(house):
    page = house.page("teams/{team}")

    for rest in ("members/{mia}", "members/{mia}/teams", "members/{mia}/access", "teams/{team}/members/{mia}/removal"):
        assert f'href="{house.path(rest)}"' in page
    assert f'href="{house.path("activity")}?q=Mia%20Meier"' in page


def test_the_leader_is_the_contact_on_the_team_page_org_074(house):
    house.browser.post(house.path("teams/{team}"), {"name": "Support", "color": "blue", "leader": house.mia.pk})

    assert "Contact: Mia Meier" in house.page("teams/{team}")


def test_last_days_of_a_person_are_set_on_the_persons_page_org_051(house):
    answer = house.browser.post(house.path("members/{mia}/last-days"), {"ends_on": "2099-12-31"}, follow=True)

    assert "Saved. It applies at once." in answer.content.decode()
    assert 'value="2099-12-31"' in house.page("members/{mia}")
    answer = house.browser.post(house.path("members/{mia}/last-days"), {"ends_on": "2001-01-01"}, follow=True)
    assert "Choose today or a later day." in answer.content.decode()


def test_teams_of_a_person_are_chosen_on_one_page_org_071_org_079(house):
    assert "Support" in house.page("members/{mia}/teams")
    house.browser.post(house.path("members/{mia}/teams"), {"teams": []})

    assert "In no team." in house.page("members/{mia}")


def test_in_a_large_organisation_people_and_teams_are_found_by_name_org_045(house):
    """The first ones are offered; whoever is looked for is found, and may be given rights though not offered."""
    for number in range(organisations.CHOICES + 1):
        create_team(actor=house.boss, organisation_id=house.acme.pk, name=f"Team {number:02}", color="blue")
    last = organisations.CHOICES
    team_id = next(key for key, name in organisations.team_names(house.acme.pk).items() if name == f"Team {last}")
    path = house.path("products/{site}/access")

    assert f"Team {last}" not in house.page("products/{site}/access")
    assert "These are the first by name." in house.page("products/{site}/access")
    piece = house.browser.get(f"{path}?find=team+{last}", headers={"HX-Request": "true"})
    assert "<html" not in piece.text
    assert re.findall(r'value="(team-[0-9]+|person-[0-9]+)"', piece.text) == [f"team-{team_id}"]
    assert "Nobody and no team matches." in house.page("products/{site}/access?find=nobody")
    given_now = house.browser.post(path, {"holder": f"team-{team_id}", "rights": ["technical"]})
    assert given_now.status_code == 302
    assert f"Team {last}" in house.page("products/{site}/access")


@pytest.mark.parametrize("holder", ["person-0", "team-0", "person-", "x", "person-²", "person-" + "9" * 40])
def test_nobody_can_be_made_up_as_a_holder(house, holder):
    answer = house.browser.post(house.path("products/{site}/access"), {"holder": holder, "rights": ["technical"]})

    assert answer.status_code == 422
