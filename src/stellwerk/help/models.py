"""Who has seen the tour."""

from __future__ import annotations

from django.db import models


class SeenTour(models.Model):
    """Somebody left the tour, at its end or before. While there is no row it starts by itself (UI-010)."""

    account = models.OneToOneField("identity.Account", models.CASCADE, primary_key=True, related_name="+")
    ended_at = models.DateTimeField()
