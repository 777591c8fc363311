from __future__ import annotations

from django.db import models


class Confirmation(models.Model):
    """A code sent to an address, waiting for its answer; what depends on the answer lies sealed beside it.

    A row without `code_digest` stands for an address to which no code went: its screens look the same and no code
    fits (ID-008, ID-070).
    """

    class Purpose(models.TextChoices):
        SIGN_UP = "sign_up"
        PASSWORD_RESET = "password_reset"  # noqa: S105  the name of a purpose

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    email = models.EmailField(max_length=254)
    code_digest = models.CharField(max_length=64, blank=True)
    sealed = models.TextField(blank=True)
    failed_attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="confirmation_expiry")]
