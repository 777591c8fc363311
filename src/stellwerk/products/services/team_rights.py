"""What teams hold, as the room of the teams shows and sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stellwerk.foundation.decisions import require
from stellwerk.organisations.services.team_rights import TeamRight
from stellwerk.products import policy
from stellwerk.products.models import ProductGrant
from stellwerk.products.queries.access import unended
from stellwerk.products.services.access import Choice, Holder, Target, set_accesses

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from stellwerk.foundation.actor import Actor


class GrantsOfTeams:
    """Reads and sets the grants whose holder is a team."""

    def held(
        self, actor: Actor, organisation_id: int, *, team_ids: Collection[int]
    ) -> dict[int, tuple[TeamRight, ...]]:
        """System-only: a read; nothing for those who may not see access. One query."""
        if not policy.can_see_access(actor, organisation_id):
            return {}
        rows = ProductGrant.objects.filter(unended(), organisation_id=organisation_id, team_id__in=team_ids)
        found: dict[int, dict[tuple[int | None, str, date | None], list[str]]] = {}
        columns = ("team_id", "product_id", "kind_code", "ends_on", "right")
        for team_id, product_id, kind_code, ends_on, right in rows.order_by("pk").values_list(*columns):
            targets = found.setdefault(team_id or 0, {})
            targets.setdefault((product_id, kind_code, ends_on), []).append(right)
        return {
            team_id: tuple(
                TeamRight(product_id, kind_code, tuple(sorted(rights)), ends_on)
                for (product_id, kind_code, ends_on), rights in targets.items()
            )
            for team_id, targets in found.items()
        }

    @transaction.atomic
    def replace(self, *, actor: Actor, organisation_id: int, team_id: int, rights: Sequence[TeamRight]) -> None:
        """Withdraw what is not named and set what is. Refusals and events are those of `set_access`."""
        require(policy.can_manage_access(actor, organisation_id))
        held = ProductGrant.objects.filter(organisation_id=organisation_id, team_id=team_id)
        targets = held.order_by("pk").values_list("product_id", "kind_code").distinct()
        choices = {Target(product_id=number, kind_code=code): Choice(frozenset()) for number, code in targets}
        for each in rights:
            target = Target(product_id=each.product_id, kind_code=each.kind_code)
            choices[target] = Choice(frozenset(each.rights), each.ends_on)
        set_accesses(actor=actor, organisation_id=organisation_id, holder=Holder(team_id=team_id), choices=choices)
