"""The product list, the product's page and the tags, as people in different roles see them."""

from __future__ import annotations

import pytest
from django.test import Client

from stellwerk.foundation.actor import Role
from stellwerk.identity.models import Account
from stellwerk.organisations.tests.builders import (
    a_legal_representative_of,
    a_member_of,
    an_organisation,
)
from stellwerk.products import queries, services
from stellwerk.products.models import Product
from stellwerk.products.rules import Right
from stellwerk.products.tests.builders import a_domain_of, a_product_of, granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme():
    return an_organisation("Acme AG")


@pytest.fixture
def boss(acme):
    return a_legal_representative_of(acme)


def browser_of(account_id) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=account_id))
    return client


@pytest.fixture
def browser(boss):
    return browser_of(boss.account_id)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_an_empty_list_says_what_would_be_here_and_where_to_order(browser, acme):
    page = text_of(browser.get(f"/o/{acme.pk}/products"))

    assert "No products yet" in page
    assert f'href="/o/{acme.pk}/shop"' in page


def test_a_name_leads_to_the_products_page(browser, acme):
    domain = a_domain_of(acme, "huber-brot.ch")

    listed = text_of(browser.get(f"/o/{acme.pk}/products"))
    assert f'<a href="/o/{acme.pk}/products/{domain.pk}">huber-brot.ch</a>' in listed

    page = text_of(browser.get(f"/o/{acme.pk}/products/{domain.pk}"))
    assert "<h1>huber-brot.ch</h1>" in page
    assert "Active" in page
    assert "Domain .ch" in page
    assert "huber-brot.ch was activated" in page


def test_the_list_is_narrowed_by_words_kind_tag_and_state(browser, acme, boss):
    bakery, shop = a_domain_of(acme, "huber-brot.ch"), a_product_of(acme, name="shop.ch")
    ended = a_domain_of(acme, "old-name.ch")
    services.cancel_product(product_id=ended.pk)
    tag = services.create_tag(actor=boss, organisation_id=acme.pk, name="Relaunch")
    services.set_product_tags(actor=boss, organisation_id=acme.pk, product_id=shop.pk, tag_ids=[tag])

    def names(query):
        page = text_of(browser.get(f"/o/{acme.pk}/products?{query}", headers={"HX-Request": "true"}))
        assert "<html" not in page
        return [name for name in ("huber-brot.ch", "shop.ch", "old-name.ch") if f">{name}</a>" in page]

    assert names("") == ["huber-brot.ch", "shop.ch"]
    assert names("q=brot") == ["huber-brot.ch"]
    assert names("q=relaunch") == ["shop.ch"]
    assert names("q=hosting") == ["shop.ch"]
    assert names(f"kind={bakery.kind_code}") == ["huber-brot.ch"]
    assert names(f"tag={tag}") == ["shop.ch"]
    assert names("state=ended") == ["old-name.ch"]
    assert names("state=suspended") == []
    assert names("q=brot&kind=nonsense&tag=nonsense&state=nonsense&page=999999&sort=nonsense") == ["huber-brot.ch"]


def test_a_kind_without_products_leads_to_the_shop_and_a_search_without_a_find_back(browser, acme):
    of_the_menu = text_of(browser.get(f"/o/{acme.pk}/products?kind=domain-name"))
    searched = text_of(browser.get(f"/o/{acme.pk}/products?kind=domain-name&q=brot"))

    assert "Nothing of this kind yet" in of_the_menu
    assert of_the_menu.count(f'href="/o/{acme.pk}/shop"') == 2
    assert "No product matches." in searched


def test_a_page_of_fifty_needs_few_queries(browser, acme, django_assert_max_num_queries):
    for at in range(50):
        a_product_of(acme, name=f"site-{at}.ch")
    browser.get(f"/o/{acme.pk}/products")

    with django_assert_max_num_queries(12):
        page = browser.get(f"/o/{acme.pk}/products")

    assert text_of(page).count("site-") >= 50


def test_a_collaborator_sees_what_was_granted_and_learns_who_can_help_ui_015(acme, boss):
    mia = a_member_of(acme)
    seen, unseen = a_product_of(acme, name="seen.ch"), a_product_of(acme, name="unseen.ch")
    granted(boss, seen, to=mia.pk, rights=[Right.STATISTIC])
    browser = browser_of(mia.pk)

    listed = text_of(browser.get(f"/o/{acme.pk}/products"))
    assert "seen.ch</a>" in listed
    assert "unseen.ch" not in listed
    assert browser.get(f"/o/{acme.pk}/products/{unseen.pk}").status_code == 404

    page = text_of(browser.get(f"/o/{acme.pk}/products/{seen.pk}"))
    assert "This needs the technical right on the product." in page
    assert "They can do it or give you the right: Anna Keller." in page
    assert browser.post(f"/o/{acme.pk}/products/{seen.pk}/name", {"internal_name": "Mine"}).status_code == 403


def test_renaming_is_seen_at_once_and_keeps_what_was_typed_when_refused(browser, acme):
    domain = a_domain_of(acme, "huber-brot.ch")
    address = f"/o/{acme.pk}/products/{domain.pk}/name"

    assert browser.post(address, {"internal_name": "  Our   bakery "}).status_code == 302
    assert "<h1>Our bakery</h1>" in text_of(browser.get(f"/o/{acme.pk}/products/{domain.pk}"))

    too_long = browser.post(address, {"internal_name": "x" * 101})
    assert too_long.status_code == 422
    assert "x" * 101 in text_of(too_long)


