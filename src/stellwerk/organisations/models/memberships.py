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
    receives_billing_messages = models.BooleanField(default=True)
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
        ]
        indexes = [models.Index(fields=["account", "organisation"], name="membership_account")]
