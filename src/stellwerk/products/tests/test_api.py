"""Products and tags on the wire: fields, filters, pages, refusals, and how few queries they cost."""

from __future__ import annotations

import pytest

from stellwerk.api.tests.builders import Caller, a_token_of, code_of
from stellwerk.identity.models import Account
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_member_of, an_organisation
from stellwerk.products import services
from stellwerk.products.tests.builders import a_domain_of, a_product_of, granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(boss):
    return Caller(a_token_of(Account.objects.get(pk=boss.account_id), "products"))


def data_of(answer):
    assert answer.status_code in (200, 201), answer.content
    return answer.json()["data"]


def test_a_product_has_the_fields_of_the_contract(caller, acme, boss):
    domain = a_domain_of(acme, "bäckerei.ch")
    tag = services.create_tag(actor=boss, organisation_id=acme.pk, name="Shop", color="amber")
    services.set_product_tags(actor=boss, organisation_id=acme.pk, product_id=domain.pk, tag_ids=[tag])

    (product,) = data_of(caller.get(f"1/accounts/{acme.pk}/products?with=*"))

    assert list(product) == [
        "id", "account_id", "service_id", "service_name", "customer_name", "internal_name", "created_at",
        "owned_since", "expired_at", "paid_until", "version", "is_locked", "is_free", "is_trial",
        "has_operation_in_progress", "tags", "rights", "offer", "quantity", "period_months", "status", "users",
        "admin", "fqdn", "renew_preferences", "is_transferable",
    ]  # fmt: skip
    assert (product["id"], product["account_id"], product["customer_name"]) == (domain.pk, acme.pk, "bäckerei.ch")
    assert product["fqdn"] == "xn--bckerei-5wa.ch"
    assert product["tags"] == [{"id": tag, "name": "Shop", "color": "amber"}]
    assert product["rights"] == {"technical": True, "statistic": True, "check": True, "sale": True}
    assert product["renew_preferences"] == {"is_automatic": False, "period_months": 12}
    assert product["expired_at"] - product["created_at"] > 364 * 86_400


def test_a_list_of_fifty_costs_four_queries_with_the_token(caller, acme, django_assert_max_num_queries):
    for _ in range(50):
        a_product_of(acme)
    caller.get(f"1/accounts/{acme.pk}/products?page=1")  # notes the use of the token, once an hour

    with django_assert_max_num_queries(4):
        answer = caller.get(f"1/accounts/{acme.pk}/products?page=1&per_page=50")

    assert len(answer.json()["data"]) == answer.json()["total"] == 50


def test_lists_are_filtered_ordered_and_paged(caller, acme, boss):
    first, second = a_domain_of(acme, "first.ch"), a_product_of(acme, name="second.ch")
    tag = services.create_tag(actor=boss, organisation_id=acme.pk, name="Shop")
    services.set_product_tags(actor=boss, organisation_id=acme.pk, product_id=second.pk, tag_ids=[tag])

    def ids(query):
        return [row["id"] for row in data_of(caller.get(f"1/accounts/{acme.pk}/products?{query}"))]

    assert ids("filter[service_name]=domain-name") == [first.pk]
    assert ids("filter[service_names][]=domain-name&filter[service_names][]=web-hosting") == [first.pk, second.pk]
    assert ids("filter[customer_name]=sec") == [second.pk]
    assert ids(f"filter[tags][]={tag}") == [second.pk]
    assert ids("filter[expirations][]=30") == []
    assert ids("filter[expirations][]=400") == [first.pk, second.pk]
    assert ids("filter[status]=terminated") == []
    assert ids("search=domain") == [first.pk]
    assert ids("order_by=customer_name&order=desc") == [second.pk, first.pk]
    assert ids("page=2&per_page=1") == [second.pk]
    assert data_of(caller.get(f"1/accounts/{acme.pk}/products?return=total")) == 2
    assert code_of(caller.get(f"1/accounts/{acme.pk}/products?filter[status]=asleep")) == "422 validation_failed"
    assert code_of(caller.get(f"1/accounts/{acme.pk}/products?with=secrets")) == "422 validation_failed"


def test_the_plain_list_goes_over_all_organisations(caller, acme, boss):
    other = an_organisation("Second AG", of=Account.objects.get(pk=boss.account_id))
    ids = [a_product_of(acme).pk, a_product_of(other).pk]
    a_product_of(an_organisation("Fremde AG"))

    assert [row["id"] for row in data_of(caller.get("1/products"))] == ids
    assert [row["id"] for row in data_of(caller.get("1/product"))] == ids
    assert [row["id"] for row in data_of(caller.get("1/accounts/current/products"))] == ids[:1]


def test_a_product_is_renamed_and_returns_to_its_name(caller, acme):
    product = a_product_of(acme)

    for address in (f"1/products/{product.pk}", f"1/accounts/{acme.pk}/products/{product.pk}"):
        renamed = caller.send("PATCH", address, {"internal_name": "Our shop"})
        assert data_of(renamed)["internal_name"] == "Our shop"
        assert data_of(caller.send("PATCH", address, {"internal_name": None}))["internal_name"] is None
        assert data_of(caller.send("PATCH", address, {}))["internal_name"] is None
        assert code_of(caller.send("PATCH", address, {"internal_name": "x" * 101})) == "422 validation_failed"
        assert code_of(caller.send("PATCH", address, {"internal_name": 7})) == "422 validation_failed"


