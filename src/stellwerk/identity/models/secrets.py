from __future__ import annotations

from django.db import models
from django.db.models import Q

from stellwerk.identity.rules import SYNC_SCOPES


def every_sync_scope() -> list[str]:
    """Passwords of the time before scopes opened every protocol."""
    return list(SYNC_SCOPES)


class ApiToken(models.Model):
    """A key to the REST interface. Only the digest is kept; the prefix lets its owner recognise it (API-006)."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    # The only organisation it opens; no foreign key, because organisations stand above this room.
    organisation_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # A year without use: final, whatever the clock or a late note of a use says (API-007).
    deactivated_at = models.DateTimeField(null=True)
    # When the owner was told that this token is about to go idle; a use after that makes it void.
    idle_notice_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-created_at"], name="token_account"),
            models.Index(
                fields=["last_used_at", "created_at"],
                condition=Q(revoked_at=None, deactivated_at=None),
                name="token_idle",
            ),
        ]


class ApplicationPassword(models.Model):
    """A machine-made password for synchronisation protocols only (SEC-044…050)."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="application_passwords")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=every_sync_scope)
    is_read_only = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.GenericIPAddressField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-created_at"], name="application_password_account")]
