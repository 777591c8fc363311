"""What must never break is refused by the database itself, whoever writes: the bad row, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from stellwerk.foundation import clock
from stellwerk.organisations.tests.builders import a_legal_representative_of, a_person, an_organisation
from stellwerk.products.models import (
    Product,
    ProductExtension,
    ProductGrant,
    ProductTag,
    ProductTransfer,
    Tag,
    TransferredProduct,
)
from stellwerk.products.tests.builders import a_domain_of, a_product_of, a_suite_of, started

pytestmark = pytest.mark.django_db


def refused(constraint: str, table: str, columns: str):
    """An IntegrityError of this constraint: PostgreSQL and SQLite's checks say its name, SQLite's indexes columns."""
    said = [constraint, *(f"{table}.{column}" for column in columns.split())]
    return pytest.raises(IntegrityError, match="|".join(said))


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("product_expires_after_start", {"started_on": date(2026, 5, 1), "expires_on": date(2026, 5, 1)}),
        ("product_quantity_is_positive", {"quantity": 0}),
        ("product_period_is_positive", {"period_months": 0}),
        ("product_anchor_is_a_day", {"anchor_day": 32}),
        ("product_anchor_is_a_day", {"anchor_day": 0}),
        ("product_state_is_known", {"state": "asleep"}),
        ("product_suspended_since_a_day", {"state": "suspended"}),
        ("product_suspended_since_a_day", {"suspended_on": date(2026, 5, 1)}),
        ("product_ended_on_a_day", {"state": "terminated"}),
        ("product_ended_on_a_day", {"ended_on": date(2026, 5, 1)}),
        ("product_source_is_named", {"source": ""}),
    ],
)
def test_no_product_row_contradicts_itself(constraint, wrong):
    hosting = a_product_of(an_organisation())

    with refused(constraint, "products_product", ""), transaction.atomic():
        Product.objects.filter(pk=hosting.pk).update(**wrong)


def copied(product: Product, **changes) -> Product:
    values = {field.attname: getattr(product, field.attname) for field in Product._meta.fields if field.name != "id"}
    return Product(**{**values, "source": f"{product.source}-copy", **changes})


def test_one_live_product_of_a_unique_kind_per_organisation_org_005():
    suite = a_suite_of(an_organisation())

    with (
        refused("one_live_product_of_a_unique_kind", "products_product", "organisation_id"),
        transaction.atomic(),
    ):
        copied(suite, name="second").save(force_insert=True)
    copied(suite, name="second", state="cancelled", ended_on=date(2026, 5, 1)).save(force_insert=True)


def test_one_live_product_of_a_unique_name_in_the_whole_instance():
    domain = a_domain_of(an_organisation(), "huber-brot.ch")

    with refused("one_live_product_of_a_unique_name", "products_product", "kind_code"), transaction.atomic():
        copied(domain, organisation_id=an_organisation().pk).save(force_insert=True)


def test_one_product_per_source():
    hosting = a_product_of(an_organisation())

    with refused("source", "products_product", "source"), transaction.atomic():
        copied(hosting, source=hosting.source).save(force_insert=True)


def an_extension(product: Product, **changes) -> ProductExtension:
    values = {
        "organisation_id": product.organisation_id, "product": product, "source": "renewal:1",
        "from_on": date(2027, 1, 1), "until_on": date(2028, 1, 1), "period_months": 12, "created_at": clock.now(),
    }  # fmt: skip
    return ProductExtension(**{**values, **changes})


def test_one_extension_per_period_and_one_per_source():
    hosting = a_product_of(an_organisation())
    an_extension(hosting).save(force_insert=True)

    with refused("one_extension_per_period", "products_productextension", "product_id from_on"), transaction.atomic():
        an_extension(hosting, source="renewal:2").save(force_insert=True)
    with refused("source", "products_productextension", "source"), transaction.atomic():
        an_extension(hosting, from_on=date(2027, 6, 1)).save(force_insert=True)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("extension_adds_time", {"until_on": date(2027, 1, 1)}),
        ("extension_source_is_named", {"source": ""}),
    ],
)
def test_an_extension_adds_time_and_names_its_source(constraint, wrong):
    with refused(constraint, "", ""), transaction.atomic():
        an_extension(a_product_of(an_organisation()), **wrong).save(force_insert=True)


def test_one_grant_of_a_right_and_none_without_a_name():
    acme = an_organisation()
    values = {
        "organisation_id": acme.pk, "product": a_product_of(acme), "account": a_person(), "right": "technical",
        "granted_at": clock.now(),
    }  # fmt: skip
    ProductGrant.objects.create(**values)

    with refused("one_grant_of_a_right", "", ""), transaction.atomic():
        ProductGrant.objects.create(**values)
    with refused("grant_right_is_named", "", ""), transaction.atomic():
        ProductGrant.objects.create(**{**values, "right": ""})


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("grant_has_one_holder", {"account": None}),
        ("grant_has_one_target", {"kind_code": "web-hosting"}),
        ("grant_of_everything_is_whole", {"product": None}),
    ],
)
def test_a_grant_has_one_holder_and_one_target_and_everything_comes_whole(constraint, wrong):
    acme = an_organisation()
    values = {
        "organisation_id": acme.pk, "product": a_product_of(acme), "account": a_person(), "right": "technical",
        "granted_at": clock.now(), **wrong,
    }  # fmt: skip

    with refused(constraint, "", ""), transaction.atomic():
        ProductGrant.objects.create(**values)


def test_one_tag_per_name_whatever_its_case_org_087():
    acme = an_organisation()
    tag = Tag.objects.create(organisation=acme, name="Shop", created_at=clock.now())

    with refused("one_tag_per_name", "", ""), transaction.atomic():
        Tag.objects.create(organisation=acme, name="SHOP", created_at=clock.now())
    with refused("tag_has_a_name", "", ""), transaction.atomic():
        Tag.objects.create(organisation=acme, name="", created_at=clock.now())
    with refused("tag_color_is_known", "", ""), transaction.atomic():
        Tag.objects.filter(pk=tag.pk).update(color="#ff0000")


def test_a_product_is_once_tagged_with_a_tag():
    acme = an_organisation()
    values = {
        "organisation_id": acme.pk,
        "product": a_product_of(acme),
        "tag": Tag.objects.create(organisation=acme, name="Shop", created_at=clock.now()),
    }
    ProductTag.objects.create(**values)

    with refused("once_tagged", "products_producttag", "product_id"), transaction.atomic():
        ProductTag.objects.create(**values)


@pytest.fixture
def transfer():
    domain = a_domain_of(an_organisation())
    return started(a_legal_representative_of(domain.organisation), domain)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("transfer_state_is_known", {"state": "lost", "ended_at": clock.now(), "sealed_link": ""}),
        ("transfer_way_is_known", {"way": "pigeon"}),
        ("transfer_is_open_or_has_ended", {"state": "cancelled"}),
        ("transfer_is_open_or_has_ended", {"ended_at": clock.now()}),
        ("transfer_is_open_or_has_ended", {"state": "cancelled", "ended_at": clock.now(), "sealed_link": "kept"}),
        (
            "transfer_has_a_receiver_when_completed",
            {"state": "completed", "ended_at": clock.now(), "sealed_link": ""},
        ),
    ],
)
def test_no_transfer_row_contradicts_itself_trf_006(transfer, constraint, wrong):
    with refused(constraint, "products_producttransfer", ""), transaction.atomic():
        ProductTransfer.objects.filter(pk=transfer.pk).update(**wrong)


def test_a_transfer_leads_to_another_organisation(transfer):
    back = {"state": "completed", "ended_at": clock.now(), "sealed_link": "", "receiver": transfer.organisation}

    with refused("transfer_leads_elsewhere", "products_producttransfer", ""), transaction.atomic():
        ProductTransfer.objects.filter(pk=transfer.pk).update(**back)


def test_a_product_is_in_one_open_transfer_and_once_in_each_trf_003(transfer):
    item = transfer.items.get()
    values = {"organisation_id": item.organisation_id, "product": item.product, "kind_code": item.kind_code}
    other = ProductTransfer.objects.get(pk=transfer.pk)
    other.pk, other.digest = None, "another"
    other.save(force_insert=True)

    with refused("one_open_transfer_of_a_product", "products_transferredproduct", "product_id"), transaction.atomic():
        TransferredProduct.objects.create(transfer=other, **values)
    TransferredProduct.objects.create(transfer=other, is_open=False, **values)
    with refused("once_in_a_transfer", "products_transferredproduct", "transfer_id"), transaction.atomic():
        TransferredProduct.objects.create(transfer=transfer, is_open=False, **values)
