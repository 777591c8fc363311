"""Who sees an organisation on the wire. Rooms register the other parameters in their own `api.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stellwerk.foundation.edge.api import sees
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stellwerk.foundation.actor import Actor


@sees("organisation_id")
def standing_in_the_organisation(actor: Actor, organisation_id: int, _known: Mapping[str, object]) -> Actor:
    """The actor with the role held in this organisation; for everybody else it does not exist."""
    is_known = actor.works_in(organisation_id)  # the gateway asks it together with the limit
    standing = actor if is_known else queries.standing(actor, organisation_id)
    if standing.role is None:
        raise NotFound
    return standing
