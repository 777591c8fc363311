from __future__ import annotations

from django.db import models
from django.db.models import Q


class Confirmation(models.Model):
    """A code sent to an address, waiting for its answer; what depends on the answer lies sealed beside it.

    A row may stand for an address to which no code went: its screens look the same and no code fits (ID-008, ID-070).
    """

    class Purpose(models.TextChoices):
        SIGN_UP = "sign_up"
        PASSWORD_RESET = "password_reset"  # noqa: S105  the name of a purpose
        LOGIN = "login"
        RECOVERY_EMAIL = "recovery_email"
        PHONE = "phone"
        NEW_FACTOR = "new_factor"  # an SMS number that is being added as a second factor
        SECOND_FACTOR = "second_factor"  # a sign-in that waits for its code
        PERSONAL_SUITE = "personal_suite"  # the mobile number of somebody who wants a free Suite

    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    # Where the code went: an address, or a telephone number.
    email = models.EmailField(max_length=254, blank=True)
    # Whose login, recovery address or number waits to be replaced, or whose password.
    account = models.ForeignKey("identity.Account", models.CASCADE, null=True, related_name="confirmations")
    code_digest = models.CharField(max_length=64, blank=True)
    sealed = models.TextField(blank=True)
    failed_attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "purpose"],
                name="one_pending_change_of_a_kind",
                condition=Q(purpose__in=["login", "recovery_email", "phone"]),
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="confirmation_expiry")]
