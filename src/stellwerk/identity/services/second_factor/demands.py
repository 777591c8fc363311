"""Who demands a second factor of a person. Rooms above register; this one knows no organisations (SEC-008, SEC-039)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Demand:
    """An organisation that demands a second factor, and the people who can lift the demand."""

    organisation: str
    administrators: tuple[str, ...] = ()


_askers: list[Callable[[int], Iterable[Demand]]] = []


def register(asker: Callable[[int], Iterable[Demand]]) -> Callable[[int], Iterable[Demand]]:
    """Decorate a function that answers an account's id with the demands on it.

    System-only: called once per room while the rooms are loaded.
    """
    _askers.append(asker)
    return asker


def demands_on(account_id: int) -> tuple[Demand, ...]:
    """System-only: a read for the rule of removal and its page."""
    return tuple(demand for asker in _askers for demand in asker(account_id))
