"""Recurring work: cron expressions in the operator's zone, planned as ordinary jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from cronsim import CronSim
from django.db import transaction

from stellwerk.foundation import clock
from stellwerk.foundation.jobs.queue import enqueue_once, tasks
from stellwerk.foundation.models import RecurringRun

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


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


def plan_recurring() -> None:
    """Enqueue every recurring task whose time has come since it was last planned. Safe to call from many workers.

    One statement when nothing is due. Two workers may both find the same occurrence: its unique key is theirs too.
    """
    now = clock.now()
    planned = dict(RecurringRun.objects.values_list("name", "planned_until"))
    due = {}
    for name, each in recurring_tasks.items():
        occurrence = _latest_occurrence(each.cron, now)
        if occurrence and occurrence > planned.get(name, now - timedelta(days=1)):
            due[name] = occurrence
    # In the order of their names: two workers that lock rows in opposite order wait for each other for ever.
    seen = [RecurringRun(name=name, planned_until=now) for name in sorted({*due, *(recurring_tasks.keys() - planned)})]
    if not seen:
        return
    with transaction.atomic():
        enqueue_once({recurring_tasks[name].function: f"{name}:{each.isoformat()}" for name, each in due.items()})
        RecurringRun.objects.bulk_create(
            seen, update_conflicts=True, unique_fields=["name"], update_fields=["planned_until"]
        )


def _latest_occurrence(cron: str, until: datetime) -> datetime | None:
    """The newest matching time up to and including `until`."""
    after = (until.replace(microsecond=0) + timedelta(seconds=1)).astimezone(clock.operator_zone())
    latest = next(CronSim(cron, after, reverse=True), None)
    return latest.astimezone(UTC) if latest else None
