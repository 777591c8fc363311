"""What a list on the wire costs (design, section 7)."""

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.organisations.models import Organisation
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_person, an_organisation
from stellwerk.products.models import Product
from stellwerk.products.services import create_tag, set_product_tags
from stellwerk.products.tests.builders import a_product_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def listing():
    anna = a_person()
    acme = an_organisation(of=anna)
    for _ in range(50):
        a_product_of(acme)
    caller = Caller(a_token_of(anna))
    address = f"1/accounts/{acme.pk}/products"
    caller.get(address)  # notes the token's use, which happens once an hour after the answer is out
    return lambda query="": caller.get(address + query)


@pytest.mark.parametrize("query", ["", "?page=1", "?search=hosting&page=1", "?filter[service_name]=web-hosting"])
def test_fifty_products_cost_at_most_four_queries(listing, query, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        answer = listing(query)

    assert len(answer.json()["data"]) == 50


def test_tags_come_with_their_product_by_name_however_asked(listing):
    product = Product.objects.order_by("pk").first()
    owner = a_legal_representative_of(Organisation.objects.get(pk=product.organisation_id))
    names = ("Web", "Alt", "Shop")
    tags = [create_tag(actor=owner, organisation_id=product.organisation_id, name=name) for name in names]
    set_product_tags(actor=owner, organisation_id=product.organisation_id, product_id=product.pk, tag_ids=tags)

    for query in ("?order_by=id", "?order_by=id&page=1", "?order_by=id&search=hosting"):
        rows = listing(query).json()["data"]
        assert [tag["name"] for tag in rows[0]["tags"]] == ["Alt", "Shop", "Web"]
        assert rows[1]["tags"] == []
