"""What rooms above say changes for people when a place in a team or a team goes (ORG-078)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """Who goes out of a team: one person, or everybody because the team goes."""

    organisation_id: int
    team_id: int
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Consequence:
    """Somebody may do less with a product. `kept` names what stays and through what; "" where it disappears."""

    person: str
    product: str
    lost: str
    kept: str


_rooms: list[Callable[[Departure], Iterable[Consequence]]] = []


def register(function: Callable[[Departure], Iterable[Consequence]]) -> Callable[[Departure], Iterable[Consequence]]:
    """Ask this room too: wiring at start."""
    _rooms.append(function)
    return function


def consequences_of(departure: Departure) -> list[Consequence]:
    """What the page says before somebody decides. No person asks: the page has asked whether they may decide."""
    return [consequence for ask in _rooms for consequence in ask(departure)]
