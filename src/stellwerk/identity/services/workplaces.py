"""Where a person works. Rooms above register it; this one knows no organisations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Workplace:
    """An organisation a person belongs to."""

    id: int
    name: str


_askers: list[Callable[[int], Iterable[Workplace]]] = []


def register(asker: Callable[[int], Iterable[Workplace]]) -> Callable[[int], Iterable[Workplace]]:
    """Decorate a function that answers an account's id with the places where it works.

    System-only: called once per room while the rooms are loaded.
    """
    _askers.append(asker)
    return asker


def workplaces_of(account_id: int) -> tuple[Workplace, ...]:
    """System-only: a read for tokens that are limited to one of them."""
    return tuple(place for asker in _askers for place in asker(account_id))
