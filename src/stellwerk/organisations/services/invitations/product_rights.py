"""Rights on products that an invitation carries. This room knows no products: the room that does registers here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class OfferableProduct:
    """A product of the organisation with the rights its kind offers, as pairs of code and name."""

    product_id: int
    name: str
    rights: tuple[tuple[str, str], ...]

    def boxes(self) -> list[tuple[str, str, str]]:
        """For a form: of each right what is sent, what it is called in the page, and its name."""
        return [
            (f"{self.product_id}:{right}", f"product-{self.product_id}-{right}", name) for right, name in self.rights
        ]


class ProductRights(Protocol):
    """What a room that knows products answers. All are called with the actor who invites, or the person who joins."""

    def offerable(self, actor: Actor, organisation_id: int, *, search: str, limit: int) -> list[OfferableProduct]:
        """What may be offered, by name."""

    def checked(self, actor: Actor, organisation_id: int, *, offered: Mapping[int, Sequence[str]]) -> bool:
        """Whether the organisation has all these products and their kinds offer all these rights."""

    def names(self, organisation_id: int, offered: Mapping[int, Sequence[str]]) -> list[str]:
        """One line per product that still exists: its name and the rights."""

    def grant(
        self, *, organisation_id: int, account_id: int, offered: Mapping[int, Sequence[str]], inviter: Actor
    ) -> None:
        """Grant in the caller's transaction. Products that have ended meanwhile are passed over."""


_rooms: list[ProductRights] = []


def register(room: ProductRights) -> None:
    """System-only: called once per room while the rooms are loaded."""
    _rooms.append(room)


def offerable_products(
    actor: Actor, organisation_id: int, *, search: str = "", limit: int = 100
) -> list[OfferableProduct]:
    """System-only: a read for the form; the room asked judges the actor."""
    return [
        product for room in _rooms for product in room.offerable(actor, organisation_id, search=search, limit=limit)
    ]


def are_offerable(actor: Actor, organisation_id: int, *, offered: Mapping[int, Sequence[str]]) -> bool:
    """System-only: a read for the service that invites. Without a room that knows products none can be offered."""
    if not offered:
        return True
    return bool(_rooms) and all(room.checked(actor, organisation_id, offered=offered) for room in _rooms)


def names_of(organisation_id: int, offered: Mapping[int, Sequence[str]]) -> list[str]:
    """System-only: a read for lists and pages."""
    return [name for room in _rooms for name in room.names(organisation_id, offered)] if offered else []


def grant_offered(
    *, organisation_id: int, account_id: int, offered: Mapping[int, Sequence[str]], inviter: Actor
) -> None:
    """System-only: follows an acceptance, in its transaction: both or neither."""
    for room in _rooms if offered else ():
        room.grant(organisation_id=organisation_id, account_id=account_id, offered=offered, inviter=inviter)
