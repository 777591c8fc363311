from __future__ import annotations

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from stellwerk.products.rules import LONGEST_RIGHT, WHOLE


class ProductGrant(models.Model):
    """A right of a person or of a team: on one product, on all of a kind, or on everything (ORG-045…047, ORG-075).

    Neither a product nor a kind means everything, with all rights. A grant on a kind or on everything includes what
    is ordered later. Managers need none: they see all (ORG-024). After `ends_on`, the last day on the operator's
    calendar, the row means nothing, whether the clockwork has removed it or not.
    """

    organisation_id = models.BigIntegerField()
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="+", null=True, db_index=False)
    team = models.ForeignKey("organisations.Team", models.CASCADE, related_name="+", null=True)
    product = models.ForeignKey("products.Product", models.CASCADE, related_name="grants", null=True)
    kind_code = models.CharField(max_length=50, blank=True, default="")
    right = models.CharField(max_length=LONGEST_RIGHT)
    ends_on = models.DateField(null=True)
    granted_by_id = models.BigIntegerField(null=True)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Empty columns never equal each other in an index, so they are numbers here.
            models.UniqueConstraint(
                "organisation_id",
                Coalesce("account", Value(0)),
                Coalesce("team", Value(0)),
                Coalesce("product", Value(0)),
                "kind_code",
                "right",
                name="one_grant_of_a_right",
            ),
            models.CheckConstraint(
                name="grant_has_one_holder",
                condition=Q(account__isnull=False, team__isnull=True) | Q(account__isnull=True, team__isnull=False),
            ),
            models.CheckConstraint(name="grant_has_one_target", condition=Q(product__isnull=True) | Q(kind_code="")),
            models.CheckConstraint(
                name="grant_of_everything_is_whole",
                condition=Q(product__isnull=False) | ~Q(kind_code="") | Q(right=WHOLE),
            ),
            models.CheckConstraint(name="grant_right_is_named", condition=~Q(right="")),
        ]
        indexes = [
            models.Index(fields=["account", "organisation_id"], name="grant_person"),
            # Grants of a kind or of everything: few, and looked for beside each product.
            models.Index(
                fields=["organisation_id", "kind_code"], name="grant_of_kinds", condition=Q(product__isnull=True)
            ),
            # The clockwork looks for what has ended.
            models.Index(fields=["ends_on"], name="grant_ending", condition=Q(ends_on__isnull=False)),
        ]
