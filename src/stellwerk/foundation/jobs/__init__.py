"""One queue in the database: works on SQLite with one worker, on PostgreSQL with many.

A job is done in one transaction with the mark that it is done. A worker killed at any moment therefore leaves either
the whole effect or none, and the job is picked again when its lease has run out.
"""

from stellwerk.foundation.jobs.queue import ANOTHER_WITHIN, LeftToAnother, enqueue, enqueue_many, external_task, task
from stellwerk.foundation.jobs.schedule import plan_recurring, recurring
from stellwerk.foundation.jobs.worker import run_due_jobs, run_worker

__all__ = [
    "ANOTHER_WITHIN",
    "LeftToAnother",
    "enqueue",
    "enqueue_many",
    "external_task",
    "plan_recurring",
    "recurring",
    "run_due_jobs",
    "run_worker",
    "task",
]
