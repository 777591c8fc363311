"""What happens to organisations and their members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from stellwerk.foundation.events import DomainEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFounded(DomainEvent):
    sentence: ClassVar = _("%(actor)s founded the organisation %(name)s")
    kind: ClassVar = "organisation"
    name: str
