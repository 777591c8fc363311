"""Since when an organisation owns what came to it (OWN-004, TRF-009)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from stellwerk.api.tests.builders import Caller, a_token_of
from stellwerk.foundation import clock
from stellwerk.identity.models import Account
from stellwerk.organisations.tests.builders import a_legal_representative_of
from stellwerk.products import queries
from stellwerk.products.models import Product
from stellwerk.products.tests.builders import a_domain_of, accepted, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(bakery):
    return a_legal_representative_of(bakery)


def test_own_004_the_receiver_owns_it_since_the_day_it_came_and_page_and_api_say_so_trf_009(bakery, boss, miller, mill):
    with clock.travel_to(date(2026, 3, 10)):
        domain = a_domain_of(bakery, "huber.ch")
    with clock.travel_to(date(2026, 5, 20)):
        accepted(started(boss, domain), miller)

    with clock.travel_to(date(2026, 6, 1)):
        row = queries.product_row(miller, mill.pk, product_id=domain.pk)
        assert (row.started_on, row.owned_since_on) == (date(2026, 3, 10), date(2026, 5, 20))
        browser = Client()
        browser.force_login(Account.objects.get(pk=miller.account_id))
        shown = browser.get(f"/o/{mill.pk}/products/{domain.pk}").text
        assert "owned since" in shown
        assert "20 May 2026" in shown.partition("owned since")[2][:80]
        caller = Caller(a_token_of(Account.objects.get(pk=miller.account_id), "products"))
        told = caller.get(f"1/accounts/{mill.pk}/products").json()["data"][0]
    assert told["owned_since"] == "2026-05-20"
    assert told["paid_until"] == "2027-03-09"


def test_own_004_a_product_that_never_moved_is_owned_since_its_first_day(bakery, boss):
    with clock.travel_to(date(2026, 3, 10)):
        domain = a_domain_of(bakery, "huber.ch")

    assert queries.product_row(boss, bakery.pk, product_id=domain.pk).owned_since_on == date(2026, 3, 10)


def test_own_004_products_moved_before_the_day_was_kept_get_the_day_of_their_last_transfer(bakery, boss, miller):
    domain, other = a_domain_of(bakery, "huber.ch"), a_domain_of(bakery, "bleibt.ch")
    with clock.travel_to(datetime(2027, 5, 20, 23, 30, tzinfo=UTC)):
        accepted(started(boss, domain), miller)
    Product.objects.update(taken_over_on=None)

    import_module("stellwerk.products.migrations.0009_taken_over_on_filled").fill(apps, connection.schema_editor())

    days = dict(Product.objects.values_list("pk", "taken_over_on"))
    assert days == {domain.pk: date(2027, 5, 21), other.pk: None}, "on the operator's calendar"
