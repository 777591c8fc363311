from __future__ import annotations

from django.db import models


class Seal(models.Model):
    """A batch of stored events, closed for good: what they contained when they were sealed, chained to what was before.

    `entries` holds forty bytes for each event: its number and the SHA-256 of its canonical form. `digest` covers them,
    the seal's own facts and the digest of the seal before it.
    """

    number = models.PositiveBigIntegerField(primary_key=True)  # gapless: 1 follows nothing
    first_event_id = models.BigIntegerField()
    last_event_id = models.BigIntegerField()
    event_count = models.PositiveIntegerField()
    entries = models.BinaryField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()


class SealHorizon(models.Model):
    """How far the events may be sealed once certain transactions have ended. One row; sealing happens under its lock.

    `writers` names the transactions that were open when `event_id` was the newest event; any of them may still commit
    an event with a smaller number.
    """

    event_id = models.BigIntegerField(default=0)
    writers = models.JSONField(default=list)
