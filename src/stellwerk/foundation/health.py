"""Is the house well? What `/healthz` answers and what `stellwerk doctor` examines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection

from stellwerk.foundation.jobs.beat import some_worker_lives
from stellwerk.foundation.models import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Finding:
    """Something `stellwerk doctor` found wrong, in a sentence for the operator."""

    examination: str
    text: str


_examinations: dict[str, Callable[[], Iterable[str]]] = {}


def examination(name: str) -> Callable[[Callable[[], Iterable[str]]], Callable[[], Iterable[str]]]:
    """Register a check of a room (in its `diagnosis.py`); each yielded sentence is one finding."""

    def register(function: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
        _examinations[name] = function
        return function

    return register


def findings() -> list[Finding]:
    """All findings of all rooms, by the name of the examination."""
    return [Finding(name, text) for name, examine in sorted(_examinations.items()) for text in examine()]


def examination_names() -> list[str]:
    return sorted(_examinations)


def states() -> dict[str, bool]:
    """Database and worker, each well or not. The web is well when this answers at all."""
    return {"web": True, "database": _database_answers(), "worker": _worker_beats()}


@examination("jobs")
def parked_jobs() -> Iterable[str]:
    """Jobs that failed so often that they wait for a person."""
    for job in Job.objects.exclude(parked_at=None).order_by("pk")[:100]:
        yield f"Job {job.pk} ({job.kind}) is parked after {job.attempts} attempts: {job.last_error}"


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _worker_beats() -> bool:
    try:
        return some_worker_lives()
    except DatabaseError:
        return False
