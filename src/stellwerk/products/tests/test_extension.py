"""Paid time is added from the current expiry, once per source and period (BIL-013, REN-024)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from stellwerk.foundation import activity, clock
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations.tests.builders import an_organisation
from stellwerk.products import services
from stellwerk.products.errors import AlreadyExtended, IllegalStep
from stellwerk.products.models import Product, ProductExtension
from stellwerk.products.rules import State
from stellwerk.products.services import Extension
from stellwerk.products.services.extend import MOST_AT_ONCE
from stellwerk.products.tests.builders import a_product_of

pytestmark = pytest.mark.django_db
NEXT_YEAR = date(2028, 3, 10)


@pytest.fixture
def hosting():
    with clock.travel_to(date(2026, 3, 10)):
        return a_product_of(an_organisation())


def extend(product, *, until=NEXT_YEAR, source="renewal:1", months=12):
    services.extend_product(product_id=product.pk, until=until, period_months=months, source=source)
    product.refresh_from_db()
    return product


def test_time_is_added_to_the_expiry_and_the_same_source_adds_nothing_bil_013(hosting):
    extend(hosting)
    extend(hosting)

    assert hosting.expires_on == NEXT_YEAR
    extension = ProductExtension.objects.get()
    assert (extension.from_on, extension.until_on) == (date(2027, 3, 10), NEXT_YEAR)
    assert activity.organisation_rows(hosting.organisation_id)[0].sentence == (
        "Web hosting was extended from 10 March 2027 to 9 March 2028"
    )


def test_another_payment_adds_the_period_after_it(hosting):
    extend(extend(hosting), until=date(2028, 4, 10), source="renewal:2", months=1)

    assert (hosting.expires_on, hosting.period_months) == (date(2028, 4, 10), 1)


def test_time_that_is_paid_already_is_not_sold_again(hosting):
    extend(hosting)

    with pytest.raises(AlreadyExtended):
        extend(hosting, source="renewal:2")


def test_a_suspended_product_is_extended_from_its_old_expiry_ren_053(hosting):
    services.suspend_product(product_id=hosting.pk)

    assert extend(hosting).expires_on == NEXT_YEAR
    assert hosting.state == "suspended"


def test_an_ended_product_takes_no_more_time(hosting):
    services.terminate_product(product_id=hosting.pk)

    with pytest.raises(IllegalStep):
        extend(hosting)
    with pytest.raises(NotFound):
        services.extend_product(product_id=0, until=NEXT_YEAR, period_months=12, source="x")


def test_a_batch_leaves_out_what_is_done_and_what_has_ended(hosting):
    acme = an_organisation()
    done, ended, fresh = hosting, a_product_of(acme), a_product_of(acme)
    extend(done)
    services.terminate_product(product_id=ended.pk)
    batch = [
        Extension(product_id=done.pk, until=NEXT_YEAR, period_months=12, source="renewal:1"),
        Extension(product_id=ended.pk, until=NEXT_YEAR + timedelta(999), period_months=12, source="renewal:2"),
        Extension(product_id=fresh.pk, until=date(2040, 1, 1), period_months=12, source="renewal:3"),
        Extension(product_id=10**9, until=NEXT_YEAR, period_months=12, source="renewal:4"),
    ]

    assert services.extend_products(batch=batch) == {fresh.pk}
    assert services.extend_products(batch=batch) == frozenset()
    fresh.refresh_from_db()
    assert fresh.expires_on == date(2040, 1, 1)


def test_a_batch_is_honest_about_its_limits(hosting):
    one = Extension(product_id=hosting.pk, until=NEXT_YEAR, period_months=12, source="renewal:1")

    with pytest.raises(ValueError, match="once"):
        services.extend_products(batch=[one, one])
    with pytest.raises(ValueError, match="at most"):
        services.extend_products(batch=[one] * (MOST_AT_ONCE + 1))


def many_products(number: int) -> list[int]:
    acme = an_organisation()
    today = date(2026, 3, 10)
    rows = Product.objects.bulk_create(
        Product(
            organisation=acme, kind_code="web-hosting", offer_code="web-hosting", quantity=1, period_months=12,
            started_on=today, expires_on=date(2027, 3, 10), anchor_day=10, state=State.ACTIVE,
            source=f"many:{at}", created_at=clock.now(),
        )
        for at in range(number)
    )  # fmt: skip
    return [row.pk for row in rows]


def renewals(ids):
    return [
        Extension(product_id=pk, until=NEXT_YEAR, period_months=12, source=f"renewal:{pk}:2027-03-10") for pk in ids
    ]


def test_a_batch_of_any_size_needs_the_same_few_statements(django_assert_max_num_queries):
    ids = many_products(50)

    with django_assert_max_num_queries(8):
        assert len(services.extend_products(batch=renewals(ids))) == 50


@pytest.mark.postgresql_only
@pytest.mark.slow  # a thousand products, made and extended
def test_thousands_of_products_are_extended_in_the_same_few_statements(django_assert_max_num_queries):
    ids = many_products(2000)

    with django_assert_max_num_queries(8):
        extended = services.extend_products(batch=renewals(ids))

    assert len(extended) == 2000
    assert not Product.objects.exclude(expires_on=NEXT_YEAR).exists()
