"""What happens when the last day of a grant is over: nothing holds any more; here the row goes (ORG-051)."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stellwerk.foundation import clock, events
from stellwerk.foundation.actor import SYSTEM
from stellwerk.products.events import AccessEnded, WideAccessEnded
from stellwerk.products.models import ProductGrant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stellwerk.foundation.events import DomainEvent

BATCH = 500


@transaction.atomic
def clear_ended_grants() -> int:
    """Delete grants whose last day is over, at most a batch; answers how many.

    System-only: clockwork. Publishes AccessEnded or WideAccessEnded, one for each holder and target.
    """
    rows = ProductGrant.objects.select_for_update(of=("self",)).select_related("account", "team", "product")
    over = list(rows.filter(ends_on__lt=clock.today()).order_by("organisation_id", "account", "team", "product",
                                                                "kind_code", "right")[:BATCH])  # fmt: skip
    ProductGrant.objects.filter(pk__in=[grant.pk for grant in over]).delete()
    groups = groupby(over, key=_holder_and_target)
    events.publish_many([_ended(list(grants)) for _key, grants in groups], actor=SYSTEM)
    return len(over)


def _holder_and_target(grant: ProductGrant) -> tuple[object, ...]:
    return grant.organisation_id, grant.account_id, grant.team_id, grant.product_id, grant.kind_code


def _ended(grants: Sequence[ProductGrant]) -> DomainEvent:
    first = grants[0]
    holder = first.account.display_name if first.account else first.team.name if first.team else ""
    told: dict[str, Any] = {
        "account_id": first.account_id,
        "team_id": first.team_id,
        "person": holder,
        "rights": ", ".join(grant.right for grant in grants),
    }
    if first.product is not None:
        return AccessEnded(**first.product.identity, **told)
    return WideAccessEnded(organisation_id=first.organisation_id, kind_code=first.kind_code, **told)
