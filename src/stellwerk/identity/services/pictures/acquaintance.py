"""Who may look at whose picture. Rooms above register what makes people known to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_askers: list[Callable[[int, int], bool]] = []


def register(asker: Callable[[int, int], bool]) -> Callable[[int, int], bool]:
    """Decorate a function that answers whether two accounts know each other.

    System-only: called once per room while the rooms are loaded.
    """
    _askers.append(asker)
    return asker


def are_acquainted(account_id: int, other_id: int) -> bool:
    """Oneself, or somebody a room above knows as one's company. System-only: a read for the picture's door."""
    return account_id == other_id or any(asker(account_id, other_id) for asker in _askers)
