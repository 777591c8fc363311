"""What happens to accounts. `kind` groups the lines of the activity log (ORG-101)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCreated(DomainEvent):
    sentence: ClassVar = _("%(actor)s created the account %(email)s")
    kind: ClassVar = "account"
    account_id: int
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated(DomainEvent):
    sentence: ClassVar = _("%(actor)s created the API token “%(name)s”")
    kind: ClassVar = "security"
    token_id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationPasswordCreated(DomainEvent):
    sentence: ClassVar = _("%(actor)s created the application password “%(name)s”")
    kind: ClassVar = "security"
    password_id: int
    name: str
