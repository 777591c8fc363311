"""Taking work out of the queue: lease, do, mark done, in a way that a kill -9 cannot lose or double."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection, transaction
from django.db.models import F

from stellwerk.foundation import clock
from stellwerk.foundation.jobs import beat
from stellwerk.foundation.jobs.queue import ANOTHER_WITHIN, LeftToAnother, Task, tasks
from stellwerk.foundation.jobs.schedule import plan_recurring
from stellwerk.foundation.models import Job
from stellwerk.foundation.orm import skips_locked_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 8
POLL_SECONDS = 0.25

log = structlog.get_logger(__name__)

# Each job costs these two. The ORM took longer to write them than most jobs take.
_PICK = """
UPDATE foundation_job SET attempts = attempts + 1, worker = %s, leased_until = %s,
  parked_at = CASE WHEN attempts >= %s THEN %s ELSE parked_at END
WHERE id = (
  SELECT id FROM foundation_job
  WHERE finished_at IS NULL AND parked_at IS NULL AND run_at <= %s AND (leased_until IS NULL OR leased_until < %s)
  ORDER BY run_at, id LIMIT 1 lock
) RETURNING *
"""
_FINISH = """
UPDATE foundation_job SET finished_at = %s, last_error = ''
WHERE id = %s AND worker = %s AND attempts = %s AND finished_at IS NULL
"""


def run_worker(stop: threading.Event) -> None:
    """Work until `stop` is set. A database that goes away is waited for, not died of."""
    name = _worker_name()
    planned_at = beaten_at = None
    must_clear_up = True
    while not stop.is_set():
        close_old_connections()
        try:
            if must_clear_up:
                _free_leases_of_dead_workers()
                _give_back_what_was_interrupted(name)
                must_clear_up = False
            if beaten_at is None or clock.wall() - beaten_at >= beat.EVERY:
                beaten_at = clock.wall()
                beat.beat(name)
            now = clock.now()
            if planned_at is None or abs(now - planned_at) >= timedelta(seconds=10):
                plan_recurring()
                planned_at = now
            if not run_next_job(name):
                stop.wait(POLL_SECONDS)
        except Exception:  # the edge of the process: a fault of the database must not end the worker
            log.exception("worker_round_failed")
            connection.close()
            must_clear_up = True
            stop.wait(1)


def run_due_jobs(*, limit: int = 100_000) -> int:
    """Plan and run all that is due now, in this process; answers how many jobs ran. For tests and time travel."""
    name = _worker_name()
    _free_leases_of_dead_workers()
    plan_recurring()
    for count in range(limit):
        if not run_next_job(name):
            return count
    raise RuntimeError(f"The queue is not empty after {limit} jobs: a job plans itself without end")


def run_next_job(worker: str) -> bool:
    """Pick one due job and do it; answers False when nothing is due."""
    job = _pick(worker)
    if job is None:
        return False
    known = tasks.get(job.kind)
    try:
        if known is None:
            raise LeftToAnother(f"No task is called {job.kind}")
        if known.is_external:
            _do_outside_a_transaction(job, known)
        else:
            _do_in_one_transaction(job, known)
    except LeftToAnother as unknown:
        log.warning("job_left_to_another", job=job.pk, kind=job.kind, reason=str(unknown))
        _leave_to_another(job, unknown)
    except Exception as failure:  # the edge of every task: the failure belongs to the job, not to the worker
        log.exception("job_failed", job=job.pk, kind=job.kind, attempt=job.attempts)
        _note_failure(job, failure)
    return True


def _pick(worker: str) -> Job | None:
    """Lease the oldest due job. The attempt is counted first, so that a job which kills its worker gets parked."""
    wall, now = _stored(clock.wall()), _stored(clock.now())
    found = Job.objects.raw(
        _PICK.replace("lock", "FOR UPDATE SKIP LOCKED" if skips_locked_rows() else ""),
        [worker, _stored(clock.wall() + LEASE), MAX_ATTEMPTS, now, now, wall],
    )
    job = next(iter(list(found)), None)
    return job if job is None or job.parked_at is None else _pick(worker)


def _do_in_one_transaction(job: Job, known: Task) -> None:
    with transaction.atomic():
        # The row lock is the real lease: while this transaction lives, nobody else can finish the job.
        with connection.cursor() as cursor:
            cursor.execute(_FINISH, [_stored(clock.now()), job.pk, job.worker, job.attempts])
            if not cursor.rowcount:
                return
        known.function(**job.arguments)


def _stored(moment: datetime) -> Any:
    """As the column of the database takes it."""
    return connection.ops.adapt_datetimefield_value(moment)


def _do_outside_a_transaction(job: Job, known: Task) -> None:
    with _renewed_lease(job):
        known.function(**job.arguments)
    Job.objects.filter(pk=job.pk, attempts=job.attempts).update(finished_at=clock.now(), last_error="")


@contextmanager
def _renewed_lease(job: Job) -> Iterator[None]:
    done = threading.Event()

    def renew() -> None:
        while not done.wait(LEASE.total_seconds() / 3):
            try:
                Job.objects.filter(pk=job.pk, attempts=job.attempts).update(leased_until=clock.wall() + LEASE)
            except (DatabaseError, InterfaceError):
                log.warning("lease_not_renewed", job=job.pk)
                connection.close()  # the next round connects again
        connection.close()

    heart = threading.Thread(target=renew, daemon=True)
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join()


def _leave_to_another(job: Job, unknown: LeftToAnother) -> None:
    now = clock.now()
    if job.created_at < now - ANOTHER_WITHIN:
        _note_failure(job, unknown)
        return
    Job.objects.filter(pk=job.pk, finished_at=None).update(
        leased_until=None, attempts=F("attempts") - 1, run_at=now + LEASE, last_error=str(unknown)
    )


def _note_failure(job: Job, failure: Exception) -> None:
    """Wait longer after each failure (2, 4, 8 … seconds); after the last one park the job for the operator."""
    values: dict[str, object] = {"leased_until": None, "last_error": f"{type(failure).__name__}: {failure}"[:2000]}
    if job.attempts >= MAX_ATTEMPTS:
        values["parked_at"] = clock.now()
    else:
        values["run_at"] = clock.now() + timedelta(seconds=2**job.attempts)
    Job.objects.filter(pk=job.pk, finished_at=None).update(**values)


def _worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def _free_leases_of_dead_workers() -> None:
    """After a crash the next worker on the same machine goes on at once instead of waiting for leases to run out."""
    host = socket.gethostname()
    leased = Job.objects.filter(finished_at=None, leased_until__gt=clock.wall(), worker__startswith=f"{host}:")
    for name in set(leased.values_list("worker", flat=True)):
        if not _is_alive(int(name.split(":")[1])):
            leased.filter(worker=name).update(leased_until=None)


def _give_back_what_was_interrupted(worker: str) -> None:
    """A job whose end could not be noted, because the database went away, is due at once.

    The attempt does not count: it was not the job's fault, and a database that restarts often must not park work.
    """
    Job.objects.filter(worker=worker, finished_at=None, leased_until__gt=clock.wall()).update(
        leased_until=None, attempts=F("attempts") - 1
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid != os.getpid()
