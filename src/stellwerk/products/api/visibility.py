"""Who sees a product or a tag that an address names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stellwerk.foundation.edge.api import sees
from stellwerk.foundation.errors import NotFound
from stellwerk.organisations import queries as organisations
from stellwerk.products import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stellwerk.foundation.actor import Actor


@sees("product_id")
def product_is_visible(actor: Actor, product_id: int, known: Mapping[str, Any]) -> Actor:
    """The actor standing in the product's organisation, named in the address or not."""
    organisation_id = known.get("organisation_id")
    if organisation_id is None:
        organisation_id = queries.organisation_of(product_id)
        if organisation_id is None:
            raise NotFound
        actor = organisations.standing(actor, organisation_id)
    if not queries.sees_product(actor, organisation_id, product_id=product_id):
        raise NotFound
    return actor


@sees("tag_id")
def tag_is_of_the_organisation(actor: Actor, tag_id: int, known: Mapping[str, Any]) -> Actor:
    if not queries.has_tag(known["organisation_id"], tag_id):
        raise NotFound
    return actor


@sees("grant_id")
def grant_of_the_organisation(actor: Actor, grant_id: int, known: Mapping[str, Any]) -> Actor:
    if queries.grant_row(known["organisation_id"], grant_id) is None:
        raise NotFound
    return actor


@sees("transfer_id")
def transfer_of_the_organisation(actor: Actor, transfer_id: int, known: Mapping[str, Any]) -> Actor:
    if not queries.has_transfer(known["organisation_id"], transfer_id):
        raise NotFound
    return actor
