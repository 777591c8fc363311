"""What happens to applications that people register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationChanged(DomainEvent):
    """`name` is the new one."""

    sentence: ClassVar = _("%(actor)s changed the application “%(name)s”")
    kind: ClassVar = "security"
    client_id: str
    name: str
