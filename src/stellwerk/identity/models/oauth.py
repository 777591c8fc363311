"""What the OAuth provider keeps beside django-allauth's rows for applications (Client) and tokens (Token)."""

from __future__ import annotations

from django.db import models


class ApplicationConsent(models.Model):
    """A person lets an application act, within these scopes, until it is ended (API-033)."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="application_consents")
    client = models.ForeignKey("allauth_idp_oidc.Client", models.CASCADE, related_name="+")
    scopes = models.JSONField(default=list)
    granted_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "client"], name="one_consent_per_application")]


class DeviceGrant(models.Model):
    """A device without a browser waits for its owner's answer (RFC 8628)."""

    class Decision(models.TextChoices):
        WAITING = "waiting"
        ALLOWED = "allowed"
        DENIED = "denied"

    client = models.ForeignKey("allauth_idp_oidc.Client", models.CASCADE, related_name="+")
    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="+", null=True)
    device_digest = models.CharField(max_length=64, unique=True)
    user_code_digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.WAITING)
    expires_at = models.DateTimeField()
    last_polled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="device_grant_expiry")]
