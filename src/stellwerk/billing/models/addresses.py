from __future__ import annotations

from django.db import models
from django.db.models import Q


class BillingAddress(models.Model):
    """An address for invoices beside the organisation's postal address, which is the default (BIL-060, BIL-061).

    Issued documents hold their own text, so that a row may change and go (BIL-063). Without a `vat_number` of its own
    the organisation's stands on its invoices, where that number may be kept in this country (VAT-008).
    """

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    attention = models.CharField(max_length=100, blank=True)
    street = models.CharField(max_length=70)
    building_number = models.CharField(max_length=16, blank=True)
    postal_code = models.CharField(max_length=16, blank=True)
    town = models.CharField(max_length=35)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=2)
    email = models.EmailField(blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    # As for organisations: "", "valid", "pending", "invalid" (VAT-009…011).
    vat_number_state = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="billing_address_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="billing_address_is_structured",
                condition=~Q(street="") & ~Q(town="") & ~Q(country=""),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "name"], name="billing_address_organisation")]


class ProductAddress(models.Model):
    """The address that the renewals of one product are invoiced to (BIL-062); without a row the postal one.

    It holds while the product is the organisation's: the row of a former owner says nothing.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    product_id = models.BigIntegerField()
    address = models.ForeignKey("billing.BillingAddress", models.PROTECT, related_name="products")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_billing_address_per_product",
                fields=["organisation", "product_id"],
                violation_error_code="conflict",
            )
        ]


class OrderAddress(models.Model):
    """The address chosen for an order under way: its products take it over for their renewals (ORD-010, BIL-062).

    The row goes when the order is carried out or ends; the invoice keeps the address as text.
    """

    order = models.OneToOneField("billing.Order", models.PROTECT, related_name="+")
    address = models.ForeignKey("billing.BillingAddress", models.PROTECT, related_name="orders")
