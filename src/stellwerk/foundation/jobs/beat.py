"""A worker's sign of life, so that `/healthz` knows whether work goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max

from stellwerk.foundation import clock
from stellwerk.foundation.models import WorkerBeat

if TYPE_CHECKING:
    from datetime import datetime

EVERY = timedelta(seconds=5)
LATE = timedelta(seconds=30)


def beat(worker: str) -> None:
    """Note that this worker lives, in real time; those silent for a day are forgotten."""
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"beat_at": clock.wall()})
    WorkerBeat.objects.filter(beat_at__lt=clock.wall() - timedelta(days=1)).delete()


def some_worker_lives() -> bool:
    return WorkerBeat.objects.filter(beat_at__gt=clock.wall() - LATE).exists()


def newest_beat_at() -> datetime | None:
    newest: datetime | None = WorkerBeat.objects.aggregate(newest=Max("beat_at"))["newest"]
    return newest
