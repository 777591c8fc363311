"""What `stellwerk doctor` examines here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from stellwerk.foundation import browsers
from stellwerk.foundation.health import examination

if TYPE_CHECKING:
    from collections.abc import Iterable


@examination("browsers")
def the_table_of_browsers() -> Iterable[str]:
    """The operator's file of STELLWERK_BROWSERS; while it cannot be used, the delivered table holds."""
    if not settings.BROWSERS_FILE:
        return
    try:
        browsers.table_in(settings.BROWSERS_FILE)
    except browsers.UnreadableTable as broken:
        yield f"The table of browsers cannot be used: {broken}"
