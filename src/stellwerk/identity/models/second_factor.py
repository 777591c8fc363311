from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from stellwerk.identity.models.approve import ApprovalDevice
from stellwerk.identity.models.passkeys import Passkey
from stellwerk.identity.rules import Method

if TYPE_CHECKING:
    from django.db.models import QuerySet


class Factor(models.Model):
    """What every second factor of a person has. A row exists once it has been proved, never before."""

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class TotpApp(Factor):
    """An application or token that shows a code of six digits every 30 seconds (RFC 6238)."""

    secret = models.TextField()  # base 32, encrypted by foundation.secrets
    last_used_step = models.BigIntegerField()  # 30-second steps since 1970; codes up to this one are used up (SEC-027)


class SmsNumber(Factor):
    """A mobile number that gets the codes (SEC-004). Its name is the number as people read it."""

    phone = models.CharField(max_length=20)  # E.164

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], name="one_sms_number_per_account", violation_error_code="sms_number_exists"
            )
        ]


class RecoveryCode(models.Model):
    """One of ten ways back in without the second factor (SEC-029). Only a slow, keyed digest is kept.

    `salt` is that of the set, in hexadecimal; empty for sets of the time when the digest was a fast one.
    """

    account = models.ForeignKey("identity.Account", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    salt = models.CharField(max_length=32, default="")
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="recovery_codes_differ")]


@dataclass(frozen=True, slots=True)
class FactorTable:
    """Where a method keeps its rows, with the columns of Factor; `active` tells those that count."""

    model: type[models.Model]
    active: Q = field(default_factory=Q)

    @property
    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.filter(self.active)  # noqa: SLF001  the documented name for any model


# Whoever has a row in one of these tables has a second factor; it is shown, counted and removed like all others.
FACTORS: dict[Method, FactorTable] = {
    Method.APPROVE: FactorTable(ApprovalDevice, Q(removed_at=None)),
    Method.PASSKEY: FactorTable(Passkey),
    Method.TOTP: FactorTable(TotpApp),
    Method.SMS: FactorTable(SmsNumber),
}
