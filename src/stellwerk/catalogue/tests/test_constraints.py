"""The catalogue's own rows: what the database refuses, on both databases."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from stellwerk.catalogue.models import Offer, Price

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("offer_minimum_is_positive", {"minimum_quantity": 0}),
        ("offer_maximum_reaches_minimum", {"minimum_quantity": 5, "maximum_quantity": 4}),
        ("offer_step_is_positive", {"quantity_step": 0}),
        ("offer_horizon_is_positive", {"horizon_months": 0}),
    ],
)
def test_no_offer_row_contradicts_itself(constraint, wrong):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Offer.objects.filter(code="web-hosting").update(**wrong)


@pytest.mark.parametrize(
    ("constraint", "wrong"),
    [
        ("price_not_negative", {"unit_minor": -1}),
        ("price_period_is_positive", {"period_months": 0}),
        ("price_currency_is_sold", {"currency": "USD"}),
    ],
)
def test_no_price_row_contradicts_itself(constraint, wrong):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Price.objects.filter(offer__code="web-hosting", currency="CHF", period_months=12).update(**wrong)


def test_one_price_per_day_so_that_two_cannot_overlap_cat_014():
    price = Price.objects.get(offer__code="web-hosting", currency="CHF", period_months=12)

    with pytest.raises(IntegrityError, match=r"one_price_per_day|catalogue_price\.offer_id"), transaction.atomic():
        Price.objects.create(
            offer=price.offer, currency="CHF", period_months=12, unit_minor=1, valid_from=price.valid_from
        )
    Price.objects.create(offer=price.offer, currency="CHF", period_months=12, unit_minor=1, valid_from=date(2027, 1, 1))
