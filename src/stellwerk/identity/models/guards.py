from __future__ import annotations

from django.db import models
from django.db.models import Q


class SignInGuard(models.Model):
    """How an account is watched: what its person wants to be told, and when strangers are locked out.

    Made at the first failure or choice; an account without a row has the defaults.
    """

    class Alerts(models.TextChoices):
        EVERY = "every"
        UNUSUAL = "unusual"  # new browsers and places, and failures
        NONE = "none"

    account = models.OneToOneField("identity.Account", models.CASCADE, related_name="guard")
    alerts = models.CharField(max_length=10, choices=Alerts.choices, default=Alerts.UNUSUAL)
    # After so many failures in a row the account locks for browsers it does not know; empty means never.
    locks_after = models.PositiveSmallIntegerField(null=True, default=10)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    # What the next mail about failures will say; at most one an hour.
    untold_failures = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    last_failed_device = models.CharField(max_length=100, blank=True)
    last_failed_address = models.GenericIPAddressField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="locks_after_five_to_twenty",
                condition=Q(locks_after=None) | Q(locks_after__gte=5, locks_after__lte=20),
            ),
        ]
