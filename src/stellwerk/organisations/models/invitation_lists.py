from __future__ import annotations

from django.db import models


class InvitationList(models.Model):
    """Many people invited in one step with the same settings (ORG-043). Forgotten some weeks after it is done."""

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="invitation_lists")
    # What every invitation of the list offers, as plain values of `NewInvitation`.
    settings = models.JSONField()
    # Who sends it and through what: each invitation is judged by the role this person has when its turn comes.
    started_by_id = models.BigIntegerField()
    started_by_name = models.CharField(max_length=200)
    through = models.CharField(max_length=20)
    address = models.CharField(max_length=45, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["finished_at"], name="invitation_list_finished")]


class InvitationListEntry(models.Model):
    """One person of a list, and what became of the invitation."""

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        INVITED = "invited"
        INVITED_AGAIN = "again"
        REFUSED = "refused"

    # `list` would hide the type in this class body.
    invitation_list = models.ForeignKey("organisations.InvitationList", models.CASCADE, related_name="entries")
    email = models.EmailField(max_length=254)
    first_name = models.CharField(max_length=100, blank=True)
    last_name = models.CharField(max_length=100, blank=True)
    # The last day of this person's membership, where the list names one; else that of the settings.
    ends_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    # Why it was refused: the code of the refusal.
    code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="once_in_an_invitation_list", fields=["invitation_list", "email"]),
        ]
