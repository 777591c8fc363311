from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Team(models.Model):
    """A named group of people (ORG-070). A leader is a contact, not a right (ORG-074)."""

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="teams")
    name = models.CharField(max_length=100)
    color = models.CharField(max_length=20, default="blue")
    leader = models.ForeignKey("identity.Account", models.SET_NULL, null=True, related_name="+")
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("name"), name="one_team_per_name", violation_error_code="team_exists"
            )
        ]


class TeamMember(models.Model):
    """A person in a team, until the last day where there is one. Leaves with the membership."""

    team = models.ForeignKey("organisations.Team", models.CASCADE, related_name="members")
    membership = models.ForeignKey("organisations.Membership", models.CASCADE, related_name="teams")
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="once_in_a_team", fields=["team", "membership"])]
        indexes = [models.Index(fields=["ends_on"], name="team_member_ending", condition=Q(ends_on__isnull=False))]
