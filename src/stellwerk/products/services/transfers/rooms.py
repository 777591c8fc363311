"""What other rooms say before a product changes its organisation (TRF-011).

Rooms that know what stands in the way register here. What follows from a move they learn by the events
ProductGivenAway and ProductTakenOver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stellwerk.foundation.errors import DomainError
    from stellwerk.products.models import Product


class Room(Protocol):
    """What a room that charges for products answers."""

    def hold(self, *, organisation_id: int) -> None:
        """Until the transaction ends nobody pays, orders or renews for the giver: whoever does has finished or waits.

        Called before any product is locked.
        """

    def obstacles(self, *, organisation_id: int, product_ids: Sequence[int]) -> Mapping[int, DomainError]:
        """What stands in the way of each product; few queries, however many they are."""


_rooms: list[Room] = []


def register(room: Room) -> None:
    """System-only: called once per room while the rooms are loaded."""
    _rooms.append(room)


def hold_everywhere(organisation_id: int) -> None:
    """System-only: part of a start or a completion."""
    for room in _rooms:
        room.hold(organisation_id=organisation_id)


def obstacles_elsewhere(organisation_id: int, products: Sequence[Product]) -> dict[int, DomainError]:
    """System-only: a read of starts, completions and the pages before them."""
    ids = [each.pk for each in products]
    found: dict[int, DomainError] = {}
    for room in _rooms:
        found = {**room.obstacles(organisation_id=organisation_id, product_ids=ids), **found}
    return found
