"""A real worker in a process of its own, with tasks that say when they stand in the middle of their work.

Started by test_killed_workers.py with STELLWERK_DATA and DATABASE_URL set; never imported.
"""

import os
import sys
import threading

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stellwerk.config.settings.selfhost")
django.setup()

from stellwerk.foundation import clock, jobs  # noqa: E402
from stellwerk.foundation.models import Message  # noqa: E402


@jobs.task("crash.write_a_letter")
def write_a_letter(number: int) -> None:
    Message.objects.create(
        template="crash",
        language="en",
        recipient=f"reader-{number}@example.ch",
        subject="Letter",
        body="One letter each.",
        created_at=clock.now(),
    )
    sys.stdout.write(f"middle {number}\n")  # the letter is written, the job is not yet finished
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "plan":
        jobs.enqueue_many(write_a_letter, [{"number": number} for number in range(int(sys.argv[2]))])
    elif sys.argv[1] == "count":
        recipients = list(Message.objects.values_list("recipient", flat=True))
        sys.stdout.write(f"{len(recipients)} {len(set(recipients))}\n")
    elif sys.argv[1] == "work":
        jobs.run_worker(threading.Event())
    elif sys.argv[1] == "finish":
        jobs.run_due_jobs()
