from __future__ import annotations

from django.db import models
from django.db.models import Q


class Membership(models.Model):
    """A person in an organisation, with exactly one role (ORG-019)."""

    class Role(models.TextChoices):
        LEGAL_REPRESENTATIVE = "owner"
        ADMINISTRATOR = "admin"
        COLLABORATOR = "normal"
        EXTERNAL = "external"

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="memberships")
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    # For collaborators only (ORG-025); legal representatives and administrators always have it, externals never.
    has_billing_access = models.BooleanField(default=False)
    # The last days, on the operator's calendar; after them neither holds, whether the clockwork has been there or not.
    ends_on = models.DateField(null=True)
    billing_ends_on = models.DateField(null=True)
    receives_billing_messages = models.BooleanField(default=True)
    # Billing reminders as text messages too, where the person has a confirmed mobile number (ORG-052).
    receives_billing_texts = models.BooleanField(default=False)
    receives_product_messages = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_membership_per_person",
                fields=["organisation", "account"],
                violation_error_code="already_member",
            ),
            models.CheckConstraint(
                name="externals_never_see_billing", condition=~Q(role="external", has_billing_access=True)
            ),
            # So that no organisation is left without a legal representative by a date (ORG-031).
            models.CheckConstraint(
                name="managers_stay_until_somebody_decides",
                condition=Q(ends_on__isnull=True) | Q(role__in=["normal", "external"]),
            ),
            models.CheckConstraint(
                name="billing_ends_where_it_was_given",
                condition=Q(billing_ends_on__isnull=True) | Q(has_billing_access=True),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "organisation"], name="membership_account"),
            # The clockwork looks for what has ended.
            models.Index(fields=["ends_on"], name="membership_ending", condition=Q(ends_on__isnull=False)),
            models.Index(fields=["billing_ends_on"], name="billing_ending", condition=Q(billing_ends_on__isnull=False)),
        ]
