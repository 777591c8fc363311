from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
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
    language = models.CharField(max_length=2, default="en")
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.AUTOMATIC)
    is_active = models.BooleanField(default=True)
    # Operator staff of this instance: sees the outbox page and, later, the operator's console.
    is_operator = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email"], name="one_account_per_login", violation_error_code="login_already_used"
            ),
            models.CheckConstraint(name="login_is_lower_case", condition=Q(email=Lower("email"))),
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
