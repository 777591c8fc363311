from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q


class ApprovalDevice(models.Model):
    """An app that may approve sign-ins of one account, known by the public half of a key it cannot give away.

    The same phone with two accounts is two rows with two keys (SEC-015, SEC-016). Removed rows stay, so that the
    device learns why it is refused, and drops the account (SEC-033).
    """

    handle = models.UUIDField(unique=True)
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="approval_devices")
    name = models.CharField(max_length=100)
    model = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    public_key = models.TextField(unique=True)  # P-256, SubjectPublicKeyInfo in base64url
    sealed_seed = models.TextField()  # of the codes it shows without a network
    last_code_step = models.BigIntegerField(null=True)  # the latest period whose code was accepted (SEC-027)
    sealed_subscription = models.TextField(blank=True)  # where a push message reaches it, empty without push
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="removed_device_gets_no_push", condition=Q(removed_at=None) | Q(sealed_subscription="")
            ),
        ]
        indexes = [models.Index(fields=["account", "removed_at"], name="approval_device_account")]


class DeviceLink(models.Model):
    """A code that lets one device join one account, once and within five minutes (SEC-014). Only its digest is kept."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="device_links")
    digest = models.CharField(max_length=64, unique=True)
    challenge = models.CharField(max_length=64)  # what the new key signs to prove that it exists
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    device = models.OneToOneField("identity.ApprovalDevice", models.CASCADE, null=True, related_name="link")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="used_link_names_its_device",
                condition=Q(used_at=None, device=None) | Q(used_at__isnull=False, device__isnull=False),
            ),
            models.CheckConstraint(
                name="device_link_ends_after_it_begins", condition=Q(expires_at__gt=F("created_at"))
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="device_link_expiry")]


class ApprovalRequest(models.Model):
    """A sign-in that waits for YES or NO on a device of its account (SEC-017…023).

    `number` stands on the waiting page only; the device sends back what the person read there. The facts of the
    waiting browser are kept as they were when it asked. `proof` is the device's signature over its decision.
    """

    class Decision(models.TextChoices):
        APPROVED = "approved"
        REJECTED = "rejected"

    uuid = models.UUIDField(unique=True)
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="approval_requests")
    browser_digest = models.CharField(max_length=64)  # of a secret in the waiting browser's session
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(10), MaxValueValidator(99)])
    wrong_numbers = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)  # replaced by a newer attempt, or given up in the browser
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey("identity.ApprovalDevice", models.RESTRICT, null=True, related_name="decisions")
    decided_at = models.DateTimeField(null=True)
    proof = models.TextField(blank=True)
    finalised_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="approval_number_has_two_digits", condition=Q(number__gte=10, number__lte=99)),
            models.CheckConstraint(name="approval_ends_after_it_begins", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(
                name="approval_is_decided_by_a_device",
                condition=Q(decision="", decided_by=None, decided_at=None)
                | Q(decision__in=["approved", "rejected"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="approval_is_decided_in_time", condition=Q(decided_at=None) | Q(decided_at__lt=F("expires_at"))
            ),
            models.CheckConstraint(
                name="only_approved_requests_are_finalised",
                condition=Q(finalised_at=None) | Q(decision="approved", withdrawn_at=None),
            ),
            models.UniqueConstraint(
                name="one_open_approval_per_browser",
                fields=["browser_digest"],
                condition=Q(decision="", withdrawn_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="approval_request_account"),
            models.Index(fields=["expires_at"], name="approval_request_expiry"),
        ]
