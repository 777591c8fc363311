"""The pages about product rights in a browser: at a phone and a desk, in light and dark, and by a person's hands."""

from __future__ import annotations

import pytest

from stellwerk.organisations.services.teams import add_to_team, create_team
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, a_person, an_organisation
from stellwerk.products import queries
from stellwerk.products.rules import Right
from stellwerk.products.tests.builders import a_product_of, given, granted
from tests.browser.harness import assert_accessible, assert_no_sideways_scroll, picture
from tests.browser.people import sign_in


@pytest.fixture
def bakery(transactional_db):
    founder = a_person("Lena", "Huber", email="lena@baeckerei-huber.ch")
    organisation = an_organisation("Bäckerei Huber AG", of=founder)
    boss, mia = a_legal_representative_of(organisation), a_member_of(organisation)
    site = a_product_of(organisation, name="holzofenbaeckerei-huber-in-der-laenggasse.example")
    granted(boss, site, to=mia.pk, rights=[Right.STATISTIC])
    here = {"actor": boss, "organisation_id": organisation.pk}
    team = create_team(**here, name="Support", color="blue").pk
    add_to_team(**here, team_id=team, account_ids=[mia.pk])
    given(boss, organisation, on=site, team=team)
    addresses = {
        "card": f"members/{mia.pk}/products",
        "person-access": f"members/{mia.pk}/access",
        "person-access-of-kind": f"members/{mia.pk}/access?kind=web-hosting",
        "team": f"teams/{team}",
        "team-access": f"teams/{team}/access",
        "product-access": f"products/{site.pk}/access",
        "withdrawal": f"products/{site.pk}/access/{mia.pk}/withdrawal",
        "team-last-day": f"teams/{team}/members/{mia.pk}/last-day",
        "invite-into-the-team": f"invitations/new?role=external&team={team}",
        "team-removal": f"teams/{team}/members/{mia.pk}/removal",
        "team-deletion": f"teams/{team}/deletion",
        "member-teams": f"members/{mia.pk}/teams",
        "removal": f"members/{mia.pk}/removal",
        "member": f"members/{mia.pk}",
    }
    return founder, mia, {name: f"/o/{organisation.pk}/{path}" for name, path in addresses.items()}


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_pages_fit_and_are_accessible_org_045_org_050_org_079(page_at, live_server, bakery, width, scheme):
    founder, _mia, addresses = bakery
    page = page_at(width, scheme)
    sign_in(page, founder, origin=live_server.url)

    for name, address in addresses.items():
        page.goto(address)
        picture(page, f"access-{name}-{width}-{scheme}")
        assert_no_sideways_scroll(page)
        assert_accessible(page)


def test_a_category_is_given_with_a_tick_and_a_click_org_046(page_at, live_server, bakery):
    founder, mia, addresses = bakery
    page = page_at(360)
    sign_in(page, founder, origin=live_server.url)

    page.goto(addresses["person-access"])
    page.get_by_role("link", name="Choose Web hosting").click()
    page.get_by_role("group", name="Rights on All of the kind Web hosting").get_by_label("All rights").check()
    page.get_by_role("button", name="Save the access").click()
    page.get_by_text("Saved. It applies at once.").wait_for()

    organisation_id = int(addresses["card"].split("/")[2])
    sources = queries.access_of_people(organisation_id, [mia.pk])[mia.pk].sources
    assert {(source.kind_code, source.right) for source in sources if source.kind_code} == {("web-hosting", "all")}
