from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from stellwerk.organisations.models.memberships import Membership


class Invitation(models.Model):
    """An offer to join, until it is accepted, declined or withdrawn; unanswered by `expires_at` it is expired."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "rejected", _("Declined")
        WITHDRAWN = "cancelled", _("Deleted")

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=10, choices=Membership.Role.choices)
    has_billing_access = models.BooleanField(default=False)
    # The last days of what is offered, set on the membership when it is accepted; the last one for all teams.
    ends_on = models.DateField(null=True)
    billing_ends_on = models.DateField(null=True)
    teams_end_on = models.DateField(null=True)
    language = models.CharField(max_length=2, default="en")
    receives_billing_messages = models.BooleanField(default=True)
    receives_billing_texts = models.BooleanField(default=False)
    receives_product_messages = models.BooleanField(default=True)
    # A strict invitation is for the invited address alone; no other account may take it over (ORG-042).
    is_strict = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    # The link's digest: resending replaces it, which kills the earlier link (ORG-039).
    digest = models.CharField(max_length=64, unique=True)
    # The link itself, encrypted: mails and the API show it until the invitation is answered; empty afterwards.
    sealed_link = models.TextField(blank=True, default="")
    invited_by_id = models.BigIntegerField()
    invited_by_name = models.CharField(max_length=200)
    accepted_by = models.ForeignKey("identity.Account", models.SET_NULL, null=True, related_name="+")
    teams = models.JSONField(default=list)
    # Rights by product, `[[product, [right, …]], …]`: the rooms above read them when it is accepted (ORG-037, ORG-045).
    product_rights = models.JSONField(default=list)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("email"), name="one_pending_invitation_per_address",
                condition=Q(state="pending"), violation_error_code="already_invited",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["organisation", "state", "-id"], name="invitation_organisation")]
