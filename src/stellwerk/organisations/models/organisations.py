from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """The space that owns products, has members, a postal address and a currency (GEN-001).

    `currency` follows the postal address (CAT-012) and is stored, because documents already announced keep theirs.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        INDIVIDUAL = "individual", _("Private person")
        ASSOCIATION = "association", _("Association or foundation")
        PUBLIC_BODY = "public_body", _("Public body")

    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    attention = models.CharField(max_length=100, blank=True)
    street = models.CharField(max_length=70)
    building_number = models.CharField(max_length=16, blank=True)
    postal_code = models.CharField(max_length=16)
    town = models.CharField(max_length=35)
    country = models.CharField(max_length=2)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, default="en")
    currency = models.CharField(max_length=3)
    vat_number = models.CharField(max_length=20, blank=True)
    # The outcome of the last check against the register: "", "valid", "pending", "invalid" (VAT-009…011).
    vat_number_state = models.CharField(max_length=10, blank=True)
    # Whoever belongs here needs a second factor for this organisation's pages (SEC-039…041).
    requires_second_factor = models.BooleanField(default=False)
    # A WebP drawn by us (ORG-015), both empty without a logo. The digest names the address.
    logo_file = models.CharField(max_length=100, blank=True, default="", db_default="")
    logo_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="organisation_currency_is_sold", condition=Q(currency__in=["CHF", "EUR"])),
            models.CheckConstraint(name="organisation_has_a_name", condition=~Q(name="")),
        ]
