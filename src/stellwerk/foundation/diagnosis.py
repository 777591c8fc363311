"""What `stellwerk doctor` examines here, besides the jobs."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.conf import settings

from stellwerk.foundation import browsers, clock, readiness, seals
from stellwerk.foundation.health import examination
from stellwerk.foundation.jobs.beat import some_worker_lives

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_FINDINGS = 100
SEALED_WITHIN = timedelta(hours=1)  # six turns of the job that seals


@examination("browsers")
def the_table_of_browsers() -> Iterable[str]:
    """The operator's file of STELLWERK_BROWSERS; while it cannot be used, the delivered table holds."""
    if not settings.BROWSERS_FILE:
        return
    try:
        browsers.table_in(settings.BROWSERS_FILE)
    except browsers.UnreadableTable as broken:
        yield f"The table of browsers cannot be used: {broken}"


@examination("readiness")
def what_would_stop_a_start() -> Iterable[str]:
    """Keys that are missing, a clock that went back: all a running process no longer looks at."""
    return readiness.objections()


@examination("activity")
def changed_entries() -> Iterable[str]:
    """Every sealed entry of the activity log is as it was (ORG-102)."""
    differences = seals.differences()
    yield from islice(differences, MOST_FINDINGS)
    if next(differences, None) is not None:
        yield f"More than {MOST_FINDINGS} entries differ; the rest is not listed"


@examination("sealing")
def events_nobody_seals() -> Iterable[str]:
    """Events are sealed while a worker runs. Without one nothing is, which `/healthz` tells."""
    since = seals.waiting_since()
    if since is None or since > clock.now() - SEALED_WITHIN or not some_worker_lives():
        return
    yield (
        f"{seals.waiting_total()} entries of the activity log wait for their seal, the oldest since "
        f"{since.isoformat(timespec='seconds')}, although a worker runs: look for a parked job foundation.seal_events, "
        "and on PostgreSQL for a transaction that does not end"
    )
