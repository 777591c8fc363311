"""Recurring work: cron expressions in the operator's zone, planned as ordinary jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cronsim import CronSim
from django.db import transaction

from stellwerk.foundation import clock
from stellwerk.foundation.jobs.queue import enqueue, tasks
from stellwerk.foundation.models import RecurringRun

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Recurring:
    cron: str
    function: Callable[[], None]


recurring_tasks: dict[str, Recurring] = {}


def recurring(cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Run a registered task at the times of a cron expression.

    Missed times are not made up one by one: after a pause the task runs once. Tasks find their own work by
    columns (`due_on`), so one late run does what all missed runs would have done.
    """

    def register(function: Callable[[], None]) -> Callable[[], None]:
        name = next(name for name, each in tasks.items() if each.function is function)
        recurring_tasks[name] = Recurring(cron, function)
        return function

    return register


@transaction.atomic
def plan_recurring() -> None:
    """Enqueue every recurring task whose time has come since it was last planned. Safe to call from many workers."""
    now = clock.now()
    for name, each in recurring_tasks.items():
        RecurringRun.objects.get_or_create(name=name, defaults={"planned_until": now - timedelta(days=1)})
        run = RecurringRun.objects.select_for_update().get(name=name)
        occurrence = _latest_occurrence(each.cron, run.planned_until, now)
        if occurrence is None:
            continue
        enqueue(each.function, unique_key=f"{name}:{occurrence.isoformat()}")
        run.planned_until = now
        run.save(update_fields=["planned_until"])


def _latest_occurrence(cron: str, after: datetime, until: datetime) -> datetime | None:
    """The newest matching time in (after, until], or None. A clock set back gives None until it has caught up."""
    zone = clock.operator_zone()
    start = max(after, until - timedelta(days=62)).astimezone(zone)  # one run is enough, however long the pause was
    latest = None
    for moment in CronSim(cron, start):
        if moment.astimezone(UTC) > until:
            break
        latest = moment
    return latest.astimezone(UTC) if latest else None
