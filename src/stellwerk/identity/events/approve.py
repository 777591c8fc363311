"""What devices answered to sign-ins that asked them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInApproved(DomainEvent):
    sentence: ClassVar = _("%(actor)s approved a sign-in on the device “%(name)s”")
    kind: ClassVar = "security"
    account_id: int
    device_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRejected(DomainEvent):
    sentence: ClassVar = _("%(actor)s refused a sign-in on the device “%(name)s”")
    kind: ClassVar = "security"
    account_id: int
    device_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRenamed(DomainEvent):
    sentence: ClassVar = _("%(actor)s renamed the device “%(old_name)s” to “%(name)s”")
    kind: ClassVar = "security"
    account_id: int
    device_id: int
    old_name: str
    name: str
