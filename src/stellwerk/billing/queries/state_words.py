"""Words for what a thing has come to, with the tone of its signal. Red is for what went wrong, never for "not yet"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from stellwerk.billing.queries.prepaid import MovementRow

# State → tone, and the word beside it; with a context where adjectives follow the gender of what they describe.
ORDER_STATES: dict[str, tuple[str, _StrPromise]] = {
    "awaiting_payment": ("info", _("Waiting for payment")),
    "payment_pending": ("info", _("Payment announced")),
    "paid": ("good", pgettext_lazy("order", "Paid")),
    "blocked": ("bad", _("On hold")),
    "fulfilling": ("info", _("Being carried out")),
    "fulfilled": ("good", _("Carried out")),
    "partly_fulfilled": ("warn", _("Partly carried out")),
    "cancelled": ("idle", pgettext_lazy("order", "Cancelled")),
    "refunded": ("idle", _("Refunded")),
    "expired": ("idle", pgettext_lazy("order", "Expired")),
}
LINE_STATES: dict[str, tuple[str, _StrPromise]] = {
    "waiting": ("info", _("Waiting")),
    "fulfilled": ("good", _("Active")),
    "failed": ("bad", _("Not possible")),
}
INVOICE_STATES: dict[str, tuple[str, _StrPromise]] = {
    "open": ("info", _("Open")),
    "overdue": ("bad", pgettext_lazy("invoice", "Overdue")),
    "paid": ("good", pgettext_lazy("invoice", "Paid")),
    "partly_paid": ("info", _("Partly paid")),
    "credited": ("idle", _("Credited")),
    "refunded": ("idle", _("Refunded")),
}
MEANS: dict[str, _StrPromise] = {
    "free": _("Free of charge"),
    "prepaid": _("Prepaid account"),
    "bank_transfer": _("Bank transfer"),
}
# What became of a movement of the bank, for the operator: no customer reads these.
BANK_STATES: dict[str, tuple[str, _StrPromise]] = {
    "matched": ("good", _("Settles the document")),
    "within_tolerance": ("good", _("Settles the document; the difference is written off")),
    "surplus": ("good", _("Settles the document; the surplus went to the prepaid account")),
    "short": ("warn", _("Too little: credited to the prepaid account, the document stays open")),
    "already_paid": ("warn", _("Already settled: credited to the prepaid account")),
    "to_prepaid": ("good", _("No document: credited to the payer’s prepaid account")),
    "top_up": ("good", _("Top-up credited")),
    "wrong_currency": ("warn", _("Another currency: credited to the prepaid account of that currency")),
    "suspense": ("bad", _("Waits for a decision")),
    "returned": ("bad", _("To be returned: another currency")),
    "reversal": ("warn", _("Taken back by the bank")),
    "duplicate": ("idle", _("Known already")),
    "pending": ("info", _("Expected, not booked yet")),
    "awaiting_details": ("info", _("Collective entry: the details come in another file")),
    "outgoing": ("idle", _("Outgoing: left alone")),
    "withdrawal_paid": ("good", _("Withdrawal paid out")),
    "withdrawal_returned": ("warn", _("Withdrawal came back: credited to the prepaid account")),
}
MOVEMENTS: dict[str, _StrPromise] = {
    "top_up": _("Top-up %(document)s"),
    "payment": _("Invoice %(document)s paid"),
    "transfer": _("Bank transfer %(document)s"),
    "refund": _("Credit note %(document)s"),
    "reversal": _("Taken back by the bank"),
    "withdrawal": _("Withdrawal %(document)s"),
    "withdrawal_return": _("Withdrawal %(document)s credited back"),
    "forfeited": _("Rest given up"),
    "other": _("Correction"),
}
WITHDRAWAL_STATES: dict[str, tuple[str, _StrPromise]] = {
    "requested": ("info", pgettext_lazy("withdrawal", "Requested")),
    "sent": ("info", pgettext_lazy("withdrawal", "On its way to the bank")),
    "done": ("good", pgettext_lazy("withdrawal", "Paid out")),
    "returned": ("warn", pgettext_lazy("withdrawal", "Came back")),
    "cancelled": ("idle", pgettext_lazy("withdrawal", "Called back")),
}
_STATES = {
    "order": ORDER_STATES,
    "line": LINE_STATES,
    "invoice": INVOICE_STATES,
    "bank": BANK_STATES,
    "withdrawal": WITHDRAWAL_STATES,
}


def tone(state: str, *, of: str) -> str:
    """The tone of a state; `of` is order, line, invoice, bank or withdrawal."""
    return _STATES[of][state][0]


def word(state: str, *, of: str) -> str:
    """The state in the active language."""
    return str(_STATES[of][state][1])


def means_name(code: str) -> str:
    """A means of payment in the active language."""
    return str(MEANS.get(code, code))


def movement_text(row: MovementRow) -> str:
    """What a movement of the prepaid account was for."""
    return (str(MOVEMENTS[row.kind]) % {"document": row.document}).strip()
