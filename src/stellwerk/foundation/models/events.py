from django.db import models


class Event(models.Model):
    """Something that happened. Written in the transaction that made it happen, never changed, never deleted.

    Actor and organisation are plain numbers and names, not foreign keys: an entry stays readable after both have
    left (ORG-102).
    """

    name = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)
    organisation_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    through = models.CharField(max_length=30)
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    occurred_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "-id"], name="event_organisation"),
            models.Index(fields=["account_id", "-id"], name="event_account"),
        ]
