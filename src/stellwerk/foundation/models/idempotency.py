from django.db import models


class IdempotentCall(models.Model):
    """One answered call: a repetition with the same key loads its result instead of doing it again."""

    scope = models.CharField(max_length=100)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    result_ref = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_call_per_key", fields=["scope", "key"])]


class KeptAnswer(models.Model):
    """An answer of the API that can be replayed. Without `status` the call still runs, under `claim`."""

    scope = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    claim = models.CharField(max_length=32)
    claimed_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    content = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_answer_per_key", fields=["scope", "key"])]
