from __future__ import annotations

from django.db import models


class KnownBrowser(models.Model):
    """A browser in which an account has signed in, told by its long-lived cookie; only the cookie's digest is kept.

    `last_seen_at` is empty until a sign-in has gone through all its steps: before that the browser is not known.
    `session_key` is the session this account has open there, for switching between accounts (ID-042).
    """

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="known_browsers")
    digest = models.CharField(max_length=64)
    user_agent = models.CharField(max_length=300, blank=True)
    address = models.GenericIPAddressField(null=True)
    session_key = models.CharField(max_length=40, blank=True)
    is_remembered = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    trusted_until = models.DateTimeField(null=True)  # until then the second factor is not asked for here

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "digest"], name="browser_known_once_per_account"),
        ]
        indexes = [models.Index(fields=["digest"], name="known_browser_digest")]


class KnownPlace(models.Model):
    """A region from which an account has signed in, so that the first sign-in from another one is told (ID-035)."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="known_places")
    region = models.CharField(max_length=20)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "region"], name="place_known_once_per_account"),
        ]
