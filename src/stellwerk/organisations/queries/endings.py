"""What ends by itself: asked at each read, so that nothing waits for the clockwork (ORG-051)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, ExpressionWrapper, Q

from stellwerk.foundation import clock
from stellwerk.organisations.models import TeamMember

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


def unended(path: str = "", *, on: date | None = None) -> Q:
    """What still holds: without a last day, or with one that is not over. `path` leads to the row that may end."""
    return Q(**{f"{path}ends_on__isnull": True}) | Q(**{f"{path}ends_on__gte": on or clock.today()})


def billing_switch(*, on: date | None = None) -> ExpressionWrapper[Q]:
    """Whether the right to invoices is given and has not ended, as a column of memberships."""
    return ExpressionWrapper(Q(has_billing_access=True) & unended("billing_", on=on), output_field=BooleanField())


def team_ids_of(account_id: int) -> QuerySet[TeamMember, Any]:
    """The teams that somebody is in today, for queries of rooms above."""
    mine = TeamMember.objects.filter(unended(), unended("membership__"), membership__account_id=account_id)
    return mine.values("team_id")
