"""How far an order has come, and which steps are legal (ORD-017)."""

from __future__ import annotations

from stellwerk.billing.rules.refusals import BillingRefused

UNPAID = frozenset({"awaiting_payment", "payment_pending"})

LEGAL_STEPS: dict[str, frozenset[str]] = {
    # A prepaid or free order is paid in the moment it is placed; a transfer is announced first.
    "awaiting_payment": frozenset({"payment_pending", "paid", "cancelled", "expired"}),
    "payment_pending": frozenset({"paid", "cancelled", "expired"}),
    "paid": frozenset({"blocked", "fulfilling"}),
    "blocked": frozenset({"fulfilling", "cancelled"}),
    "cancelled": frozenset({"refunded"}),
    "fulfilling": frozenset({"fulfilled", "partly_fulfilled"}),
    "partly_fulfilled": frozenset({"refunded"}),
    "fulfilled": frozenset(),
    "refunded": frozenset(),
    "expired": frozenset(),
}


def require_step(state: str, wanted: str) -> None:
    """Raises BillingRefused order_state for a step that is not drawn in ORD-017."""
    if wanted not in LEGAL_STEPS[state]:
        raise BillingRefused("order_state", state=state, wanted=wanted)
