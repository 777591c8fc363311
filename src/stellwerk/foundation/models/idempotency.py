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
