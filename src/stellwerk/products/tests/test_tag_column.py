"""Tags are given from the product list, and mean the same to everybody who reads them (ORG-083, ORG-084, ORG-087)."""

import re

import pytest

from stellwerk.foundation.errors import Invalid, RuleBroken
from stellwerk.identity.models import Account
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    an_organisation,
)
from stellwerk.products import queries, services
from stellwerk.products.rules import MOST_OF_A_TAG_NAME, Right
from stellwerk.products.tests.builders import a_product_of, granted

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def acme(db):
    return an_organisation()


@pytest.fixture
def boss(acme):
    return a_legal_representative_of(acme)


@pytest.fixture
def shop(acme):
    return a_product_of(acme, name="shop.ch")


def tagged(boss, acme, shop, name: str = "Shop") -> int:
    tag = services.create_tag(actor=boss, organisation_id=acme.pk, name=name, color="teal")
    services.set_product_tags(actor=boss, organisation_id=acme.pk, product_id=shop.pk, tag_ids=[tag])
    return tag


def test_the_plus_and_every_tag_of_the_list_open_the_field_org_084(client, acme, boss, shop):
    tagged(boss, acme, shop)
    client.force_login(Account.objects.get(pk=boss.account_id))

    html = client.get(f"/o/{acme.pk}/products?q=shop").content.decode()
    doors = re.findall(rf'hx-get="(/o/{acme.pk}/products/{shop.pk}/tags\?[^"]+)"', html)
    dialog = client.get(doors[0], headers=HTMX).content.decode()

    assert len(doors) == 2, "the tag and the plus"
    assert "<dialog" in dialog
    assert "<html" not in dialog
    for part in ("Tags on this product", "Create another tag", 'name="color"'):
        assert part in dialog


def test_a_tag_made_there_leads_back_to_the_list_as_it_was_org_084(client, acme, boss, shop):
    client.force_login(Account.objects.get(pk=boss.account_id))
    entries = {"name": "Relaunch", "color": "violet", "next": f"/o/{acme.pk}/products?kind=web-hosting&sort=-name"}

    answer = client.post(f"/o/{acme.pk}/products/{shop.pk}/tags", entries)

    assert answer["Location"] == entries["next"]
    assert [tag.name for tag in queries.product_row(boss, acme.pk, product_id=shop.pk).tags] == ["Relaunch"]


def test_another_site_is_no_way_back(client, acme, boss, shop):
    client.force_login(Account.objects.get(pk=boss.account_id))

    answer = client.post(f"/o/{acme.pk}/products/{shop.pk}/tags", {"next": "https://evil.example/"})

    assert answer["Location"] == f"/o/{acme.pk}/products/{shop.pk}"


@pytest.mark.parametrize(("right", "may_tag"), [(Right.TECHNICAL, True), (Right.STATISTIC, False)])
def test_without_the_technical_right_tags_are_seen_but_not_given_org_083_org_087(
    client, acme, boss, shop, right, may_tag
):
    tag = tagged(boss, acme, shop)
    mia = a_member_of(acme)
    granted(boss, shop, to=mia.pk, rights=[right])
    client.force_login(mia)

    html = client.get(f"/o/{acme.pk}/products").content.decode()

    assert ">Shop</a>" in html
    assert (f"/products/{shop.pk}/tags?" in html) is may_tag
    assert (f"/products?tag={tag}" in html) is not may_tag


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Shop", "SHOP"),
        ("Zoë", "ZOË"),
        ("Zoë", "Zoe\u0308"),
        ("Straße", "STRASSE"),
        ("ﬁnanz", "Finanz"),
        ("\uff21", "a"),
    ],
)
def test_names_that_read_the_same_are_one_tag_org_087(acme, boss, first, second):
    services.create_tag(actor=boss, organisation_id=acme.pk, name=first)

    with pytest.raises(RuleBroken) as refused:
        services.create_tag(actor=boss, organisation_id=acme.pk, name=f"  {second} ")

    assert refused.value.code == "tag_exists"


@pytest.mark.parametrize("name", ["", "  ", "x" * (MOST_OF_A_TAG_NAME + 1), "Shop\u200b", "\u202epohs"])
def test_empty_endless_and_invisible_names_are_refused_org_087(acme, boss, name):
    with pytest.raises(Invalid) as refused:
        services.create_tag(actor=boss, organisation_id=acme.pk, name=name)

    assert [error.name for error in refused.value.errors] == ["name"]
