"""What teams may use. This room knows no products: the room that does registers here (ORG-070, ORG-075)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from stellwerk.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class TeamRight:
    """What a team holds on one target: a product, all of a kind, or everything where both are missing."""

    product_id: int | None
    kind_code: str
    rights: tuple[str, ...]
    ends_on: date | None = None


class Room(Protocol):
    """What a room that knows products answers."""

    def held(
        self, actor: Actor, organisation_id: int, *, team_ids: Collection[int]
    ) -> dict[int, tuple[TeamRight, ...]]:
        """By team, for those who may see it; empty for others. One query."""

    def replace(self, *, actor: Actor, organisation_id: int, team_id: int, rights: Sequence[TeamRight]) -> None:
        """Exactly these hold from now on, in the caller's transaction. Judges the actor and every target."""


_rooms: list[Room] = []


def register(room: Room) -> None:
    """System-only: called once per room while the rooms are loaded."""
    _rooms.append(room)


def rights_of_teams(
    actor: Actor, organisation_id: int, *, team_ids: Collection[int]
) -> dict[int, tuple[TeamRight, ...]]:
    """System-only: a read for the interface; the room asked judges the actor."""
    found: dict[int, tuple[TeamRight, ...]] = {}
    for room in _rooms:
        for team_id, rights in room.held(actor, organisation_id, team_ids=team_ids).items():
            found[team_id] = (*found.get(team_id, ()), *rights)
    return found


def replace_rights_of_team(*, actor: Actor, organisation_id: int, team_id: int, rights: Sequence[TeamRight]) -> None:
    """System-only: a step of the interface's write; the room asked judges the actor."""
    for room in _rooms:
        room.replace(actor=actor, organisation_id=organisation_id, team_id=team_id, rights=rights)
