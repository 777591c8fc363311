from __future__ import annotations

from django.db import models
from django.db.models import Q


class Cart(models.Model):
    """What an organisation is about to order (ORD-005). One per organisation; emptied by the order."""

    organisation = models.OneToOneField("organisations.Organisation", models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    # Where the invoice of the next order goes; empty for the organisation's postal address (BIL-060).
    billing_address = models.ForeignKey("billing.BillingAddress", models.PROTECT, null=True, related_name="carts")
    updated_at = models.DateTimeField()


class CartLine(models.Model):
    """One line. `seen_net_minor` is the net of the whole line as it was last shown; a difference makes a notice."""

    cart = models.ForeignKey("billing.Cart", models.CASCADE, related_name="lines")
    offer_code = models.CharField(max_length=50)
    quantity = models.PositiveIntegerField()
    period_months = models.PositiveSmallIntegerField()
    target = models.CharField(max_length=253, blank=True)
    seen_net_minor = models.BigIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="cart_line_has_a_quantity", condition=Q(quantity__gt=0))]
