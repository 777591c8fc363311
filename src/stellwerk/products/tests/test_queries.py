"""Lists cost the same for one row and for fifty; the renewal run finds its work by columns."""

from __future__ import annotations

from datetime import date

import pytest

from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import (
    a_member_of,
    acting,
    an_organisation,
)
from stellwerk.products import queries, services
from stellwerk.products.errors import TagExists
from stellwerk.products.models import Product
from stellwerk.products.queries import ProductFilter
from stellwerk.products.rules import FINAL, Right, State
from stellwerk.products.tests.builders import a_domain_of, a_product_of, a_suite_of, granted

pytestmark = pytest.mark.django_db


def fifty_products_of(organisation, boss) -> list[int]:
    tag = services.create_tag(actor=boss, organisation_id=organisation.pk, name="Shop")
    ids = [a_product_of(organisation, name=f"site-{at:02}.ch").pk for at in range(50)]
    services.tag_products(actor=boss, organisation_id=organisation.pk, tag_id=tag, product_ids=ids)
    return ids


def test_fifty_rows_with_tags_and_total_are_one_query(acme, boss, django_assert_num_queries):
    fifty_products_of(acme, boss)

    with django_assert_num_queries(1):
        listing = queries.product_listing(boss, acme.pk, limit=50)

    assert (len(listing.rows), listing.total) == (50, 50)
    assert all([tag.name for tag in row.tags] == ["Shop"] for row in listing.rows)


def test_fifty_granted_rows_are_one_query_too(acme, boss, django_assert_num_queries):
    person = a_member_of(acme)
    for product in [a_product_of(acme) for _ in range(10)]:
        granted(boss, product, to=person.pk, rights=[Right.STATISTIC])
    actor = acting(person, acme)

    with django_assert_num_queries(1):
        listing = queries.product_listing(actor, acme.pk)

    assert {row.rights for row in listing.rows} == {frozenset({Right.STATISTIC})}


def test_pages_follow_each_other_and_know_the_total(acme, boss):
    fifty_products_of(acme, boss)

    first = queries.product_listing(boss, acme.pk, limit=20)
    last = queries.product_listing(boss, acme.pk, limit=20, skip=40)
    beyond = queries.product_listing(boss, acme.pk, limit=20, skip=60)

    assert [row.name for row in first.rows][:2] == ["site-00.ch", "site-01.ch"]
    assert (len(last.rows), last.total) == (10, 50)
    assert (beyond.rows, beyond.total) == ([], 50)


@pytest.mark.parametrize("order", ["label", "-name", "expires_on", "-id"])
@pytest.mark.parametrize("where", ["here", "everywhere"])
def test_later_pages_say_the_same_of_a_product_as_the_whole_list_org_049(acme, boss, where, order):
    person, hidden = a_member_of(acme), a_product_of(acme, name="hidden.ch")
    fifty = fifty_products_of(acme, boss)
    for at, product in enumerate(Product.objects.filter(pk__in=fifty[:30]).order_by("pk")):
        granted(boss, product, to=person.pk, rights=[Right.STATISTIC, Right.TECHNICAL][: 1 + at % 2])

    def page(limit, skip=0):
        if where == "everywhere":
            return queries.listing_everywhere(acting(person, acme), order=[order], limit=limit, skip=skip)
        return queries.product_listing(acting(person, acme), acme.pk, order=[order], limit=limit, skip=skip)

    whole = page(200)
    pages = [page(12, skip) for skip in (0, 12, 24)]

    assert [row for each in pages for row in each.rows] == whole.rows
    assert hidden.pk not in {row.id for row in whole.rows}
    assert {len(row.rights) for row in whole.rows} == {1, 2}
    assert {each.total for each in (whole, *pages, page(12, 36), page(200, 6))} == {30}


def test_names_are_ordered_whatever_their_case(acme, boss):
    for name in ("b.ch", "Alpha", "c.ch"):
        a_product_of(acme, name=name)

    assert [row.title for row in queries.product_rows(boss, acme.pk)] == ["Alpha", "b.ch", "c.ch"]
    assert queries.product_rows(boss, acme.pk, order=["-label"])[0].title == "c.ch"


def found(actor, organisation, **narrowed):
    rows = queries.product_rows(actor, organisation.pk, narrowed=ProductFilter(**narrowed))
    return {row.title for row in rows}


def test_filters_narrow_by_every_fact(acme, boss):
    with clock.travel_to(date(2026, 1, 31)):
        a_domain_of(acme, "huber-brot.ch")
    ended = a_product_of(acme, name="old.ch")
    services.cancel_product(product_id=ended.pk)
    suite = a_suite_of(acme)
    services.rename_product(
        actor=boss, organisation_id=acme.pk, product_id=suite.pk, internal_name="Everything for everybody"
    )

    assert found(boss, acme) == {"huber-brot.ch", "Everything for everybody"}
    assert found(boss, acme, name="BROT") == {"huber-brot.ch"}
    assert found(boss, acme, internal_name="everybody") == {"Everything for everybody"}
    assert found(boss, acme, search="suite everything") == {"Everything for everybody"}
    assert found(boss, acme, search="suite brot") == set()
    assert found(boss, acme, expires_until=date(2027, 2, 1)) == {"huber-brot.ch"}
    assert found(boss, acme, states=FINAL) == {"old.ch"}
    assert found(boss, acme, search="%") == set()
    assert found(boss, acme, search="' OR 1=1 --") == set()


