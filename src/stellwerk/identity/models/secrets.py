from __future__ import annotations

from django.db import models


class ApiToken(models.Model):
    """A key to the REST interface. Only the digest is kept; the prefix lets its owner recognise it (API-006)."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-created_at"], name="token_account")]


class ApplicationPassword(models.Model):
    """A machine-made password for synchronisation protocols only (SEC-044…050)."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="application_passwords")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.GenericIPAddressField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-created_at"], name="application_password_account")]
