"""Offers and their prices as rows: the operator changes what is sold without a new release."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Offer(models.Model):
    """A sellable variant of a kind (CAT-005). Loaded from the kind's defaults, afterwards the operator's own."""

    code = models.CharField(max_length=50, unique=True)
    kind_code = models.CharField(max_length=50)
    names = models.JSONField()
    summaries = models.JSONField()
    unit = models.CharField(max_length=20)
    minimum_quantity = models.PositiveIntegerField(default=1)
    maximum_quantity = models.PositiveIntegerField(null=True)
    quantity_step = models.PositiveIntegerField(default=1)
    free_quantity = models.PositiveIntegerField(default=0)
    horizon_months = models.PositiveIntegerField()
    tax_class = models.CharField(max_length=30)
    rank = models.PositiveIntegerField(default=1)
    # No longer in the shop from this day, still renewed for those who have it (CAT-008).
    withdrawn_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="offer_minimum_is_positive", condition=Q(minimum_quantity__gte=1)),
            models.CheckConstraint(
                name="offer_maximum_reaches_minimum",
                condition=Q(maximum_quantity=None) | Q(maximum_quantity__gte=models.F("minimum_quantity")),
            ),
            models.CheckConstraint(name="offer_step_is_positive", condition=Q(quantity_step__gte=1)),
            models.CheckConstraint(name="offer_horizon_is_positive", condition=Q(horizon_months__gte=1)),
        ]


class Price(models.Model):
    """The net price of `quantity_step` units of an offer for a whole period, from a day on (CAT-011, CAT-014).

    A price is valid until the next one of the same offer, currency and period begins, so two of them cannot overlap
    on any database: there is no end to contradict the next beginning. `unit_minor` NULL ends the sale from that day.
    """

    offer = models.ForeignKey("catalogue.Offer", models.PROTECT, related_name="prices")
    currency = models.CharField(max_length=3)
    period_months = models.PositiveIntegerField()
    unit_minor = models.BigIntegerField(null=True)
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_price_per_day",
                fields=["offer", "currency", "period_months", "valid_from"],
                violation_error_code="price_exists",
            ),
            models.CheckConstraint(name="price_not_negative", condition=Q(unit_minor=None) | Q(unit_minor__gte=0)),
            models.CheckConstraint(name="price_period_is_positive", condition=Q(period_months__gte=1)),
            models.CheckConstraint(name="price_currency_is_sold", condition=Q(currency__in=["CHF", "EUR"])),
        ]