def test_one_list_over_all_organisations_of_a_person(acme, boss, django_assert_num_queries):
    person = a_member_of(acme)
    own, seen, unseen = an_organisation("Own AG", of=person), a_product_of(acme), a_product_of(acme)
    granted(boss, seen, to=person.pk, rights=[Right.STATISTIC])
    mine = a_product_of(own)
    actor = acting(person, own)

    with django_assert_num_queries(1):
        listing = queries.listing_everywhere(actor, order=["id"])

    assert [(row.id, Right.TECHNICAL in row.rights) for row in listing.rows] == [(seen.pk, False), (mine.pk, True)]
    assert unseen.pk not in [row.id for row in listing.rows]


def test_the_renewal_run_goes_from_batch_to_batch_by_organisation(django_assert_num_queries):
    first, second = an_organisation("First AG"), an_organisation("Second AG")
    with clock.travel_to(date(2026, 3, 10)):
        due = [a_product_of(organisation) for organisation in (second, first, second, first)]
        services.set_renewal_modes(
            organisation_id=due[0].organisation_id, product_ids=[due[0].pk], renews_automatically=True
        )
        services.terminate_product(product_id=a_product_of(first).pk)
    with clock.travel_to(date(2026, 9, 1)):
        a_product_of(first)

    with django_assert_num_queries(1):
        batch = queries.due_products(date(2027, 3, 10), limit=3)
    rest = queries.due_products(date(2027, 3, 10), limit=3, after=(batch[-1].organisation_id, batch[-1].id))

    assert [row.id for row in (*batch, *rest)] == [due[1].pk, due[3].pk, due[0].pk, due[2].pk]
    assert queries.due_products(date(2027, 3, 9)) == []
    assert [row.id for row in queries.due_products(date(2027, 3, 10), renews_automatically=True)] == [due[0].pk]


def test_the_start_page_counts_kinds_and_names_what_needs_somebody(acme, boss, django_assert_num_queries):
    with clock.travel_to(date(2026, 11, 20)):
        running, suspended = a_domain_of(acme, "fine.ch"), a_product_of(acme, name="stopped.ch")
        services.suspend_product(product_id=suspended.pk)
    with clock.travel_to(date(2025, 12, 10)):
        a_domain_of(acme, "soon.ch")
        renewed = a_domain_of(acme, "renewed.ch")
        services.set_renewal_modes(
            organisation_id=renewed.organisation_id, product_ids=[renewed.pk], renews_automatically=True
        )

    with clock.travel_to(date(2026, 11, 20)), django_assert_num_queries(2):
        counts = {row.kind_code: (row.count, row.needs_attention) for row in queries.group_counts(boss, acme.pk)}
        rows = queries.needs_attention(boss, acme.pk)

    assert counts[running.kind_code] == (3, 1)
    assert counts[suspended.kind_code] == (1, 1)
    assert [(row.name, row.state, row.days_left) for row in rows] == [
        ("soon.ch", State.ACTIVE, 20),
        ("stopped.ch", State.SUSPENDED, 365),
    ]


def test_tags_count_what_their_reader_may_see_org_083(acme, boss, django_assert_num_queries):
    person = a_member_of(acme)
    tag = services.create_tag(actor=boss, organisation_id=acme.pk, name="Shop")
    products = [a_product_of(acme) for _ in range(3)]
    services.tag_products(actor=boss, organisation_id=acme.pk, tag_id=tag, product_ids=[each.pk for each in products])
    granted(boss, products[0], to=person.pk, rights=[Right.STATISTIC, Right.TECHNICAL])

    with django_assert_num_queries(1):
        (seen_by_boss,) = queries.tag_rows(boss, acme.pk)
    (seen_by_person,) = queries.tag_rows(acting(person, acme), acme.pk)

    assert (seen_by_boss.product_count, seen_by_person.product_count) == (3, 1)


@pytest.mark.parametrize("same", ["Läden", "läden", "LÄDEN", "  Läden "])
def test_tag_names_differ_in_more_than_case_org_087(acme, boss, same):
    services.create_tag(actor=boss, organisation_id=acme.pk, name="Läden")

    with pytest.raises(TagExists):
        services.create_tag(actor=boss, organisation_id=acme.pk, name=same)


def test_several_tags_come_back_whole_and_by_name(acme, boss):
    product = a_product_of(acme)
    names = ["Ünlü, 50 % | x", "alpha", "Zeta"]
    tags = [services.create_tag(actor=boss, organisation_id=acme.pk, name=name, color="teal") for name in names]
    services.set_product_tags(actor=boss, organisation_id=acme.pk, product_id=product.pk, tag_ids=tags)

    row = queries.product_row(boss, acme.pk, product_id=product.pk)

    assert {(tag.name, tag.color) for tag in row.tags} == {(name, "teal") for name in names}
