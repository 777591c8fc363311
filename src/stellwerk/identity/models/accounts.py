from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from stellwerk.foundation import clock

if TYPE_CHECKING:
    from stellwerk.foundation.actor import Actor


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """One person's sign-in. Belongs to a person, never to an organisation."""

    class Theme(models.TextChoices):
        AUTOMATIC = "automatic"
        LIGHT = "light"
        DARK = "dark"

    email = models.EmailField(max_length=254)
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    phone = models.CharField(max_length=20, blank=True)
    # Empty until a code sent to the number came back (ID-049); only then may it open a way into the account.
    phone_verified_at = models.DateTimeField(null=True)
    # Always confirmed; empty for nobody to write to but the login.
    recovery_email = models.EmailField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=2, default="en")
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.AUTOMATIC)
    is_active = models.BooleanField(default=True)
    # Operator staff of this instance: sees the outbox page and, later, the operator's console.
    is_operator = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    date_of_birth = models.DateField(null=True)  # seen by the person alone
    # A WebP drawn by us (ID-047), both empty without a picture. The digest names the address.
    picture_file = models.CharField(max_length=100, blank=True, default="", db_default="")
    picture_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    data_checked_at = models.DateTimeField(null=True)  # when the person last said that the data are right (ID-048)
    default_factor = models.CharField(max_length=20, blank=True)  # a Method; empty while the person has not chosen

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], name="one_account_per_login", violation_error_code="login_already_used"
            ),
            models.CheckConstraint(name="login_is_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="recovery_differs_from_login",
                condition=~Q(recovery_email=F("email")),
                violation_error_code="recovery_equals_login",
            ),
            models.CheckConstraint(name="recovery_is_lower_case", condition=Q(recovery_email=Lower("recovery_email"))),
        ]
        indexes = [
            # Finding a forgotten login (ID-072).
            models.Index(fields=["phone"], name="account_phone"),
            models.Index(fields=["recovery_email"], name="account_recovery_email"),
        ]

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:2].upper()

    def acting(self, unknown: Actor) -> Actor:
        """The actor of a door that has just learned who stands there."""
        return replace(unknown, account_id=self.pk, name=self.display_name)


class WithdrawnLogin(models.Model):
    """A login whose mailbox is gone or was released (ID-077, ID-087), until its person chose another.

    Meanwhile the account has a placeholder for a login, so that the address is free and nobody else's mailbox gets
    its mail. Only the keyed digest of the rescue identifier is kept.
    """

    class Reason(models.TextChoices):
        MAILBOX_DELETED = "mailbox_deleted"
        SERVICE_CANCELLED = "service_cancelled"
        MAILBOX_RELEASED = "mailbox_released"
        BY_OPERATOR = "by_operator"

    account = models.OneToOneField("identity.Account", models.CASCADE, related_name="withdrawn_login")
    former_login = models.EmailField(max_length=254)
    rescue_digest = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    withdrawn_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["former_login"], name="withdrawn_former_login")]
