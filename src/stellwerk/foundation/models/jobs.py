from django.db import models
from django.db.models import Q


class Job(models.Model):
    """A piece of work that survives a crash: picked under a lease, finished in the transaction that did it."""

    kind = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=200, null=True)
    run_at = models.DateTimeField()
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    leased_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["run_at", "id"], name="job_waiting", condition=Q(finished_at=None, parked_at=None))
        ]
        constraints = [
            models.UniqueConstraint(name="one_job_per_unique_key", fields=["kind", "unique_key"]),
            models.CheckConstraint(
                name="job_finished_or_parked_not_both", condition=Q(finished_at=None) | Q(parked_at=None)
            ),
        ]


class RecurringRun(models.Model):
    """How far a recurring task has been planned: the clock may jump a year, no occurrence is planned twice."""

    name = models.CharField(max_length=100, primary_key=True)
    planned_until = models.DateTimeField()


class WorkerBeat(models.Model):
    """The last sign of life of a worker process, in real time."""

    worker = models.CharField(max_length=100, primary_key=True)
    beat_at = models.DateTimeField()
