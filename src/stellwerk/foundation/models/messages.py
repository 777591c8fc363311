from django.db import models


class Message(models.Model):
    """A message to a person, stored with its text as it went out (NTF-42). The outbox page shows these rows."""

    class Channel(models.TextChoices):
        EMAIL = "email"
        SMS = "sms"

    channel = models.CharField(max_length=20, choices=Channel.choices, default=Channel.EMAIL)
    template = models.CharField(max_length=100)
    language = models.CharField(max_length=10)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    organisation_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    unique_key = models.CharField(max_length=200, null=True, unique=True)
    created_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-created_at"], name="message_newest"),
            models.Index(fields=["organisation_id", "-id"], name="message_organisation"),
        ]
