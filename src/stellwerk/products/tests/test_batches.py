"""Many products of the list at once: what is ticked, or all that a filter shows (UI-004, UI-016)."""

import re

import pytest
from django.test import Client
from django.utils.http import urlencode

from stellwerk.foundation.errors import AccessDenied, NotFound
from stellwerk.identity.models import Account
from stellwerk.organisations.tests.builders import a_collaborator_of, a_legal_representative_of, an_organisation
from stellwerk.products import queries, services
from stellwerk.products.models import ProductTag
from stellwerk.products.queries.picks import filter_of, filter_words
from stellwerk.products.rules import Right
from stellwerk.products.services import Outcome
from stellwerk.products.tests.builders import a_domain_of, a_product_of, granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def tag(acme, boss):
    return services.create_tag(actor=boss, organisation_id=acme.pk, name="Shop", color="teal")


@pytest.fixture
def browser(boss):
    client = Client()
    client.force_login(Account.objects.get(pk=boss.account_id))
    return client


def tags_of(boss, acme, product) -> list[str]:
    return [each.name for each in queries.product_row(boss, acme.pk, product_id=product.pk).tags]


def outcomes(changes) -> dict[int, Outcome]:
    return {each.product_id: each.outcome for each in changes}


def text_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_tick_selects_the_name_opens_and_the_list_says_so_ui_004_ui_016(browser, acme):
    domain = a_domain_of(acme, "huber-brot.ch")

    html = browser.get(f"/o/{acme.pk}/products").content.decode()

    assert f'type="checkbox" name="product" value="{domain.pk}"' in html
    assert f'<a href="/o/{acme.pk}/products/{domain.pk}">huber-brot.ch</a>' in html
    assert "A tick only selects. The name opens the product." in html


def test_a_tag_is_put_on_where_one_may_and_the_others_are_named_with_the_reason_ui_004(acme, boss, tag):
    shop, blog, hidden = (a_product_of(acme, name=name) for name in ("shop.ch", "blog.ch", "secret.ch"))
    mina = a_collaborator_of(acme)
    granted(boss, shop, to=mina.account_id, rights=(Right.TECHNICAL,))
    granted(boss, blog, to=mina.account_id, rights=(Right.STATISTIC,))
    pick = queries.Pick((shop.pk, blog.pk, hidden.pk))

    changes = services.change_tag_of_products(actor=mina, organisation_id=acme.pk, tag_id=tag, pick=pick)

    assert outcomes(changes) == {
        shop.pk: Outcome.CHANGED, blog.pk: Outcome.REFUSED, hidden.pk: Outcome.REFUSED,
    }  # fmt: skip
    refused = {each.product_id: each.refused_because for each in changes if each.refused_because}
    assert isinstance(refused[blog.pk], AccessDenied)
    assert isinstance(refused[hidden.pk], NotFound)
    assert tags_of(boss, acme, shop) == ["Shop"]
    assert tags_of(boss, acme, blog) == tags_of(boss, acme, hidden) == []


def test_a_second_time_changes_nothing_and_it_can_be_taken_back(acme, boss, tag):
    shop = a_domain_of(acme, "shop.ch")
    again = {"actor": boss, "organisation_id": acme.pk, "tag_id": tag, "pick": queries.Pick((shop.pk,))}

    first, second = services.change_tag_of_products(**again), services.change_tag_of_products(**again)
    off = services.change_tag_of_products(**again, is_carried=False)

    assert [outcomes(each)[shop.pk] for each in (first, second, off)] == ["changed", "unchanged", "changed"]
    assert tags_of(boss, acme, shop) == []


def test_a_tag_of_another_organisation_does_not_exist_here(acme, boss, tag):
    other = an_organisation("Other AG")
    with pytest.raises(NotFound):
        services.change_tag_of_products(
            actor=a_legal_representative_of(other), organisation_id=other.pk, tag_id=tag, pick=queries.Pick((1,))
        )


def test_the_number_of_products_does_not_change_the_number_of_statements_ui_004(
    acme, boss, tag, django_assert_max_num_queries
):
    products = [a_product_of(acme, name=f"site-{number}.ch") for number in range(12)]
    everything = queries.Pick(narrowed=queries.ProductFilter())

    with django_assert_max_num_queries(14):
        changes = services.change_tag_of_products(actor=boss, organisation_id=acme.pk, tag_id=tag, pick=everything)

    assert set(outcomes(changes)) == {each.pk for each in products}
    assert ProductTag.objects.filter(tag_id=tag).count() == len(products)


def test_all_that_the_filter_shows_is_more_than_the_page_shows_ui_004(browser, acme, tag):
    named = [a_domain_of(acme, f"brot-{number}.ch") for number in range(3)]
    other = a_domain_of(acme, "kuchen.ch")
    sent = {"everything": "yes", "q": "brot", "chosen_tag": tag, "carried": "yes"}

    answer = browser.post(f"/o/{acme.pk}/products/tags", sent)

    assert "3 products changed" in text_of(answer)
    carrying = set(ProductTag.objects.values_list("product_id", flat=True))
    assert carrying == {each.pk for each in named}
    assert other.pk not in carrying


def test_the_page_sums_up_and_takes_back_what_it_did_ui_004(browser, acme, boss, tag):
    shop, blog = a_domain_of(acme, "shop.ch"), a_domain_of(acme, "blog.ch")
    services.set_product_tags(actor=boss, organisation_id=acme.pk, product_id=blog.pk, tag_ids=[tag])
    address = f"/o/{acme.pk}/products/tags"

    chooser = browser.post(address, {"product": [shop.pk, blog.pk]})
    done = browser.post(address, {"product": [shop.pk, blog.pk], "chosen_tag": tag, "carried": "yes"})
    back = dict(
        re.findall(r'type="hidden" name="(products|chosen_tag|carried)" value="([^"]*)"', done.content.decode())
    )
    browser.post(address, back)

    assert "Tags of 2 products" in text_of(chooser)
    assert "1 product changed" in text_of(done)
    assert "1 product was like this already." in text_of(done)
    assert back == {"products": str(shop.pk), "chosen_tag": str(tag), "carried": "no"}
    assert tags_of(boss, acme, shop) == []
    assert tags_of(boss, acme, blog) == ["Shop"], "what was there before stays"


def test_nothing_ticked_leads_back_to_the_list(browser, acme):
    assert "Nothing is ticked" in text_of(browser.post(f"/o/{acme.pk}/products/tags"))


@pytest.mark.parametrize("raw", ["x", "-1", "1e3", "\u0663", "9" * 30])
def test_nonsense_in_the_form_picks_nothing(rf, raw):
    sent = rf.get("/?" + urlencode({"product": raw, "tag": raw, "kind": raw, "state": raw})).GET

    assert queries.pick_in(sent) == queries.Pick()
    assert filter_of(filter_words(sent)) == queries.ProductFilter()
