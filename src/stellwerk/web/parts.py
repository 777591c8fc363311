"""Values that single parts of the design system show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A station of a wizard: done, current or ahead."""

    label: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """Who did what to which (a whole sentence, may hold `<strong>`), on whose behalf, when, with which document.

    Rooms below pass rows of their own with the same attributes.
    """

    text: str
    at: datetime
    behalf: str = ""
    link_label: str = ""
    link_url: str = ""
