"""What `stellwerk doctor` examines here, besides the jobs."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.conf import settings

from stellwerk.foundation import browsers, seals
from stellwerk.foundation.health import examination

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_FINDINGS = 100


@examination("browsers")
def the_table_of_browsers() -> Iterable[str]:
    """The operator's file of STELLWERK_BROWSERS; while it cannot be used, the delivered table holds."""
    if not settings.BROWSERS_FILE:
        return
    try:
        browsers.table_in(settings.BROWSERS_FILE)
    except browsers.UnreadableTable as broken:
        yield f"The table of browsers cannot be used: {broken}"


@examination("activity")
def changed_entries() -> Iterable[str]:
    """Every sealed entry of the activity log is as it was (ORG-102)."""
    differences = seals.differences()
    yield from islice(differences, MOST_FINDINGS)
    if next(differences, None) is not None:
        yield f"More than {MOST_FINDINGS} entries differ; the rest is not listed"