def test_a_new_tag_is_made_on_the_way_and_put_on_the_product_org_084(browser, acme, boss):
    domain = a_domain_of(acme, "huber-brot.ch")

    browser.post(f"/o/{acme.pk}/products/{domain.pk}/tags", {"name": "Shop", "color": "amber"})

    (tag,) = queries.product_row(boss, acme.pk, product_id=domain.pk).tags
    assert (tag.name, tag.color, tag.css_class) == ("Shop", "amber", "t3")
    assert 'class="chip t3"' in text_of(browser.get(f"/o/{acme.pk}/products/{domain.pk}"))

    browser.post(f"/o/{acme.pk}/products/{domain.pk}/tags", {})
    assert queries.product_row(boss, acme.pk, product_id=domain.pk).tags == ()


def test_tags_are_made_renamed_and_deleted_everywhere_org_082_org_085_org_086(browser, acme, boss):
    tags = f"/o/{acme.pk}/tags"

    assert browser.post(tags, {"name": "Shop", "color": "blue"}).status_code == 302
    again = browser.post(tags, {"name": "SHOP", "color": "blue"})
    assert again.status_code == 400
    assert "There is a tag of this name already." in text_of(again)

    (tag,) = queries.tag_rows(boss, acme.pk)
    domain = a_domain_of(acme)
    browser.post(f"/o/{acme.pk}/products/{domain.pk}/tags", {"tag": tag.id})
    browser.post(f"{tags}/{tag.id}", {"name": "Store", "color": "teal"})
    assert "Store" in text_of(browser.get(tags))
    (worn,) = queries.product_row(boss, acme.pk, product_id=domain.pk).tags
    assert (worn.name, worn.color) == ("Store", "teal")
    assert browser.post(f"{tags}/{tag.id}/deletion").status_code == 302
    assert queries.tag_rows(boss, acme.pk) == []
    assert queries.product_row(boss, acme.pk, product_id=domain.pk).tags == ()
    assert browser.post(f"{tags}/{tag.id}/deletion").status_code == 404


def test_whoever_may_make_no_tag_is_told_before_typing_one_org_087_ui_015(acme):
    browser, tags = browser_of(a_member_of(acme, Role.EXTERNAL).pk), f"/o/{acme.pk}/tags"

    page = text_of(browser.get(tags))
    refused = browser.post(tags, {"name": "Shop", "color": "blue"})

    assert 'name="color"' not in page
    assert "This needs the technical right on the product." in page
    assert refused.status_code == 403
    assert "They can do it or give you the right: Anna Keller." in text_of(refused)


def test_a_suspended_product_says_so_and_keeps_its_data(browser, acme):
    hosting = a_product_of(acme, name="shop.ch")
    services.suspend_product(product_id=hosting.pk)

    page = text_of(browser.get(f"/o/{acme.pk}/products/{hosting.pk}"))

    assert "Suspended" in page
    assert "The data are kept." in page


def test_a_product_whose_kind_is_gone_is_still_shown(browser, acme):
    hosting = a_product_of(acme, name="shop.ch")
    Product.objects.filter(pk=hosting.pk).update(kind_code="spaceship", offer_code="spaceship-1")

    assert "spaceship" in text_of(browser.get(f"/o/{acme.pk}/products/{hosting.pk}"))
    assert "shop.ch" in text_of(browser.get(f"/o/{acme.pk}/products"))


def test_an_external_does_not_find_the_shop_open(acme):
    external = a_member_of(acme, Role.EXTERNAL)

    assert browser_of(external.pk).get(f"/o/{acme.pk}/shop").status_code == 403


def test_a_manager_gives_and_withdraws_rights_on_the_access_page_org_045(browser, acme, boss):
    mia, hosting = a_member_of(acme), a_product_of(acme, name="shop.ch")
    address = f"/o/{acme.pk}/products/{hosting.pk}/access"
    assert "Nobody else has access to this product." in text_of(browser.get(address))

    assert browser.post(address, {"holder": f"person-{mia.pk}", "rights": ["statistic"]}).status_code == 302
    page = text_of(browser.get(address))
    assert "Mia Meier" in page
    assert "Sees the figures" in page
    assert browser_of(mia.pk).get(f"/o/{acme.pk}/products/{hosting.pk}").status_code == 200

    assert "Sees the figures" in text_of(browser.get(f"{address}/{mia.pk}/withdrawal"))
    assert browser.post(f"{address}/{mia.pk}/withdrawal").status_code == 302
    assert browser_of(mia.pk).get(f"/o/{acme.pk}/products/{hosting.pk}").status_code == 404


@pytest.mark.parametrize("wrong", [{}, {"holder": "person-x", "rights": ["statistic"]}, {"rights": ["everything"]}])
def test_nonsense_on_the_access_page_is_said_at_its_field(browser, acme, wrong):
    a_member_of(acme)
    hosting = a_product_of(acme)

    assert browser.post(f"/o/{acme.pk}/products/{hosting.pk}/access", wrong).status_code == 422
