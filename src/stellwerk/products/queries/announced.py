"""The open invoice that renews a product once it is paid. The room that writes invoices says it; this one shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from stellwerk.foundation.actor import Actor


class AnnouncedBy(NamedTuple):
    """An invoice for which somebody announced a transfer (BIL-012)."""

    invoice_id: int
    number: str


_finders: list[Callable[..., AnnouncedBy | None]] = []


def know_announcements(find: Callable[..., AnnouncedBy | None]) -> None:
    """`find(actor, organisation_id, product_id=…)` answers the invoice; None where there is nothing to tell."""
    _finders[:] = [find]


def announced_by(actor: Actor, organisation_id: int, *, product_id: int) -> AnnouncedBy | None:
    """None while nothing is announced, and for whoever may not see invoices. At most one query."""
    return _finders[0](actor, organisation_id, product_id=product_id) if _finders else None
