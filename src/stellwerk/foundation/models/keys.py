from __future__ import annotations

from django.db import models
from django.db.models import Q


class KeyMark(models.Model):
    """A key of the operator was used on these data: its SHA-256, by which a start knows whether it is still there."""

    purpose = models.CharField(max_length=20)
    fingerprint = models.CharField(max_length=64)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_mark_per_key", fields=["purpose", "fingerprint"]),
            # Of the key ring several may be in use; of all else one, the same on every node.
            models.UniqueConstraint(name="one_key_per_purpose", fields=["purpose"], condition=~Q(purpose="encryption")),
        ]
