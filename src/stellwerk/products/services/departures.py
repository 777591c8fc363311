"""What this room says, and does, when people go out of an organisation or of a team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.organisations.services.departures import Loss
from stellwerk.products.models import ProductGrant
from stellwerk.products.queries.departures import lost_rights
from stellwerk.products.queries.removals import Removal, changes_without

if TYPE_CHECKING:
    from collections.abc import Collection

    from stellwerk.foundation.actor import Actor
    from stellwerk.organisations.services.departures import Departure


class GrantsOfTheGone:
    """Grants end with the membership; nothing of them is handed over."""

    def losses(self, departure: Departure) -> list[Loss]:
        """System-only: a read for pages. Out of a team it is said product by product, with what stays (ORG-078)."""
        if departure.team_id is None:
            return lost_rights(departure.organisation_id, departure.account_ids)
        removal = Removal(account_id=next(iter(departure.account_ids), None), team_id=departure.team_id)
        return [
            Loss(each.account_id, "rights", each.lost, person=each.person, thing=each.product, kept=each.kept)
            for each in changes_without(departure.organisation_id, removal)
        ]

    def settle(self, *, actor: Actor, organisation_id: int, loss: Loss, choice: str) -> None:
        """System-only: never called, for none of these losses has choices."""

    @transaction.atomic
    def forget(self, *, organisation_id: int, account_ids: Collection[int]) -> None:
        """System-only: follows the end of a membership. Whoever returns gets no right back by that (ORG-057)."""
        ProductGrant.objects.filter(organisation_id=organisation_id, account_id__in=account_ids).delete()
