"""Where the invoices of a product go. The room that writes them says it; this one shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from stellwerk.foundation.actor import Actor

_finders: list[Callable[..., str]] = []


def know_invoice_addresses(find: Callable[..., str]) -> None:
    """`find(actor, organisation_id, product_id=…)` answers the address to show; "" where there is nothing to tell."""
    _finders[:] = [find]


def invoice_address(actor: Actor, organisation_id: int, *, product_id: int) -> str:
    """The address in force, as a list to choose from names it; "" while nobody writes invoices. At most one query."""
    return _finders[0](actor, organisation_id, product_id=product_id) if _finders else ""