def test_foreign_products_and_tags_do_not_exist(caller, acme):
    fremde = an_organisation("Fremde AG")
    product = a_product_of(fremde)
    tag = services.create_tag(actor=a_legal_representative_of(fremde), organisation_id=fremde.pk, name="Shop")

    for address in (
        f"1/products/{product.pk}",
        f"1/accounts/{acme.pk}/products/{product.pk}",
        f"1/accounts/{fremde.pk}/products",
        f"1/accounts/{acme.pk}/tags/{tag}",
        f"1/products/{10**18}",
    ):
        assert code_of(caller.get(address)) == "404 object_not_found"
    own = a_product_of(acme)
    wanted = caller.send("PUT", f"1/accounts/{acme.pk}/products/{own.pk}/tags", {"tag_ids": [tag]})
    assert code_of(wanted) == "404 object_not_found"


def test_a_collaborator_gets_what_was_granted(acme, boss):
    person = a_member_of(acme)
    seen, unseen = a_product_of(acme), a_product_of(acme)
    granted(boss, seen, to=person.pk, rights=["statistic"])
    caller = Caller(a_token_of(person, "products"))

    (row,) = data_of(caller.get(f"1/accounts/{acme.pk}/products?with=users"))
    assert (row["id"], row["rights"]["technical"], row["users"]) == (seen.pk, False, [])
    assert code_of(caller.get(f"1/products/{unseen.pk}")) == "404 object_not_found"
    assert code_of(caller.send("PATCH", f"1/products/{seen.pk}", {"internal_name": "x"})) == "403 access_denied"


def test_tags_are_made_changed_assigned_and_deleted(caller, acme):
    tags = f"1/accounts/{acme.pk}/tags"
    product = a_product_of(acme)

    made = caller.post(tags, {"name": "Shop", "color": "amber"})
    assert made.status_code == 201
    tag = data_of(made)["id"]
    assert code_of(caller.post(tags, {"name": "SHOP"})) == "400 tag_exists"
    assert code_of(caller.post(tags, {"name": "x" * 41})) == "422 validation_failed"
    assert code_of(caller.post(tags, {"name": "Y", "color": "#ff0000"})) == "422 validation_failed"

    assert data_of(caller.post(f"{tags}/{tag}/products", {"product_ids": [product.pk]})) is True
    assert data_of(caller.send("PATCH", f"{tags}/{tag}", {"color": "teal"})) == {
        "id": tag, "name": "Shop", "color": "teal", "product_count": 1,
    }  # fmt: skip
    replaced = caller.send("PUT", f"1/accounts/{acme.pk}/products/{product.pk}/tags", {"tag_ids": []})
    assert data_of(replaced) is True
    assert data_of(caller.get(tags)) == [{"id": tag, "name": "Shop", "color": "teal", "product_count": 0}]
    assert data_of(caller.send("DELETE", f"{tags}/{tag}")) is True
    assert code_of(caller.send("DELETE", f"{tags}/{tag}")) == "404 object_not_found"


def test_services_count_products_by_kind(caller, acme):
    a_domain_of(acme)

    rows = {row["name"]: row for row in data_of(caller.get(f"1/accounts/{acme.pk}/services"))}

    assert rows["domain-name"]["count"] == 1
    assert rows["suite"]["count"] == 0
    assert len({row["id"] for row in rows.values()}) == len(rows)


def test_the_price_list_is_public_and_in_the_organisations_currency(caller, acme):
    offers = {row["code"]: row for row in data_of(Caller().get("1/catalogue"))}
    net = offers["suite-pro"]["prices"][1]["net"]
    assert (net["amount"], net["currency"], "85.32" in net["formatted"]) == (8532, "CHF", True)
    assert offers["mail-service"]["quantity_step"] == 5
    assert [price["period_months"] for price in offers["domain-ch"]["prices"]] == [12 * years for years in range(1, 11)]

    euro = data_of(Caller().get("1/catalogue?filter[currency]=EUR&filter[universe]=web"))
    assert {row["prices"][0]["net"]["currency"] for row in euro} == {"EUR"}
    assert {row["universe"] for row in euro} == {"web"}
    assert code_of(Caller().get("1/catalogue?filter[currency]=USD")) == "422 validation_failed"

    assert len(data_of(caller.get(f"1/accounts/{acme.pk}/catalogue"))) == len(offers)


def test_an_account_shows_its_tags_when_asked(acme, boss):
    for name in ("Web", "alt"):
        services.create_tag(actor=boss, organisation_id=acme.pk, name=name)
    caller = Caller(a_token_of(Account.objects.get(pk=boss.account_id), "accounts"))

    (account,) = caller.get("1/accounts?with=tags,vat_number,phone").json()["data"]

    assert [tag["name"] for tag in account["tags"]] == ["alt", "Web"]
    assert "logo" not in account
