from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Renewal(models.Model):
    """One more period of one product, paid or announced. A live one exists once per product and first day.

    An announced renewal extends the product when its invoice is paid (BIL-012, BIL-013); a withdrawn one has been
    credited and stands in the way of nothing.
    """

    class State(models.TextChoices):
        ANNOUNCED = "announced"
        DONE = "done"
        WITHDRAWN = "withdrawn"

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    product_id = models.BigIntegerField()
    period_from = models.DateField()
    period_to = models.DateField()
    period_months = models.PositiveSmallIntegerField()
    is_automatic = models.BooleanField(default=False)
    # "From now on" (BIL-024): the chosen duration also becomes the product's recurring one.
    keeps_period = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State.choices)
    invoice = models.ForeignKey("billing.Invoice", models.PROTECT, null=True, related_name="renewals")
    created_at = models.DateTimeField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_renewal_per_product_and_period",
                fields=["product_id", "period_from"],
                condition=Q(state__in=["announced", "done"]),
                violation_error_code="already_renewed",
            ),
            models.CheckConstraint(name="renewal_period_has_days", condition=Q(period_to__gt=F("period_from"))),
        ]
        indexes = [
            models.Index(fields=["organisation", "product_id"], name="renewal_organisation"),
            models.Index(fields=["ends_on"], name="renewal_announced", condition=Q(state="announced")),
        ]


class RenewalStep(models.Model):
    """A step of the renewal calendar that a product has taken before or after one expiry (rules.renewal_steps).

    The database keeps each to once, so a run may be repeated or killed at any moment.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    product_id = models.BigIntegerField()
    expires_on = models.DateField()
    code = models.CharField(max_length=30)
    taken_on = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_step_per_expiry", fields=["product_id", "expires_on", "code"]),
        ]
