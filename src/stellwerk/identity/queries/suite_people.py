"""Who works in the Suite. The room of products registers; this one knows no products (ID-083)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_askers: list[Callable[[int], bool]] = []


def register(asker: Callable[[int], bool]) -> Callable[[int], bool]:
    """Decorate a function that answers whether an account works in a Suite. System-only."""
    _askers.append(asker)
    return asker


def works_in_suite(account_id: int) -> bool:
    """System-only: a read for the title of a page."""
    return any(asker(account_id) for asker in _askers)
