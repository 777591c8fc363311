from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from stellwerk.products.rules import TAG_COLORS


class Tag(models.Model):
    """A short coloured word of one organisation, for ordering and finding its products (ORG-082)."""

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    color = models.CharField(max_length=20, default="grey")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("name"), name="one_tag_per_name", violation_error_code="tag_exists"
            ),
            models.CheckConstraint(name="tag_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="tag_color_is_known", condition=Q(color__in=TAG_COLORS)),
        ]


class ProductTag(models.Model):
    """A tag on a product; both belong to the same organisation."""

    organisation_id = models.BigIntegerField()
    product = models.ForeignKey("products.Product", models.CASCADE, related_name="tags", db_index=False)
    tag = models.ForeignKey("products.Tag", models.CASCADE, related_name="products")

    class Meta:
        constraints = [models.UniqueConstraint(name="once_tagged", fields=["product", "tag"])]
