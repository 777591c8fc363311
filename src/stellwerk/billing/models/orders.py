from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from stellwerk.billing.rules.numbers import LONGEST_REFERENCE


class Order(models.Model):
    """A placed order. Its invoice is the document; this row says how far it has come (ORD-017)."""

    class State(models.TextChoices):
        AWAITING_PAYMENT = "awaiting_payment"
        PAYMENT_PENDING = "payment_pending"
        PAID = "paid"
        BLOCKED = "blocked"
        FULFILLING = "fulfilling"
        FULFILLED = "fulfilled"
        PARTLY_FULFILLED = "partly_fulfilled"
        CANCELLED = "cancelled"
        REFUNDED = "refunded"
        EXPIRED = "expired"

    class Means(models.TextChoices):
        FREE = "free"
        PREPAID = "prepaid"
        BANK_TRANSFER = "bank_transfer"

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=20, choices=State.choices)
    means = models.CharField(max_length=20, choices=Means.choices)
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    vat_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    billing_reference = models.CharField(max_length=LONGEST_REFERENCE, blank=True)
    # The version of the terms the buyer ticked, and the express request to start at once (ORD-014, ORD-015).
    terms_version = models.CharField(max_length=20)
    wants_immediate_start = models.BooleanField(default=False)
    # Opt-in: what is bought renews itself from the balance (REN-003, REN-004).
    renews_automatically = models.BooleanField(default=False)
    placed_by_id = models.BigIntegerField(null=True)
    placed_at = models.DateTimeField()
    # An unpaid order ends here (ORD-020); found by scanning.
    expires_on = models.DateField()
    reminded_days = models.PositiveSmallIntegerField(default=0)
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="order_gross_is_net_and_vat", condition=Q(gross_minor=F("net_minor") + F("vat_minor"))
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="order_organisation"),
            models.Index(
                fields=["expires_on"],
                name="order_unpaid",
                condition=Q(state__in=["awaiting_payment", "payment_pending"]),
            ),
        ]


class OrderLine(models.Model):
    """What was ordered, at the price of that moment, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        FULFILLED = "fulfilled"
        FAILED = "failed"

    order = models.ForeignKey("billing.Order", models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    offer_code = models.CharField(max_length=50)
    kind_code = models.CharField(max_length=50)
    product_name = models.CharField(max_length=150)
    target = models.CharField(max_length=253, blank=True)
    quantity = models.PositiveIntegerField()
    period_months = models.PositiveSmallIntegerField()
    net_minor = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    product_id = models.BigIntegerField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_order_line_per_position", fields=["order", "position"]),
            models.CheckConstraint(name="order_line_net_not_negative", condition=Q(net_minor__gte=0)),
        ]
