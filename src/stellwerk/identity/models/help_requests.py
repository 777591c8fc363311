from __future__ import annotations

from django.db import models
from django.db.models import Q


class HelpRequest(models.Model):
    """Somebody who has no way in left asks people for one (CHK-002, SEC-036). Evidence lives 72 hours (Q7).

    `account` stays empty for a login that does not exist: the requester sees the same pages (ID-070).
    """

    class Asked(models.TextChoices):
        PASSWORD = "password"  # noqa: S105  the name of a wish
        LOGIN = "login"
        FACTORS = "factors"

    class State(models.TextChoices):
        OPEN = "open"
        APPROVED = "approved"
        REFUSED = "refused"
        EXPIRED = "expired"

    asked = models.CharField(max_length=10, choices=Asked.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    account = models.ForeignKey("identity.Account", models.CASCADE, null=True, related_name="help_requests")
    # Keyed digest of what the requester named, known or not: one open request each (SEC-038).
    subject_digest = models.CharField(max_length=64)
    # Digest of the secret in the status address.
    digest = models.CharField(max_length=64, unique=True)
    # What the requester gave: name, contact, story. Encrypted, and emptied with the end of the 72 hours.
    sealed = models.TextField(blank=True)
    confirmation = models.ForeignKey("identity.Confirmation", models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True)
    decided_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_digest", "asked"],
                name="one_open_help_request",
                condition=Q(state="open"),
                violation_error_code="verification_already_open",
            )
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="help_request_state")]
