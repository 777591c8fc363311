from __future__ import annotations

from django.db import models
from django.db.models import Q

from stellwerk.products.rules import Right


class ProductGrant(models.Model):
    """One right of one person on one product (ORG-045, ORG-047). Managers need none: they see all (ORG-024)."""

    organisation_id = models.BigIntegerField()
    product = models.ForeignKey("products.Product", models.CASCADE, related_name="grants", db_index=False)
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="+", db_index=False)
    right = models.CharField(max_length=20, choices=[(right, right) for right in Right])
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_grant_of_a_right", fields=["product", "account", "right"]),
            models.CheckConstraint(name="grant_right_is_known", condition=Q(right__in=list(Right))),
        ]
        indexes = [models.Index(fields=["organisation_id", "account", "product"], name="grant_person")]
