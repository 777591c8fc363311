"""A real worker that seals the activity log, in a process of its own; says when it stands in the middle.

Started by test_killed_sealing.py with STELLWERK_DATA and DATABASE_URL set; never imported.
"""

import os
import sys
import threading

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stellwerk.config.settings.selfhost")
django.setup()

from stellwerk.foundation import clock, jobs, seals  # noqa: E402
from stellwerk.foundation.models import Event, Seal  # noqa: E402
from stellwerk.foundation.seals import sealing  # noqa: E402
from stellwerk.foundation.tasks import seal_events  # noqa: E402

sealing.EVENTS_IN_A_SEAL = 10


def plan(count: int) -> None:
    Event.objects.bulk_create(
        Event(name="SignalSet", through="system", payload={"name": f"A{number}"}, occurred_at=clock.now())
        for number in range(count)
    )
    jobs.enqueue(seal_events)


def say_where_it_stands() -> None:
    """A sign for each seal: it is computed, and those before it are written, but nothing is committed."""
    chained = sealing.chained

    def told(*arguments, **named):
        sys.stdout.write("middle\n")
        sys.stdout.flush()
        return chained(*arguments, **named)

    sealing.chained = told


if __name__ == "__main__":
    if sys.argv[1] == "plan":
        plan(int(sys.argv[2]))
    elif sys.argv[1] == "work":
        say_where_it_stands()
        jobs.run_worker(threading.Event())
    elif sys.argv[1] == "finish":
        jobs.run_due_jobs()
        jobs.enqueue(seal_events)
        jobs.run_due_jobs()
    elif sys.argv[1] == "count":
        numbers = list(Seal.objects.order_by("number").values_list("number", flat=True))
        is_gapless = numbers == list(range(1, len(numbers) + 1))
        differences = len(list(seals.differences()))
        sys.stdout.write(f"{is_gapless} {seals.waiting_total()} {differences}\n")
