"""Messages about orders, one function per message (NTF-02, NTF-05)."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from stellwerk.billing.emails.delivery import Letter, deliver
from stellwerk.billing.queries.letters import order_facts, order_line_words

if TYPE_CHECKING:
    from stellwerk.billing import events
    from stellwerk.foundation.events import Meta


def order_placed(event: events.OrderPlaced, meta: Meta) -> None:
    """NTF-02, received: with everything a transfer needs (PAY-011)."""
    _send("order_placed", event.order_id, meta)


def order_paid(event: events.OrderPaid, meta: Meta) -> None:
    """NTF-02, paid. What the balance paid was told with the order itself."""
    if not order_facts(event.order_id).is_prepaid:
        _send("order_paid", event.order_id, meta)


def order_fulfilled(event: events.OrderFulfilled, meta: Meta) -> None:
    """NTF-02, fulfilled: what is active, what could not be done and why (ORD-023)."""
    _send("order_fulfilled", event.order_id, meta)


def order_reminder(event: events.OrderReminderDue, meta: Meta) -> None:
    """NTF-05: to the orderer, who cannot switch it off."""
    _send("order_reminder", event.order_id, meta, is_personal=True)


def order_cancelled(event: events.OrderCancelled, meta: Meta) -> None:
    """ORG-053: somebody withdrew it."""
    _send("order_cancelled", event.order_id, meta, values={"who": meta.actor_name})


def order_expired(event: events.OrderExpired, meta: Meta) -> None:
    """NTF-05."""
    _send("order_expired", event.order_id, meta, is_personal=True)


def _send(
    template: str, order_id: int, meta: Meta, *, is_personal: bool = False, values: dict[str, Any] | None = None
) -> None:
    order = order_facts(order_id)
    told: dict[str, Any] = {
        **(values or {}),
        "order_id": order.id,
        "number": order.number,
        "amount": order.amount_text,
        "invoice": asdict(order.invoice) if order.invoice else None,
    }
    due_on = order.invoice.due_on if order.invoice else ""
    deliver(
        Letter(
            template=template,
            organisation_id=order.organisation_id,
            key=meta.event_id,
            values=told,
            dates={"due_on": due_on, "expires_on": order.expires_on},
            worded=partial(order_line_words, order.id),
            account_id=order.placed_by_id,
            is_personal=is_personal,
        )
    )
